// SPDX-License-Identifier: GPL-2.0
/* Which calls are measured, and how: those of points that have a rule, and those that `observe`
 * names. */
#include "kernel/plan_meters.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "kernel/mechanisms/mechanism.h"

static const enum mechanism ladder[] = {MECHANISM_FEXIT, MECHANISM_KRETPROBE, MECHANISM_SYS_EXIT};

/* A point that is to be measured, before it is known whether it can be. */
struct wanted {
	unsigned int targets; /* a bit each */
	bool observed, from_group;
};

/* A kprobe makes the call return something else there, which only another kprobe sees. */
static bool overridden(const struct plan *plan, enum point p)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (plan->bindings[i].point == p &&
			(plan->bindings[i].mechanism == MECHANISM_OVERRIDE ||
				plan->bindings[i].mechanism == MECHANISM_OVERRIDE_EXIT))
			return true;
	return false;
}

/* The tracepoints are no price for what nobody asked for by name. */
static const char *too_dear(const struct plan *plan, const struct wanted *w)
{
	if (!w->observed)
		return "every process of the host would pay, so \"observe\" has to name it";
	if (w->from_group && (plan->caps->mechanisms[MECHANISM_FEXIT].usable ||
				     plan->caps->mechanisms[MECHANISM_KRETPROBE].usable))
		return "every process of the host would pay for one call of a group";
	return NULL;
}

/* Why it can't be had, or is not to be; NULL: it can. */
static const char *objection(
	const struct plan *plan, enum point p, const struct wanted *w, enum mechanism m)
{
	const char *why = m == MECHANISM_SYS_EXIT ? too_dear(plan, w) : NULL;

	if (why || !plan->caps->mechanisms[m].usable)
		return why ?: plan->caps->mechanisms[m].reason;
	if (m == MECHANISM_FEXIT && overridden(plan, p))
		return "a kprobe changes there what the call returns";
	return mechanism_kinds[m]->out_of_reach(p, plan->caps);
}

/* The mechanism, or -1 with the reason of each in the ladder. */
static int choose(
	const struct plan *plan, enum point p, const struct wanted *w, char *reason, size_t size)
{
	*reason = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(ladder); i++) {
		const char *why = objection(plan, p, w, ladder[i]);

		if (!why)
			return ladder[i];
		text_append(
			reason, size, "%s%s: %s", i ? "; " : "", mechanisms[ladder[i]].name, why);
	}
	return -1;
}

/* Whose targets' rules are at a point, a bit each; and of those that delay. */
static unsigned int targets_with_rules(const struct plan *plan, enum point p, bool delays)
{
	unsigned int targets = 0;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct fault_spec *f = plan->rules[plan->bindings[i].rule].fault;

		if (plan->bindings[i].point == p && (!delays || makes_sleep(f)))
			targets |= 1u << f->target;
	}
	return targets;
}

/* `observe: none` */
static bool measures_nothing(const struct scenario *s)
{
	return s->has_observe && !s->n_observed;
}

static void find_wanted(const struct plan *plan, struct wanted *all)
{
	const struct scenario *s = plan->scenario;

	if (measures_nothing(s))
		return;
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		enum point p = plan->bindings[i].point;

		if (points[p].kind == KIND_SYSCALL)
			all[p].targets = targets_with_rules(plan, p, false);
	}
	for (unsigned int i = 0; i < s->n_observed; i++)
		all[s->observed[i]] =
			(struct wanted){(1u << s->n_targets) - 1, true, s->observed_from_group[i]};
}

static void place_rows(struct plan *plan, struct meter *m)
{
	unsigned int each = plan->scenario->n_phases;

	m->delayed = targets_with_rules(plan, m->at.point, true) & m->targets;
	m->first_row = plan->n_meter_rows;
	plan->n_meter_rows += each * __builtin_popcount(m->targets);
	m->first_natural = plan->n_meter_rows;
	plan->n_meter_rows += each * __builtin_popcount(m->delayed);
}

static void add(struct plan *plan, enum point p, const struct wanted *w)
{
	struct unmetered *none = &plan->unmetered[plan->n_unmetered];
	int m = choose(plan, p, w, none->reason, sizeof(none->reason));

	if (m < 0) {
		none->point = p;
		none->named = w->observed && !w->from_group;
		plan->n_unmetered++;
		return;
	}
	plan->meters[plan->n_meters] =
		(struct meter){.at = {.rule = NO_RULE, .point = p, .mechanism = m},
			.targets = w->targets,
			.named = w->observed && !w->from_group};
	place_rows(plan, &plan->meters[plan->n_meters++]);
}

void plan_meters(struct plan *plan)
{
	struct wanted all[NR_POINTS] = {};

	if (plan->caps->fatal[0])
		return;
	find_wanted(plan, all);
	for (enum point p = 0; p < NR_POINTS; p++)
		if (all[p].targets)
			add(plan, p, &all[p]);
}

unsigned int plan_meter_candidates(const struct scenario *s)
{
	unsigned int candidates = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ladder) && !measures_nothing(s); i++)
		if (s->n_observed || ladder[i] != MECHANISM_SYS_EXIT)
			candidates |= 1u << ladder[i];
	return candidates;
}

/* The n-th row of those of the targets in `of`, a run of phases each. */
static unsigned int row(const struct plan *plan, unsigned int of, unsigned int first,
	unsigned int target, unsigned int phase)
{
	if (!(of >> target & 1))
		return NO_ROW;
	return first + plan->scenario->n_phases * __builtin_popcount(of & ((1u << target) - 1)) +
	       phase;
}

unsigned int meter_row(
	const struct plan *plan, unsigned int meter, unsigned int target, unsigned int phase)
{
	const struct meter *m = &plan->meters[meter];

	return row(plan, m->targets, m->first_row, target, phase);
}

unsigned int meter_natural_row(
	const struct plan *plan, unsigned int meter, unsigned int target, unsigned int phase)
{
	const struct meter *m = &plan->meters[meter];

	return row(plan, m->delayed, m->first_natural, target, phase);
}
