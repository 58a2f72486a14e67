// SPDX-License-Identifier: GPL-2.0
#include "run/expectations.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/ask.h"
#include "run/ask_program.h"

static void ask(const struct metric *m, void *snapshot, struct measured *ret)
{
	snapshot_ask(snapshot, m, ret);
}

/* What an expectation's metrics look at. */
struct extent {
	const struct snapshot *s;
	uint32_t phases;
	bool of_faults; /* at what the faults did: not at the baseline alone */
	bool of_run;
};

static void add_extent(const struct metric *m, void *context)
{
	struct extent *e = context;
	struct measured ignored;

	e->of_faults |= m->scope != SCOPE_BASELINE;
	if (m->row->subject == OF_RUN)
		e->of_run = true;
	else
		e->phases |= ask_phases(e->s, m, &ignored);
}

/* In the phases that it looks at, or, where none of those has faults, in all. */
static uint64_t injected_in(const struct snapshot *s, uint32_t phases)
{
	uint64_t in = 0, all = 0;
	bool any = false;

	for (unsigned int i = 0; i < s->n_phases; i++)
		any |= phases >> i & 1 && s->phases[i].role == ROLE_INJECT;
	for (unsigned int i = 0; i < s->n_rules; i++) {
		uint64_t n = snapshot_fired_by(s, i);

		all += n;
		if (phases >> s->rules[i].phase & 1)
			in += n;
	}
	return any ? in : all;
}

static const char *cut_phase(const struct snapshot *s, uint32_t phases)
{
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (phases >> i & 1 && s->phases[i].cut_short)
			return s->phases[i].name;
	return NULL;
}

static void forget(struct judged *j, const char *format, const char *name)
{
	j->truth = TRUTH_UNKNOWN;
	snprintf(j->why, sizeof(j->why), format, name);
}

/*
 * Where no fault fired nothing was put to the test. Where none was to fire, it shows what holds
 * without them, and only what is said of the faults themselves has no meaning.
 */
static bool is_tested(const struct condition *c, const struct extent *extent, struct judged *ret)
{
	const struct snapshot *s = extent->s;
	bool of_rules = condition_is_about_injections(c);

	if (s->observed && condition_asks_injected(c))
		forget(ret, "nothing was to be injected%s", "");
	else if (s->has_faults && !s->observed && extent->of_faults && !of_rules &&
		 !injected_in(s, extent->of_run ? ALL_PHASES : extent->phases))
		forget(ret, "no fault fired%s", "");
	else
		return true;
	return false;
}

static void judge_condition(
	const struct expectation *e, const struct snapshot *s, struct judged *ret)
{
	struct condition *c = e->that.condition;
	struct extent extent = {.s = s};
	const char *cut;

	condition_evaluate(c, e->min, ask, (void *)s, ret);
	condition_metrics(c, add_extent, &extent);
	if (ret->truth == TRUTH_UNKNOWN)
		return;
	if (!is_tested(c, &extent, ret))
		return;
	cut = cut_phase(s, extent.phases);
	if (cut && !condition_is_lost(c, ret))
		forget(ret, "phase %s was cut short", cut);
}

void judge_expectations(
	const struct scenario *s, const struct snapshot *snapshot, struct expectation_report *ret)
{
	for (unsigned int i = 0; i < s->judging.n_expectations; i++) {
		const struct expectation *e = &s->judging.expectations[i];

		if (ret[i].settled)
			continue;
		if (e->exec)
			ask_program(e->exec, snapshot, &ret[i].judged);
		else
			judge_condition(e, snapshot, &ret[i].judged);
		ret[i].settled = true;
	}
}
