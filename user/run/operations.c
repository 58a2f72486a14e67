// SPDX-License-Identifier: GPL-2.0
#include "run/operations.h"

#include <errno.h>
#include <stdio.h>

#include "base/process.h"
#include "run/loader.h"
#include "run/parts.h"

/* Operations under way at the end may still finish. */
#define GRACE_NS 1000000000ull

/* How often it is looked whether they have. */
#define LOOK_NS 5000000ull

/*
 * An operation belongs to the phase in which it began, unless it lasted into an inject phase:
 * then it belongs there, as what it suffered came from there.
 */
static unsigned int phase_of(const struct experiment *x, const struct operation *o)
{
	unsigned int last = load_phase_at(x->operations.all[0].load, o->ended_ns);

	for (unsigned int i = o->phase; i <= last; i++)
		if (x->measure->phases[i].role == ROLE_INJECT)
			return i;
	return o->phase;
}

static void add(struct phase_report *p, const struct operation *o)
{
	uint64_t n = o->count ?: 1;

	/* What jinx itself ended tells nothing of the target. */
	if (o->outcome == OPERATION_UNFINISHED) {
		p->unfinished += n;
		return;
	}
	p->operations += n;
	if (o->outcome != OPERATION_SUCCEEDED) {
		p->failed += n;
		failures_add_way(&p->failures, o->way, o->status, n);
	}
	if (o->outcome == OPERATION_TIMED_OUT || o->outcome == OPERATION_CUT_OFF)
		p->indeterminate += n;
	histogram_add_many(&p->latency, o->ended_ns - o->planned_ns, n);
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

static void look_for_end(uint64_t now_ns, void *context)
{
	if (!under_way(context))
		out_of_grace(now_ns, context);
}

static void add_sample(struct samples *s, const struct operation *o, unsigned int phase)
{
	static const enum sample_result results[] = {
		[OPERATION_SUCCEEDED] = SAMPLE_OK,
		[OPERATION_FAILED] = SAMPLE_FAILED,
		[OPERATION_TIMED_OUT] = SAMPLE_INDETERMINATE,
		[OPERATION_CUT_OFF] = SAMPLE_INDETERMINATE,
		[OPERATION_UNFINISHED] = SAMPLE_UNFINISHED,
	};
	const struct sample one = {.planned_ns = o->planned_ns,
		.start_ns = o->began_ns,
		.end_ns = o->ended_ns,
		.result = results[o->outcome],
		.phase = phase,
		.timed_out = o->outcome == OPERATION_TIMED_OUT,
		.count = o->count < UINT32_MAX ? o->count : UINT32_MAX};

	(void)samples_add(s, &one); /* what memory doesn't hold is missing there alone */
}

static void tell_failure(struct experiment *x, unsigned int workload, const struct operation *o)
{
	const struct failure f = {.way = o->way, .status = o->status};
	char how[32], text[160];

	if (o->outcome == OPERATION_SUCCEEDED || o->outcome == OPERATION_UNFINISHED)
		return;
	snprintf(text, sizeof(text), "an operation%s%.64s failed (%s)",
		x->s->names_workloads ? " of " : "",
		x->s->names_workloads ? x->s->workloads[workload].name : "",
		failure_text(&f, how, sizeof(how)));
	before_failure_tell(x, o->ended_ns, text);
}

static void on_operation(const struct operation *o, void *context)
{
	const struct running_load *r = context;
	struct experiment *x = r->experiment;
	unsigned int phase = phase_of(x, o);

	add(&x->measure->phases[phase], o);
	add(measure_load(x->measure, r->number, phase), o);
	verification_add(x, r->number, o);
	tell_failure(x, r->number, o);
	add_sample(&x->measure->workloads[r->number].samples, o, phase);
	if (o->outcome != OPERATION_UNFINISHED)
		last_failure_add(&x->operations.last_failure, o->ended_ns,
			o->outcome == OPERATION_SUCCEEDED);
}

/* How open-loop workloads keep up, for whoever looks now. */
static void tell_paces(struct experiment *x)
{
	for (unsigned int i = 0; i < x->operations.n; i++) {
		struct workload_report *w = &x->measure->workloads[i];
		struct pace pace;

		load_pace(x->operations.all[i].load, &pace);
		w->late = pace.late;
		w->dropped = pace.dropped;
	}
}

static void look_at_keeper(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	(void)now_ns;
	tell_paces(x);
	if (keeper_is_gone(x->keeper))
		experiment_end(x, VERDICT_FAILED, "the keeper has died: the workload can't go on");
}

static bool is_network(const struct workload *w)
{
	return w->ask.kind == ASK_HTTP || w->ask.kind == ASK_TCP;
}

int operations_make(struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_workloads; i++) {
		struct executable *e = &x->targets.executables[i];

		if (!is_network(&x->s->workloads[i]))
			continue;
		e->function = loader_main;
		e->argument = loader_new(&x->s->workloads[i]);
		if (!e->argument)
			return -ENOMEM;
	}
	return 0;
}

static int prepare_one(struct experiment *x, unsigned int number)
{
	struct running_load *r = &x->operations.all[number];
	const struct load_options o = {
		&x->s->workloads[number], number, x->keeper, &x->targets, x->loop, on_operation, r};

	*r = (struct running_load){x, number, load_new(&o)};
	if (!r->load)
		return -ENOMEM;
	x->operations.n++;
	return load_prepare(r->load);
}

int operations_prepare(struct experiment *x)
{
	int err = 0;

	while (x->operations.n < x->s->n_workloads && !err)
		err = prepare_one(x, x->operations.n);
	return err;
}

int operations_begin(struct experiment *x)
{
	struct operations *o = &x->operations;
	int err = 0;

	for (unsigned int i = 0; i < o->n && !err; i++)
		err = load_start(o->all[i].load, x->timeline.phase);
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
	uint64_t now = monotonic_ns();
	int err = 0;

	for (unsigned int i = 0; i < o->n && !err; i++)
		err = load_drain(o->all[i].load, o->last);
	if (!err && !under_way(o))
		return -ECHILD;
	err = err ?: loop_timer(o->last, now, LOOK_NS, look_for_end, o, NULL);
	return err ?: loop_timer(o->last, now + GRACE_NS, 0, out_of_grace, o, NULL);
}

void operations_finish(struct experiment *x)
{
	struct operations *o = &x->operations;

	if (o->n && !loop_new(&o->last)) {
		if (!drain(o))
			(void)loop_run(o->last); /* what has not ended then is ended */
	}
	tell_paces(x);
	operations_release(x);
	loop_free(o->last);
	o->last = NULL;
}

/* The first one last: it knows when phases began. */
void operations_release(struct experiment *x)
{
	while (x->operations.n) {
		unsigned int last = x->operations.n - 1;

		load_free(x->operations.all[last].load);
		x->operations.n = last;
	}
	for (unsigned int i = 0; i < x->s->n_workloads; i++) {
		loader_free(x->targets.executables[i].argument);
		x->targets.executables[i].argument = NULL;
	}
}
