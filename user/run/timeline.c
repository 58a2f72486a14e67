// SPDX-License-Identifier: GPL-2.0
#include "run/timeline.h"

#include <stdio.h>

#include "base/log.h"
#include "base/process.h"
#include "run/heartbeat.h"
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
	operations_phase(x, phase);
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
	if (p->role == ROLE_INJECT)
		recovery_begin(&x->operations.recovery, now);
	p->recovery_ns = recovery_time(&x->operations.recovery);
	log_debug("phase %s ends after %.3f s", x->s->phases[t->phase].name, p->duration_ns / 1e9);
}

static void on_end(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	close_phase(x, now_ns);
	if (x->timeline.phase + 1 < x->s->n_phases)
		open_phase(x, x->timeline.phase + 1, now_ns);
	else
		experiment_end(x, VERDICT_HELD, "");
}

int timeline_begin(struct experiment *x, uint64_t now_ns)
{
	int err = loop_timer(x->loop, LOOP_NEVER, 0, on_end, x, &x->timeline.end);

	open_phase(x, 0, now_ns);
	return err;
}

void timeline_end(struct experiment *x)
{
	if (x->timeline.open)
		close_phase(x, monotonic_ns());
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
