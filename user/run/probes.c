// SPDX-License-Identifier: GPL-2.0
#include "run/probes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/process.h"
#include "expect/pattern.h"
#include "net/client.h"
#include "run/parts.h"
#include "run/runner.h"

static const struct probe_spec *spec_of(const struct prober *p)
{
	return &p->experiment->s->probes[p->number];
}

static struct probe_report *report_of(const struct prober *p)
{
	return &p->experiment->measure->probes[p->number];
}

static bool anything_asks(const struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_probes; i++)
		if (x->probes.all[i].asking)
			return true;
	return false;
}

static void answer(struct prober *p, enum sample_result result)
{
	const struct sample one = {.planned_ns = p->began_ns,
		.start_ns = p->began_ns,
		.end_ns = monotonic_ns(),
		.result = result,
		.phase = p->phase};
	struct loop *last = p->experiment->probes.last;

	p->asking = false;
	probe_add(report_of(p), &one);
	if (last && !anything_asks(p->experiment))
		loop_stop(last);
}

static void fail(struct prober *p, enum failure_way way, int status)
{
	char text[160];

	snprintf(text, sizeof(text), "the probe %.64s failed", spec_of(p)->name);
	before_failure_tell(p->experiment, monotonic_ns(), text);
	failures_add_way(&report_of(p)->failures, way, status, 1);
	answer(p, SAMPLE_FAILED);
}

static void say_unknown(struct prober *p, const char *why)
{
	snprintf(report_of(p)->why, sizeof(report_of(p)->why), "%s", why);
	answer(p, SAMPLE_INDETERMINATE);
}

static void on_reply(const struct reply *r, void *context)
{
	struct prober *p = context;

	if (r->result == REPLY_OK)
		answer(p, SAMPLE_OK);
	else if (r->result == REPLY_UNKNOWN)
		say_unknown(p, r->why);
	else
		fail(p, r->way, r->status);
}

static void on_output(const char *text, size_t size, void *context)
{
	struct prober *p = context;
	size_t room = MAX_PROBE_OUTPUT - p->n_output;

	if (!p->pattern)
		return;
	memcpy(p->output + p->n_output, text, size < room ? size : room);
	p->n_output += size < room ? size : room;
}

static void compare(struct prober *p)
{
	int found = p->pattern ? pattern_find(p->pattern, p->output, p->n_output) : 1;

	if (found == 1)
		answer(p, SAMPLE_OK);
	else if (found == 0)
		fail(p, WAY_OTHER, FAILURE_MISMATCH);
	else
		say_unknown(p, "the regular expression takes too long");
}

/* A shell says so of what it can't find or execute; so does jinx of a program. */
static bool means_not_run(int code)
{
	return code == 126 || code == 127;
}

static void on_end(enum run_end how, int status, void *context)
{
	struct prober *p = context;
	int wanted = spec_of(p)->ask.expect.exit, code = WEXITSTATUS(status);
	char why[120];

	snprintf(why, sizeof(why), "it exited with %d, as what can't be executed does", code);
	if (how == RUN_IMPOSSIBLE)
		say_unknown(p, strerror(-status));
	else if (how == RUN_TIMED_OUT)
		fail(p, WAY_TIMEOUT, 0);
	else if (WIFEXITED(status) && code == wanted)
		compare(p);
	else if (WIFEXITED(status) && means_not_run(code))
		say_unknown(p, why);
	else
		fail(p, WAY_PROCESS, status);
}

static void ask(struct prober *p, struct loop *loop)
{
	if (p->asking) {
		report_of(p)->skipped++;
		return;
	}
	p->asking = true;
	p->began_ns = monotonic_ns();
	p->phase = p->experiment->timeline.phase;
	p->n_output = 0;
	if (p->runner)
		runner_run(p->runner, loop, spec_of(p)->ask.timeout_ns);
	else if (client_ask(p->client))
		say_unknown(p, "out of memory");
}

static void on_due(uint64_t now_ns, void *context)
{
	struct prober *p = context;

	(void)now_ns;
	ask(p, p->experiment->loop);
}

static bool is_network(const struct prober *p)
{
	enum ask_kind kind = spec_of(p)->ask.kind;

	return kind == ASK_HTTP || kind == ASK_TCP;
}

static int make_network(struct prober *p, struct loop *loop)
{
	struct probes *all = &p->experiment->probes;
	struct error ignored; /* the scenario's reader has compiled the regex before */
	int err = all->network ? 0 : network_new(loop, MAX_PROBES, &all->network);

	return err
		       ?: client_new(all->network, &spec_of(p)->ask, false, on_reply, p, &p->client,
				  &ignored);
}

static int make_runner(struct prober *p)
{
	static const struct runner_functions f = {on_output, on_end};
	struct experiment *x = p->experiment;
	const char *regex = spec_of(p)->ask.expect.output;
	struct error ignored;

	if (regex && (!(p->output = malloc(MAX_PROBE_OUTPUT)) ||
			     pattern_new(regex, &p->pattern, &ignored)))
		return -ENOMEM;
	p->runner = runner_new(x->keeper, &x->targets, executable_of_probe(x->s, p->number), &f, p);
	return p->runner ? 0 : -ENOMEM;
}

static int make(struct experiment *x, unsigned int number, struct loop *loop)
{
	struct prober *p = &x->probes.all[number];

	*p = (struct prober){.experiment = x, .number = number};
	return is_network(p) ? make_network(p, loop) : make_runner(p);
}

static int begin(struct experiment *x, unsigned int number)
{
	const struct probe_spec *spec = &x->s->probes[number];
	struct prober *p = &x->probes.all[number];
	int err = make(x, number, x->loop);

	if (err || spec->at == PROBE_END)
		return err;
	return loop_timer(x->loop, x->began_ns, spec->at & PROBE_ALL ? spec->every_ns : 0, on_due,
		p, &p->due);
}

int probes_begin(struct experiment *x)
{
	int err = 0;

	for (unsigned int i = 0; i < x->s->n_probes && !err; i++)
		err = begin(x, i);
	return err;
}

static void release_one(struct prober *p)
{
	loop_remove(p->due);
	client_free(p->client);
	runner_free(p->runner);
	pattern_free(p->pattern);
	free(p->output);
	*p = (struct prober){};
}

void probes_release(struct experiment *x)
{
	for (unsigned int i = 0; i < x->s->n_probes; i++)
		release_one(&x->probes.all[i]);
	network_free(x->probes.network);
	x->probes.network = NULL;
}

static void on_signal(uint32_t events, void *context)
{
	(void)events;
	loop_stop(context);
}

/* What is under way tells nothing of the end: it is asked anew. */
static void ask_last(struct experiment *x)
{
	struct probes *all = &x->probes;

	(void)loop_watch(all->last, x->signals, EPOLLIN, on_signal, all->last, NULL);
	for (unsigned int i = 0; i < x->s->n_probes; i++)
		if (x->s->probes[i].at & PROBE_END && !make(x, i, all->last))
			ask(&all->all[i], all->last);
	if (anything_asks(x))
		(void)loop_run(all->last);
}

void probes_finish(struct experiment *x)
{
	uint64_t now = monotonic_ns();

	probes_release(x);
	if (x->s->n_probes && !loop_new(&x->probes.last)) {
		ask_last(x);
		probes_release(x);
		loop_free(x->probes.last);
		x->probes.last = NULL;
	}
	for (unsigned int i = 0; i < x->s->n_probes; i++) {
		struct probe_report *p = &x->measure->probes[i];

		p->longest_outage_ns = probe_longest_outage(p, now);
	}
}
