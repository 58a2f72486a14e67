// SPDX-License-Identifier: GPL-2.0
/* Recovery, outages, error budgets: what is known of a run at its end. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "measure/ask.h"
#include "measure/slo.h"

/* Of each workload; the worst of them is the answer. */
struct worst {
	bool known;
	double value;
	const char *why;
};

static void add(struct worst *w, bool known, double value, const char *why)
{
	if (!known || isnan(value)) {
		w->known = false;
		w->why = w->why ?: known ? "the baseline had no success" : why;
	} else if (value > w->value) {
		w->value = value;
	}
}

/* "workload.NAME.METRIC" is of that one, METRIC of all. */
static bool is_asked(const struct metric *m, unsigned int workload)
{
	return m->object < 0 || (unsigned int)m->object == workload;
}

static void ask_steadiness(const struct snapshot *s, const struct metric *m, size_t offset,
	bool recovery, struct measured *ret)
{
	struct worst w = {.known = true};

	if (!s->n_samples) {
		answer_unknown(ret, "there is no workload");
		return;
	}
	if (!s->steadiness) {
		answer_unknown(ret, "it is known at the end only");
		return;
	}
	for (unsigned int i = 0; i < s->n_samples; i++) {
		const struct steadiness *one = &s->steadiness[i];
		double value = *(const double *)((const char *)one + offset);

		if (!is_asked(m, i))
			continue;
		if (recovery && one->known)
			add(&w, one->recovery_known, value, one->recovery_why);
		else
			add(&w, one->known, value, one->why);
	}
	if (w.known)
		answer(ret, w.value, 0);
	else
		answer_unknown(ret, "%s", w.why);
}

static void count_bad(const struct snapshot *s, const struct metric *m,
	const struct selection *which, uint64_t *ret_n, uint64_t *ret_bad)
{
	*ret_n = *ret_bad = 0;
	for (unsigned int w = 0; w < s->n_samples; w++) {
		const struct samples *all = &s->samples[w];

		for (size_t i = 0; i < all->n && is_asked(m, w); i++) {
			const struct sample *one = sample_at(all, i);

			if (one->result == SAMPLE_UNFINISHED || !sample_is_in(one, which))
				continue;
			*ret_n += sample_count(all, one);
			if (slo_is_bad(s, one))
				*ret_bad += sample_count(all, one);
		}
	}
}

static uint64_t length_of(const struct snapshot *s, uint32_t phases)
{
	uint64_t length = 0;

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (phases >> i & 1 && s->phases[i].reached)
			length += s->phases[i].ended_ns - s->phases[i].began_ns;
	return length;
}

/* Operations a second of the baseline phases; 0: there are none. */
static double baseline_rate(const struct snapshot *s, const struct metric *m)
{
	struct selection which = {};
	uint64_t n, bad, length;

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].role == ROLE_BASELINE)
			which.phases |= 1u << i;
	length = length_of(s, which.phases);
	count_bad(s, m, &which, &n, &bad);
	return length ? n * 1e9 / length : 0;
}

static void ask_budget(const struct snapshot *s, const struct metric *m, struct measured *ret)
{
	struct selection which = {.phases = ask_phases(s, m, ret)};
	double budget = 1 - s->slo_success, rate = baseline_rate(s, m);
	const char *name = m->row->name;
	uint64_t n, bad;

	if (!which.phases)
		return;
	count_bad(s, m, &which, &n, &bad);
	if (!n)
		answer_unknown(ret, "there were no operations");
	else if (!strcmp(name, "burn_rate"))
		answer(ret, (double)bad / n / budget, n);
	else if (!strcmp(name, "page_after") &&
		 slo_too_little_traffic(n, length_of(s, which.phases), budget))
		answer_unknown(ret, "too little traffic for alerts by error budget");
	else if (!strcmp(name, "page_after"))
		answer(ret, slo_page_after_s((double)bad / n, budget) * 1e9, n);
	else if (rate <= 0)
		answer_unknown(ret, "there is no baseline whose rate would tell the budget");
	else
		answer(ret, bad / (budget * rate * s->slo_window_s), n);
}

/* A guard's: that of the window, or of its last twelfth if that is less: it has to be so still. */
static void ask_burn_within(const struct snapshot *s, const struct metric *m,
	const struct span *within, struct measured *ret)
{
	uint64_t starts[] = {
		within->from_ns, within->to_ns - (within->to_ns - within->from_ns) / 12};
	double least = INFINITY;
	uint64_t n = 0, bad;

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct selection which = {ALL_PHASES, starts[i], within->to_ns};

		count_bad(s, m, &which, &n, &bad);
		if (!n) {
			answer_unknown(ret, "there were no operations");
			return;
		}
		least = fmin(least, (double)bad / n / (1 - s->slo_success));
	}
	answer(ret, least, n);
}

/* What all workloads that were verified come to; one that could not be leaves nothing to say. */
static void ask_loss(const struct snapshot *s, const struct metric *m, struct measured *ret)
{
	const char *name = m->row->name;
	uint64_t n = 0, lost = 0, duplicated = 0, unexpected = 0;
	double window_s = 0;

	for (unsigned int i = 0; i < s->n_workloads; i++) {
		const struct verified *v = &s->workloads[i].verified;

		if (!v->asked || !is_asked(m, i))
			continue;
		if (!v->known) {
			answer_unknown(ret, "%s", v->why);
			return;
		}
		n += v->acknowledged;
		lost += v->lost;
		duplicated += v->duplicated;
		unexpected += v->unexpected;
		if (v->loss_window_s > window_s)
			window_s = v->loss_window_s;
	}
	if (!n)
		answer_unknown(ret, "nothing was verified");
	else
		answer(ret,
			!strcmp(name, "lost")	      ? lost
			: !strcmp(name, "duplicated") ? duplicated
			: !strcmp(name, "unexpected") ? unexpected
						      : window_s * 1e9,
			n);
}

static const struct {
	const char *name;
	size_t offset;
	bool recovery;
} rows[] = {
	{"recovery_time", offsetof(struct steadiness, recovery_ns), true},
	{"time_to_restore", offsetof(struct steadiness, time_to_restore_ns), false},
	{"time_to_impact", offsetof(struct steadiness, time_to_impact_ns), false},
	{"downtime", offsetof(struct steadiness, downtime_ns), false},
	{"longest_outage", offsetof(struct steadiness, longest_outage_ns), false},
	{"degradation", offsetof(struct steadiness, degradation), false},
	{"missing_operations", offsetof(struct steadiness, missing), false},
};

void ask_run(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	const char *name = m->row->name;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].name, name)) {
			ask_steadiness(s, m, rows[i].offset, rows[i].recovery, ret);
			return;
		}
	if (within && !strcmp(name, "burn_rate"))
		ask_burn_within(s, m, within, ret);
	else if (m->row->needs == NEEDS_SLO)
		ask_budget(s, m, ret);
	else
		ask_loss(s, m, ret);
}
