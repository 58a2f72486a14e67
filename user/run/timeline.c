// SPDX-License-Identifier: GPL-2.0
#include "run/timeline.h"

#include <stdio.h>

#include "base/log.h"
#include "base/process.h"
#include "run/guards.h"
#include "run/heartbeat.h"
#include "run/logs.h"
#include "run/parts.h"

static uint64_t rules_of(const struct experiment *x, unsigned int phase)
{
	uint64_t rules = 0;

	for (unsigned int i = 0; i < x->s->n_faults; i++)
		if (x->s->faults[i].phase == phase && !x->measure->plan->rules[i].refused)
			rules |= 1ull << i;
	return rules;
}

static uint64_t end_of(const struct experiment *x)
{
	const struct timeline *t = &x->timeline;
	uint64_t duration = x->s->phases[t->phase].duration_ns;

	return duration ? t->began_ns + duration : LOOP_NEVER;
}

/* With --debug: "phase inject begins, armed: 1, 3", the rules as people count them. */
static void tell_begin(const struct experiment *x, uint64_t rules)
{
	char armed[4 * MAX_RULES] = " nothing";
	size_t used = 0;

	for (unsigned int i = 0; i < MAX_RULES && used < sizeof(armed); i++)
		if (rules >> i & 1)
			used += snprintf(armed + used, sizeof(armed) - used, "%s %u",
				used ? "," : "", i + 1);
	log_debug("phase %s begins, armed:%s", x->s->phases[x->timeline.phase].name, armed);
}

static void open_phase(struct experiment *x, unsigned int phase, uint64_t now)
{
	struct timeline *t = &x->timeline;

	t->phase = phase;
	t->began_ns = now;
	t->open = true;
	x->measure->phases[phase].reached = true;
	x->measure->phases[phase].began_ns = now;
	operations_phase(x, phase);
	pressure_begin(x);
	heartbeat_renew(x, now);
	engine_meter(x->engine, phase);
	engine_arm(x->engine, rules_of(x, phase));
	acts_arm(x, rules_of(x, phase), now);
	if (t->end)
		loop_set(t->end, end_of(x));
	tell_begin(x, rules_of(x, phase));
}

static void close_phase(struct experiment *x, uint64_t now)
{
	struct timeline *t = &x->timeline;
	struct phase_report *p = &x->measure->phases[t->phase];

	engine_arm(x->engine, 0);
	acts_arm(x, 0, 0);
	engine_meter(x->engine, NO_PHASE);
	t->open = false;
	p->duration_ns = now - t->began_ns;
	pressure_end(x, t->phase, p->duration_ns);
	if (p->role == ROLE_INJECT)
		last_failure_begin(&x->operations.last_failure, now);
	p->last_failure_ns = last_failure_time(&x->operations.last_failure);
	verification_phase(x, t->phase);
	log_debug("phase %s ends after %.3f s", x->s->phases[t->phase].name, p->duration_ns / 1e9);
}

/* After faults that were cut short no others begin. */
static bool goes_on(const struct experiment *x)
{
	const struct timeline *t = &x->timeline;

	if (t->phase + 1 >= x->s->n_phases)
		return false;
	return !t->cut.verdict || x->measure->phases[t->phase + 1].role == ROLE_RECOVER;
}

/* What isn't steady before any fault can't be judged: nothing is armed. */
static bool may_begin(struct experiment *x, unsigned int phase, uint64_t now)
{
	char *reason = x->measure->not_steady;

	if (x->measure->phases[phase].role != ROLE_INJECT || x->timeline.steady)
		return true;
	x->timeline.steady = true;
	if (steady_check(x, now, reason, sizeof(x->measure->not_steady))) {
		*reason = '\0';
		return true;
	}
	experiment_end(x, VERDICT_INCONCLUSIVE, reason);
	return false;
}

static void end_all(struct experiment *x)
{
	const struct judgement *cut = &x->timeline.cut;

	if (cut->verdict)
		experiment_end(x, cut->verdict, cut->reason);
	else
		experiment_end(x, VERDICT_HELD, "");
}

/* Long enough for a recovery to be one; operations in it count to no phase. */
static void rest(struct experiment *x)
{
	uint64_t hold = HOLD_WINDOWS * (x->s->judging.window_ns ?: DEFAULT_WINDOW_NS);

	x->measure->rested = true;
	operations_phase(x, x->s->n_phases);
	measure_note(x->measure, "after the faults were ended it was watched for %gs more",
		(hold > MIN_HOLD_NS ? hold : MIN_HOLD_NS) / 1e9);
	loop_set(x->timeline.end, monotonic_ns() + 2 * (hold > MIN_HOLD_NS ? hold : MIN_HOLD_NS));
}

/* What comes before it has been run. */
static void enter_next(struct experiment *x)
{
	uint64_t now = monotonic_ns();

	if (may_begin(x, x->timeline.phase + 1, now))
		open_phase(x, x->timeline.phase + 1, now);
}

/* What comes after the phase has been run. */
static void leave(struct experiment *x)
{
	struct timeline *t = &x->timeline;
	bool cut = t->just_cut;

	t->just_cut = false;
	while (cut && t->phase + 1 < x->s->n_phases &&
		x->measure->phases[t->phase].role != ROLE_RECOVER &&
		x->measure->phases[t->phase + 1].role == ROLE_INJECT)
		t->phase++;
	if (goes_on(x))
		hooks_run(x, HOOK_BEFORE_PHASE, t->phase + 1, enter_next);
	else if (cut && x->s->n_workloads && x->s->n_phases < MAX_PHASES)
		rest(x);
	else
		end_all(x);
}

/* Operations between two phases, while hooks are run, count to none of them. */
static void after_phase(struct experiment *x)
{
	loop_set(x->timeline.end, LOOP_NEVER);
	if (standing_has_hooks(&x->s->standing))
		operations_phase(x, x->s->n_phases);
	hooks_run(x, HOOK_AFTER_PHASE, x->timeline.phase, leave);
}

static void on_end(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	/* What was logged until now belongs to this phase. */
	logs_look(x);
	now_ns = monotonic_ns();
	if (x->measure->rested) {
		end_all(x);
		return;
	}
	close_phase(x, now_ns);
	after_phase(x);
}

void timeline_cut(struct experiment *x, enum verdict v, const char *reason)
{
	struct timeline *t = &x->timeline;

	if (x->over || t->cut.verdict)
		return;
	t->cut.verdict = v;
	t->just_cut = true;
	snprintf(t->cut.reason, sizeof(t->cut.reason), "%s", reason);
	close_phase(x, monotonic_ns());
	x->measure->phases[t->phase].cut_short = true;
	after_phase(x);
}

int timeline_begin(struct experiment *x, uint64_t now_ns)
{
	int err = loop_timer(x->loop, LOOP_NEVER, 0, on_end, x, &x->timeline.end);

	open_phase(x, 0, now_ns);
	return err;
}

void timeline_end(struct experiment *x)
{
	if (x->timeline.open) {
		close_phase(x, monotonic_ns());
		x->measure->phases[x->timeline.phase].cut_short =
			x->measure->judgement.verdict != VERDICT_HELD;
	}
	loop_remove(x->timeline.end);
	x->timeline.end = NULL;
}

bool timeline_is_endless(const struct experiment *x)
{
	return end_of(x) == LOOP_NEVER;
}

uint64_t timeline_left_ns(const struct experiment *x, uint64_t now_ns)
{
	uint64_t end = end_of(x);

	return end != LOOP_NEVER && end > now_ns ? end - now_ns : 0;
}
