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
static unsigned int phase_of(const struct experiment *x, const struct operation *o)
{
	for (unsigned int i = o->phase; i <= x->timeline.phase; i++)
		if (x->measure->phases[i].role == ROLE_INJECT)
			return i;
	return o->phase;
}

static void add(struct phase_report *p, const struct operation *o)
{
	/* What jinx itself ended tells nothing of the target. */
	if (o->outcome == OPERATION_UNFINISHED) {
		p->unfinished++;
		return;
	}
	p->operations++;
	if (o->outcome != OPERATION_SUCCEEDED) {
		p->failed++;
		failures_add(&p->failures, o->outcome == OPERATION_TIMED_OUT, o->status);
	}
	histogram_add(&p->latency, o->ended_ns - o->began_ns);
}

static unsigned int under_way(const struct operations *o)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < o->n; i++)
		n += load_under_way(o->all[i].load);
	return n;
}

static void out_of_grace(uint64_t now_ns, void *context)
{
	const struct operations *o = context;

	(void)now_ns;
	loop_stop(o->last);
}

static void on_operation(const struct operation *o, void *context)
{
	const struct running_load *r = context;
	struct experiment *x = r->experiment;
	unsigned int phase = phase_of(x, o);

	add(&x->measure->phases[phase], o);
	add(measure_load(x->measure, r->number, phase), o);
	if (o->outcome != OPERATION_UNFINISHED)
		recovery_add(
			&x->operations.recovery, o->ended_ns, o->outcome == OPERATION_SUCCEEDED);
	if (x->operations.last && !under_way(&x->operations))
		loop_stop(x->operations.last);
}

static void look_at_keeper(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	(void)now_ns;
	if (keeper_is_gone(x->keeper))
		experiment_end(x, VERDICT_FAILED, "the keeper has died: the workload can't go on");
}

static int begin(struct experiment *x, unsigned int number)
{
	struct running_load *r = &x->operations.all[number];

	*r = (struct running_load){x, number,
		load_new(&x->s->workloads[number], x->keeper, &x->targets, number, x->loop,
			on_operation, r)};
	if (!r->load)
		return -ENOMEM;
	x->operations.n++;
	return load_start(r->load, x->timeline.phase);
}

int operations_begin(struct experiment *x)
{
	struct operations *o = &x->operations;
	int err = 0;

	while (o->n < x->s->n_workloads && !err)
		err = begin(x, o->n);
	if (err || !o->n)
		return err;
	return loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, look_at_keeper, x, NULL);
}

void operations_phase(struct experiment *x, unsigned int phase)
{
	for (unsigned int i = 0; i < x->operations.n; i++)
		load_phase(x->operations.all[i].load, phase);
}

/* 0: there is something to wait for. */
static int drain(struct operations *o)
{
	int err = 0;

	for (unsigned int i = 0; i < o->n && !err; i++)
		err = load_drain(o->all[i].load, o->last);
	if (!err && !under_way(o))
		return -ECHILD;
	return err ?: loop_timer(o->last, monotonic_ns() + GRACE_NS, 0, out_of_grace, o, NULL);
}

void operations_finish(struct experiment *x)
{
	struct operations *o = &x->operations;

	if (o->n && !loop_new(&o->last)) {
		if (!drain(o))
			(void)loop_run(o->last); /* what has not ended then is ended */
	}
	for (unsigned int i = 0; i < o->n; i++)
		load_free(o->all[i].load);
	loop_free(o->last);
	o->last = NULL;
	o->n = 0;
}
