// SPDX-License-Identifier: GPL-2.0
#include "run/progress.h"

#include <string.h>

#include "base/process.h"
#include "faults/kind.h"
#include "run/parts.h"
#include "run/trace.h"

/* What can't be read leaves the last numbers, and no verdict is made of those. */
static void read_counters(struct experiment *x)
{
	struct measure *r = x->measure;
	char reason[128];
	int err = 0;

	for (unsigned int i = 0; i < r->plan->n_bindings && !err; i++)
		if (mechanisms[r->plan->bindings[i].mechanism].flags & BY_KEEPER)
			keeper_counters(x->keeper, i, &r->counters[i]);
		else
			err = engine_counters(x->engine, i, &r->counters[i]);
	for (unsigned int i = 0; i < r->plan->n_rules && !err; i++)
		if (makes_sleep(&x->s->faults[i]) && !r->plan->rules[i].refused)
			err = engine_sleeps(x->engine, i, &r->sleeps[i]);
	for (unsigned int i = 0; i < r->plan->n_rules; i++)
		if (shapes_packets(&x->s->faults[i]) && !r->plan->rules[i].refused)
			engine_shaped(x->engine, i, &r->shaped[i]);
	for (unsigned int i = 0; i < r->plan->n_rules; i++)
		if ((takes_bytes(&x->s->faults[i]) || x->s->faults[i].fault == FAULT_SKEW) &&
			!r->plan->rules[i].refused)
			keeper_taken(x->keeper, i, &r->taken[i]);
	err = err ?: engine_missed(x->engine, &r->missed);
	if (!err)
		r->missed += engine_calls_unmeasured(x->engine);
	r->events_lost = engine_events_lost(x->engine);
	injections_add(&r->injections, monotonic_ns(), measure_injected(r));
	if (!x->verifications.injected_ns && measure_injected(r))
		x->verifications.injected_ns = monotonic_ns();
	if (!err)
		return;
	snprintf(reason, sizeof(reason), "the counters can't be read: %s", strerror(-err));
	experiment_fail(x, reason);
}

static void on_tick(uint64_t now_ns, void *context)
{
	read_counters(context);
	trace_look(context, now_ns);
}

int progress_begin(struct experiment *x)
{
	return loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, on_tick, x, NULL);
}

void progress_read_calls(struct experiment *x)
{
	engine_calls(x->engine, x->measure->calls);
}

void progress_end(struct experiment *x)
{
	read_counters(x);
	trace_look(x, x->ended_ns);
	progress_read_calls(x);
}

void progress_status(const struct experiment *x, struct status *ret)
{
	const char *target = x->s->targets[0].name;
	uint64_t now = monotonic_ns();

	memset(ret, 0, sizeof(*ret));
	snprintf(ret->id, sizeof(ret->id), "%s", x->id);
	snprintf(ret->name, sizeof(ret->name), "%s", x->s->name);
	snprintf(ret->phase, sizeof(ret->phase), "%s", x->s->phases[x->timeline.phase].name);
	snprintf(
		ret->target, sizeof(ret->target), "%s%s", target, x->s->n_targets > 1 ? ", …" : "");
	ret->left_ms = timeline_is_endless(x) ? -1 : (long long)timeline_left_ns(x, now) / 1000000;
	ret->started_ms = (now - x->began_ns) / 1000000;
	ret->injected = measure_injected(x->measure);
}
