// SPDX-License-Identifier: GPL-2.0
/* "probe.NAME.failures": of the runs that began in the phases of the scope. */
#include <string.h>

#include "measure/ask.h"

/* What the runs of a scope come to. */
struct runs {
	uint64_t ok, failed, unknown, consecutive, most_consecutive;
	uint64_t outage_ns; /* when the one under way began; 0: none */
	uint64_t longest_ns;
	bool last_ok;
};

static void end_outage(struct runs *r, uint64_t now_ns)
{
	if (r->outage_ns && now_ns > r->outage_ns && now_ns - r->outage_ns > r->longest_ns)
		r->longest_ns = now_ns - r->outage_ns;
}

static void add(struct runs *r, const struct sample *one)
{
	if (one->result == SAMPLE_INDETERMINATE) {
		r->unknown++;
		return;
	}
	r->last_ok = one->result == SAMPLE_OK;
	if (r->last_ok) {
		r->ok++;
		r->consecutive = 0;
		end_outage(r, one->end_ns);
		r->outage_ns = 0;
		return;
	}
	r->failed++;
	if (++r->consecutive > r->most_consecutive)
		r->most_consecutive = r->consecutive;
	if (!r->outage_ns)
		r->outage_ns = one->start_ns;
}

/* The last moment that the scope has. */
static uint64_t end_of(const struct snapshot *s, uint32_t phases, const struct span *within)
{
	uint64_t end = 0;

	if (within)
		return within->to_ns;
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (phases & 1u << i)
			end = s->phases[i].ended_ns ?: s->taken_ns;
	return end;
}

static void collect(const struct snapshot *s, const struct snapshot_probe *p, uint32_t phases,
	const struct span *within, struct runs *ret)
{
	struct selection which = {.phases = phases};

	if (within) {
		which.from_ns = within->from_ns;
		which.to_ns = within->to_ns;
	}
	*ret = (struct runs){};
	for (size_t i = 0; i < p->history.n; i++)
		if (sample_is_in(sample_at(&p->history, i), &which))
			add(ret, sample_at(&p->history, i));
	end_outage(ret, end_of(s, phases, within));
}

void ask_probe(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	const struct snapshot_probe *p = &s->probes[m->object];
	uint32_t phases = ask_phases(s, m, ret);
	const char *name = m->row->name;
	struct runs r;
	uint64_t n;

	if (!phases)
		return;
	collect(s, p, phases, within, &r);
	n = r.ok + r.failed;
	if (!n && r.unknown)
		answer_unknown(ret, "probe %s could not be asked: %s", p->name, p->why);
	else if (!n)
		answer_unknown(ret, "probe %s was not asked in it", p->name);
	else if (!strcmp(name, "success_rate"))
		answer(ret, (double)r.ok / n, n);
	else if (!strcmp(name, "value"))
		answer(ret, r.last_ok, n);
	else if (!strcmp(name, "failures"))
		answer(ret, r.failed, n);
	else if (!strcmp(name, "max_consecutive_failures"))
		answer(ret, r.most_consecutive, n);
	else if (!strcmp(name, "longest_outage"))
		answer(ret, r.longest_ns, n);
	else
		answer_unknown(ret, "not measured");
}
