// SPDX-License-Identifier: GPL-2.0
#include "measure/slo.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"

bool slo_is_bad(const struct snapshot *s, const struct sample *one)
{
	return one->result != SAMPLE_OK ||
	       (s->slo_latency_ns && one->end_ns - one->planned_ns > s->slo_latency_ns);
}

/*
 * The rules by which such a budget pages in the field: so many times too fast, for so long (The
 * Site Reliability Workbook, chapter 5, table 5-8).
 */
double slo_page_after_s(double bad_share, double budget)
{
	static const struct {
		double factor, window_s;
	} rules[] = {{14.4, 3600}, {6, 6 * 3600}};
	double first_s = INFINITY;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		double after_s = rules[i].factor * budget * rules[i].window_s / bad_share;

		if (after_s <= rules[i].window_s && after_s < first_s)
			first_s = after_s;
	}
	return first_s;
}

#define PAGE_SHORT_S 300

bool slo_too_little_traffic(uint64_t n, uint64_t length_ns, double budget)
{
	return length_ns && n * 1e9 / length_ns * PAGE_SHORT_S < 1 / budget;
}

/* What it is computed of. */
struct tally_of {
	uint64_t n, bad, length_ns;
};

static void add(struct tally_of *to, const struct tally_of *one)
{
	to->n += one->n;
	to->bad += one->bad;
	to->length_ns += one->length_ns;
}

static struct slo_use use(const struct snapshot *s, const struct tally_of *t, double rate)
{
	double budget = 1 - s->slo_success;
	struct slo_use ret = {t->n, t->bad, NAN, NAN, NAN};

	if (!t->n)
		return ret;
	ret.burn_rate = (double)t->bad / t->n / budget;
	if (rate > 0)
		ret.budget_used = t->bad / (budget * rate * s->slo_window_s);
	if (!slo_too_little_traffic(t->n, t->length_ns, budget))
		ret.page_after_s = slo_page_after_s((double)t->bad / t->n, budget);
	return ret;
}

/* By phase, in one pass: there may be a million of them. */
static void count(const struct snapshot *s, struct tally_of tallies[MAX_PHASES])
{
	for (unsigned int w = 0; w < s->n_samples; w++)
		for (size_t i = 0; i < s->samples[w].n; i++) {
			const struct sample *one = sample_at(&s->samples[w], i);
			uint64_t each = sample_count(&s->samples[w], one);

			if (one->result == SAMPLE_UNFINISHED || one->phase >= s->n_phases)
				continue;
			tallies[one->phase].n += each;
			tallies[one->phase].bad += slo_is_bad(s, one) ? each : 0;
		}
	for (unsigned int p = 0; p < s->n_phases; p++)
		if (s->phases[p].reached)
			tallies[p].length_ns = s->phases[p].ended_ns - s->phases[p].began_ns;
}

void slo_uses(const struct snapshot *s, struct slo_uses *ret)
{
	struct tally_of all[MAX_PHASES] = {}, baseline = {}, faults = {};
	double rate;

	if (s->slo_success > 0)
		count(s, all);
	for (unsigned int p = 0; p < s->n_phases; p++) {
		if (s->phases[p].role == ROLE_BASELINE)
			add(&baseline, &all[p]);
		if (s->phases[p].role == ROLE_INJECT)
			add(&faults, &all[p]);
	}
	rate = baseline.length_ns ? baseline.n * 1e9 / baseline.length_ns : 0;
	for (unsigned int p = 0; p < s->n_phases; p++)
		ret->phases[p] = use(s, &all[p], rate);
	ret->faults = use(s, &faults, rate);
}
