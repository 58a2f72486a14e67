// SPDX-License-Identifier: GPL-2.0
#include "measure/outside.h"

/*
 * An outage lasts from the beginning of the first failure to the end of the first success: it is
 * then that somebody knows.
 */
static void add_ok(struct probe_report *p, const struct sample *one)
{
	p->ok++;
	p->consecutive = 0;
	histogram_add(&p->latency, one->end_ns - one->start_ns);
	if (p->outage_ns && one->end_ns - p->outage_ns > p->longest_outage_ns)
		p->longest_outage_ns = one->end_ns - p->outage_ns;
	p->outage_ns = 0;
}

static void add_failed(struct probe_report *p, const struct sample *one)
{
	p->failed++;
	if (++p->consecutive > p->max_consecutive)
		p->max_consecutive = p->consecutive;
	if (p->outage_ns)
		return;
	p->outages++;
	p->outage_ns = one->start_ns;
}

void probe_add(struct probe_report *p, const struct sample *one)
{
	p->runs++;
	if (one->result == SAMPLE_OK)
		add_ok(p, one);
	else if (one->result == SAMPLE_FAILED)
		add_failed(p, one);
	else
		p->unknown++;
	(void)samples_add(&p->history, one); /* without memory questions about phases lack it */
}

uint64_t probe_longest_outage(const struct probe_report *p, uint64_t now_ns)
{
	uint64_t now = p->outage_ns && now_ns > p->outage_ns ? now_ns - p->outage_ns : 0;

	return now > p->longest_outage_ns ? now : p->longest_outage_ns;
}
