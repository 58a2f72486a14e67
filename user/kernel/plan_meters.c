// SPDX-License-Identifier: GPL-2.0
/* Which calls are measured, and how. A rule's own are not unless somebody asks: it costs. */
#include "kernel/plan_meters.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/plan_code.h"

static const enum mechanism ladder[] = {
	MECHANISM_FEXIT, MECHANISM_KRETPROBE, MECHANISM_SYS_EXIT, MECHANISM_FUNCTION_METER};

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

/* What a tracepoint delays waits before the call's function begins, which would see nothing of it.
 */
static bool delayed_before(const struct plan *plan, enum point p)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct binding *b = &plan->bindings[i];

		if (b->point == p && mechanisms[b->mechanism].flags & AT_SYS_ENTER &&
			makes_sleep(plan->rules[b->rule].fault))
			return true;
	}
	return false;
}

/* The tracepoints are no price for a call that nobody asked for by name. */
static const char *too_dear(const struct plan *plan, bool from_group)
{
	if (from_group && (plan->caps->mechanisms[MECHANISM_FEXIT].usable ||
				  plan->caps->mechanisms[MECHANISM_KRETPROBE].usable))
		return "every process of the host would pay for one call of a group";
	return NULL;
}

/* Why it can't be had, or is not to be; NULL: it can. */
static const char *objection(
	const struct plan *plan, enum point p, bool from_group, enum mechanism m)
{
	bool before = points[p].kind != KIND_CODE && delayed_before(plan, p);
	const char *why = m == MECHANISM_SYS_EXIT && !before && points[p].kind != KIND_CODE
				  ? too_dear(plan, from_group)
				  : NULL;

	if (why || !plan->caps->mechanisms[m].usable)
		return why ?: plan->caps->mechanisms[m].reason;
	if (m != MECHANISM_SYS_EXIT && before)
		return "a tracepoint delays the call before it gets there";
	if (m == MECHANISM_FEXIT && overridden(plan, p))
		return "a kprobe changes there what the call returns";
	return mechanism_kinds[m]->out_of_reach(p, plan->caps);
}

/*
 * All that is done at the point is done by the program that fails the call, which can note the
 * call's beginning as well: a program of its own costs as much as what it does. What delays a call
 * comes before that.
 */
static bool begins_in_rule(const struct plan *plan, enum point p, enum mechanism m)
{
	bool failed = false;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		if (plan->bindings[i].point != p)
			continue;
		if (plan->bindings[i].mechanism != MECHANISM_FMOD_RET)
			return false;
		failed = true;
	}
	return failed && m == MECHANISM_FEXIT;
}

/* The mechanism, or -1 with the reason of each in the ladder. */
static int choose(const struct plan *plan, enum point p, bool from_group, char *reason, size_t size)
{
	*reason = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(ladder); i++) {
		const char *why;

		if (!is_for_point(ladder[i], p))
			continue;
		why = objection(plan, p, from_group, ladder[i]);
		if (!why)
			return ladder[i];
		text_append(reason, size, "%s%s: %s", *reason ? "; " : "",
			mechanisms[ladder[i]].name, why);
	}
	return -1;
}

/* The targets whose calls rules delay at a point by such mechanisms (0: by any), a bit each. */
static unsigned int targets_delayed(const struct plan *plan, enum point p, unsigned int flags)
{
	unsigned int targets = 0;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct fault_spec *f = plan->rules[plan->bindings[i].rule].fault;

		if (plan->bindings[i].point == p && makes_sleep(f) &&
			(!flags || mechanisms[plan->bindings[i].mechanism].flags & flags))
			targets |= 1u << f->target;
	}
	return targets;
}

static void place_rows(struct plan *plan, struct meter *m)
{
	unsigned int each = plan->scenario->n_phases;

	m->targets = (1u << plan->scenario->n_targets) - 1;
	m->delayed = targets_delayed(plan, m->at.point, 0);
	m->before = points[m->at.point].kind == KIND_CODE
			    ? 0
			    : targets_delayed(plan, m->at.point, AT_WRAPPER);
	m->first_row = plan->n_meter_rows;
	plan->n_meter_rows += each * __builtin_popcount(m->targets);
	m->first_natural = plan->n_meter_rows;
	plan->n_meter_rows += each * __builtin_popcount(m->delayed);
}

static void add(struct plan *plan, enum point p, bool from_group)
{
	struct unmetered *none = &plan->unmetered[plan->n_unmetered];
	int m = choose(plan, p, from_group, none->reason, sizeof(none->reason));
	unsigned int most = 2 * plan->scenario->n_targets * plan->scenario->n_phases;

	if (m >= 0 && plan->n_meter_rows + most > MAX_METER_ROWS) {
		snprintf(none->reason, sizeof(none->reason),
			"more than %u histograms of calls, targets and phases", MAX_METER_ROWS);
		m = -1;
	}
	if (m < 0) {
		none->point = p;
		plan->n_unmetered++;
		return;
	}
	plan->meters[plan->n_meters] = (struct meter){.at = {.rule = NO_RULE,
							      .point = p,
							      .mechanism = m,
							      .begun = begins_in_rule(plan, p, m)}};
	place_rows(plan, &plan->meters[plan->n_meters++]);
}

void plan_meters(struct plan *plan)
{
	const struct scenario *s = plan->scenario;

	for (unsigned int i = 0; i < s->n_observed && !plan->caps->fatal[0]; i++)
		add(plan, s->observed[i], s->observed_from_group[i]);
}

uint64_t plan_meter_candidates(const struct scenario *s)
{
	uint64_t candidates = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ladder); i++)
		if (is_for_any(ladder[i], s->observed, s->n_observed))
			candidates |= 1ull << ladder[i];
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
