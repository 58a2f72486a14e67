// SPDX-License-Identifier: GPL-2.0
#include "run/verification.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "run/parts.h"
#include "run/runner.h"

static struct ledger *ledger_of(const struct verification *v)
{
	return &v->experiment->measure->workloads[v->workload].ledger;
}

static void on_line(const char *line, size_t size, void *context)
{
	struct ledger *l = context;

	if (l->known)
		(void)ledger_find(l, line, size);
}

static void on_output(const char *text, size_t size, void *context)
{
	struct verification *v = context;

	lines_take(&v->lines, text, size, on_line, ledger_of(v));
}

static unsigned int under_way(const struct experiment *x)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < x->s->n_workloads; i++)
		n += x->verifications.all[i].runner &&
		     runner_is_under_way(x->verifications.all[i].runner);
	return n;
}

static void fail(struct ledger *l, const char *format, int value)
{
	l->known = false;
	snprintf(l->why, sizeof(l->why), format, value);
}

static void on_end(enum run_end how, int status, void *context)
{
	struct verification *v = context;
	struct ledger *l = ledger_of(v);

	lines_end(&v->lines, on_line, l);
	if (how == RUN_IMPOSSIBLE)
		snprintf(l->why, sizeof(l->why), "verify could not be started: %s",
			strerror(-status));
	if (how == RUN_IMPOSSIBLE)
		l->known = false;
	else if (how == RUN_TIMED_OUT)
		fail(l, "verify took longer than its timeout", 0);
	else if (WIFSIGNALED(status))
		fail(l, "verify was ended by signal %d", WTERMSIG(status));
	else if (status)
		fail(l, "verify exited with %d", WEXITSTATUS(status));
	if (v->experiment->verifications.last && !under_way(v->experiment))
		loop_stop(v->experiment->verifications.last);
}

static void begin(struct experiment *x, unsigned int workload, struct loop *loop)
{
	static const struct runner_functions f = {on_output, on_end};
	struct verification *v = &x->verifications.all[workload];
	struct ledger *l;

	*v = (struct verification){.experiment = x, .workload = workload};
	l = ledger_of(v);
	l->asked = l->known = true;
	l->running = loop == x->loop;
	v->runner = runner_new(x->keeper, &x->targets, executable_of_verify(x->s, workload), &f, v);
	if (v->runner)
		runner_run(v->runner, loop, x->s->workloads[workload].verify.timeout_ns);
	else
		fail(l, "out of memory", 0);
}

void verification_add(struct experiment *x, unsigned int workload, const struct operation *o)
{
	static const enum acknowledged acks[] = {
		[OPERATION_SUCCEEDED] = ACK_OK,
		[OPERATION_FAILED] = ACK_FAILED,
		[OPERATION_TIMED_OUT] = ACK_INDETERMINATE,
		[OPERATION_CUT_OFF] = ACK_INDETERMINATE,
		[OPERATION_UNFINISHED] = ACK_INDETERMINATE,
	};
	struct ledger *l = &x->measure->workloads[workload].ledger;

	/* What is acknowledged after the question may be missing in the answer. */
	if (!x->s->workloads[workload].verify.exec || l->asked)
		return;
	if (ledger_add(l, o->number, acks[o->outcome], o->ended_ns))
		x->measure->ledgers_full = true;
}

static bool is_due(const struct experiment *x, unsigned int workload, const char *phase)
{
	const struct verify *v = &x->s->workloads[workload].verify;

	return v->exec && v->after && !strcmp(v->after, phase);
}

void verification_phase(struct experiment *x, unsigned int phase)
{
	/* At the end of the last one operations are waited for first. */
	if (phase + 1 == x->s->n_phases)
		return;
	for (unsigned int i = 0; i < x->s->n_workloads; i++)
		if (is_due(x, i, x->s->phases[phase].name))
			begin(x, i, x->loop);
}

static void on_signal(uint32_t events, void *context)
{
	(void)events;
	loop_stop(context); /* who wants an end twice doesn't want to wait */
}

/* One whose question is under way is asked again: nothing watches over it any more. */
static void move_all(struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_workloads; i++) {
		struct verification *v = &x->verifications.all[i];
		struct ledger *l = &x->measure->workloads[i].ledger;
		bool again = v->runner && runner_is_under_way(v->runner);

		if (!x->s->workloads[i].verify.exec || (l->asked && !again))
			continue;
		runner_free(v->runner);
		for (size_t n = 0; n < l->n; n++)
			l->entries[n].found = 0;
		l->strange = 0;
		begin(x, i, x->verifications.last);
	}
}

void verification_finish(struct experiment *x)
{
	struct verifications *all = &x->verifications;

	if (!loop_new(&all->last)) {
		move_all(x);
		(void)loop_watch(all->last, x->signals, EPOLLIN, on_signal, all->last, NULL);
		if (under_way(x))
			(void)loop_run(all->last);
	}
	for (unsigned int i = 0; i < x->s->n_workloads; i++) {
		struct verification *v = &all->all[i];

		if (v->runner && runner_is_under_way(v->runner))
			fail(ledger_of(v), "verify was interrupted", 0);
		runner_free(v->runner);
		v->runner = NULL;
		ledger_sum(&x->measure->workloads[i].ledger, all->injected_ns,
			&x->measure->workloads[i].verified);
	}
	loop_free(all->last);
	all->last = NULL;
}
