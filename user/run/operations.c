// SPDX-License-Identifier: GPL-2.0
#include "run/operations.h"

#include <errno.h>

#include "base/process.h"
#include "run/parts.h"

/* Operations under way at the end may still finish. */
#define GRACE_NS 1000000000ull

/*
 * An operation belongs to the phase in which it began, unless it lasted into an inject phase:
 * then it belongs there, as what it suffered came from there.
 */
static struct phase_report *phase_of(const struct experiment *x, const struct operation *o)
{
	for (unsigned int i = o->phase; i <= x->timeline.phase; i++)
		if (x->measure->phases[i].role == ROLE_INJECT)
			return &x->measure->phases[i];
	return &x->measure->phases[o->phase];
}

static void add(struct phase_report *p, const struct operation *o)
{
	p->operations++;
	if (o->outcome != OPERATION_SUCCEEDED) {
		p->failed++;
		failures_add(&p->failures, o->outcome == OPERATION_TIMED_OUT, o->status);
	}
	histogram_add(&p->latency, o->ended_ns - o->began_ns);
}

static void on_operation(const struct operation *o, void *context)
{
	struct experiment *x = context;
	struct phase_report *p = phase_of(x, o);

	/* What jinx itself ended tells nothing of the target. */
	if (o->outcome == OPERATION_UNFINISHED) {
		p->unfinished++;
		return;
	}
	add(p, o);
	recovery_add(&x->operations.recovery, o->ended_ns, o->outcome == OPERATION_SUCCEEDED);
}

static void look_at_keeper(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	(void)now_ns;
	if (keeper_is_gone(x->keeper))
		experiment_end(x, VERDICT_FAILED, "the keeper has died: the workload can't go on");
}

int operations_begin(struct experiment *x)
{
	struct operations *o = &x->operations;
	int err;

	if (!x->s->has_workload)
		return 0;
	o->load = load_new(
		&x->s->workload, x->keeper, x->targets.workload_cgroup, x->loop, on_operation, x);
	err = o->load ? load_start(o->load, x->timeline.phase) : -ENOMEM;
	return err ?: loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, look_at_keeper, x, NULL);
}

void operations_phase(struct experiment *x, unsigned int phase)
{
	if (x->operations.load)
		load_phase(x->operations.load, phase);
}

void operations_finish(struct experiment *x)
{
	struct operations *o = &x->operations;

	if (!o->load)
		return;
	load_finish(o->load, monotonic_ns() + GRACE_NS);
	load_free(o->load);
	o->load = NULL;
}
