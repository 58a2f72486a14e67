// SPDX-License-Identifier: GPL-2.0
/* What the kernel measured at a point, of all targets together. */
#include <string.h>

#include "measure/ask.h"
#include "measure/calls.h"

/* The calls of the phases in question. */
struct pool {
	uint64_t calls, errors;
	const char *before; /* the point, if some were delayed before they began */
	const char *untimed;
	struct histogram took;
};

static uint64_t errors_of(const __u64 errors[METER_ERRORS], int error)
{
	uint64_t sum = 0;

	if (error)
		return error < METER_ERRORS ? errors[error] : 0;
	for (int e = 0; e < METER_ERRORS; e++)
		sum += errors[e];
	return sum;
}

static void add(const struct snapshot *s, const struct metric *m, unsigned int i,
	unsigned int phase, struct pool *ret)
{
	enum metric_id took = m->natural ? METRIC_call_natural : METRIC_call_latency;
	unsigned int at = snapshot_calls_index(s, i, phase);

	ret->calls += snapshot_count(s, METRIC_calls, at);
	ret->errors += errors_of(s->calls[i].errors[phase], m->error);
	histogram_pool(&ret->took, &s->numbers[took].histograms[at]);
}

/* False: it was not measured. */
static bool pool_calls(
	const struct snapshot *s, const struct metric *m, uint32_t phases, struct pool *ret)
{
	bool any = false;

	for (unsigned int i = 0; i < s->n_calls; i++) {
		if ((int)s->calls[i].id != m->point)
			continue;
		any = true;
		if (s->calls[i].before)
			ret->before = s->calls[i].point;
		ret->untimed = s->calls[i].untimed ?: ret->untimed;
		for (unsigned int p = 0; p < s->n_phases; p++)
			if (phases >> p & 1)
				add(s, m, i, p, ret);
	}
	return any;
}

static void say_why_not(const struct snapshot *s, const struct metric *m, struct measured *ret)
{
	answer_unknown(ret, "it was not measured");
	for (unsigned int i = 0; i < s->n_unmeasured; i++)
		if ((int)s->unmeasured[i].id == m->point)
			answer_unknown(ret, "not measured: %s", s->unmeasured[i].reason);
}

static double time_of(const struct histogram *h, const struct metric *m)
{
	const char *name = m->row->name;

	if (!strcmp(name, "avg"))
		return (double)h->sum / h->count;
	if (!strcmp(name, "max"))
		return h->max;
	return histogram_quantile(h, !strcmp(name, "min") ? 0 : m->quantile);
}

/* The counters are of phases, so a guard's look at the last seconds is one at the phase. */
void ask_points(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret)
{
	uint32_t phases = ask_phases(s, m, ret);
	struct pool pool = {};

	(void)within;
	if (!phases)
		return;
	if (!pool_calls(s, m, phases, &pool))
		say_why_not(s, m, ret);
	else if (!strcmp(m->row->name, "calls"))
		answer(ret, pool.calls, 0);
	else if (!pool.calls)
		answer_unknown(ret, "no such call was made in it");
	else if (!strcmp(m->row->name, "errors"))
		answer(ret, pool.errors, pool.calls);
	else if (pool.untimed)
		answer_unknown(ret, "its calls are counted, and not timed: %s", pool.untimed);
	else if (pool.before && !m->natural)
		answer_unknown(ret,
			"uprobe-sleep delays before the call begins, and its time is without that: "
			"ask for [%s, natural]",
			pool.before);
	else
		answer(ret, time_of(&pool.took, m), pool.took.count);
}
