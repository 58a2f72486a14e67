// SPDX-License-Identifier: GPL-2.0
#include "run/ready.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/process.h"
#include "expect/pattern.h"
#include "measure/failures.h"
#include "net/client.h"
#include "run/neighbours.h"
#include "run/parts.h"
#include "run/probes.h"
#include "run/progress.h"
#include "run/runner.h"
#include "run/signals.h"
#include "scenario/names.h"

/* From one answer to the next question. */
#define AGAIN_NS 100000000ull

struct waiting {
	struct experiment *x;
	const struct ask *ask;
	struct loop *loop;
	struct network *network;
	struct client *client;
	struct runner *runner;
	struct pattern *pattern;
	char *output;
	size_t n_output;
	struct source *again;
	bool ready, stopped;
	char last[160]; /* what the latest answer was */
};

static void answer(struct waiting *w, bool good)
{
	w->ready = good;
	if (good)
		loop_stop(w->loop);
	else
		loop_set(w->again, monotonic_ns() + AGAIN_NS);
}

static void on_reply(const struct reply *r, void *context)
{
	const struct failure last = {r->way, r->status};
	struct waiting *w = context;

	if (r->result == REPLY_UNKNOWN)
		snprintf(w->last, sizeof(w->last), "%s", r->why);
	else if (r->result != REPLY_OK)
		failure_text(&last, w->last, sizeof(w->last));
	answer(w, r->result == REPLY_OK);
}

static void on_output(const char *text, size_t size, void *context)
{
	struct waiting *w = context;
	size_t room = MAX_PROBE_OUTPUT - w->n_output;

	memcpy(w->output + w->n_output, text, size < room ? size : room);
	w->n_output += size < room ? size : room;
}

static void on_end(enum run_end how, int status, void *context)
{
	struct waiting *w = context;
	bool matches = !w->pattern || pattern_find(w->pattern, w->output, w->n_output) == 1;

	if (how == RUN_IMPOSSIBLE)
		snprintf(w->last, sizeof(w->last), "%s", strerror(-status));
	else if (how == RUN_TIMED_OUT)
		snprintf(w->last, sizeof(w->last), "it doesn't end");
	else if (WIFSIGNALED(status))
		snprintf(w->last, sizeof(w->last), "it was ended by %s",
			signal_name(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == w->ask->expect.exit && !matches)
		snprintf(w->last, sizeof(w->last), "its output doesn't match");
	else
		snprintf(w->last, sizeof(w->last), "it exited with %d", WEXITSTATUS(status));
	answer(w, how == RUN_ENDED && WIFEXITED(status) &&
			  WEXITSTATUS(status) == w->ask->expect.exit && matches);
}

static void ask(struct waiting *w)
{
	w->n_output = 0;
	if (w->runner)
		runner_run(w->runner, w->loop, w->ask->timeout_ns);
	else if (client_ask(w->client))
		answer(w, false);
}

static void on_again(uint64_t now_ns, void *context)
{
	(void)now_ns;
	ask(context);
}

static void on_late(uint64_t now_ns, void *context)
{
	(void)now_ns;
	loop_stop(((struct waiting *)context)->loop);
}

static void stop(struct waiting *w)
{
	w->stopped = true;
	loop_stop(w->loop);
}

static void on_signal(uint32_t events, void *context)
{
	struct waiting *w = context;

	(void)events;
	if (signals_take(w->x->signals))
		stop(w);
}

static void tell_status(struct status *ret, void *context)
{
	progress_status(((struct waiting *)context)->x, ret);
	ret->left_ms = -1;
	snprintf(ret->phase, sizeof(ret->phase), "starting");
}

static void on_stop(void *context)
{
	stop(context);
}

static bool is_neighbour(const char *question, size_t size, void *context)
{
	return neighbours_answer(((struct waiting *)context)->x, question, size);
}

static int make_network(struct waiting *w)
{
	struct error ignored; /* the scenario's reader has compiled the regex before */

	return network_new(w->loop, 1, &w->network)
		       ?: client_new(w->network, w->ask, false, on_reply, w, &w->client, &ignored);
}

static int make_runner(struct waiting *w)
{
	static const struct runner_functions f = {on_output, on_end};
	struct experiment *x = w->x;
	struct error ignored;

	w->output = malloc(MAX_PROBE_OUTPUT);
	if (!w->output || (w->ask->expect.output &&
				  pattern_new(w->ask->expect.output, &w->pattern, &ignored)))
		return -ENOMEM;
	w->runner = runner_new(x->keeper, &x->targets, executable_of_ready(x->s), &f, w);
	return w->runner ? 0 : -ENOMEM;
}

static int begin(struct waiting *w)
{
	static const struct control_functions functions = {tell_status, on_stop, is_neighbour};
	uint64_t within = w->x->s->standing.ready.within_ns;
	bool network = w->ask->kind == ASK_HTTP || w->ask->kind == ASK_TCP;
	int err = loop_new(&w->loop);

	err = err ?: loop_watch(w->loop, w->x->signals, EPOLLIN, on_signal, w, NULL);
	if (!err && w->x->control)
		err = control_server_start(w->x->control, w->loop, &functions, w);
	err = err ?: loop_timer(w->loop, LOOP_NEVER, 0, on_again, w, &w->again);
	err = err ?: loop_timer(w->loop, monotonic_ns() + within, 0, on_late, w, NULL);
	return err ?: (network ? make_network : make_runner)(w);
}

static void end(struct waiting *w)
{
	if (w->x->control && w->loop)
		control_server_pause(w->x->control);
	client_free(w->client);
	network_free(w->network);
	runner_free(w->runner);
	pattern_free(w->pattern);
	free(w->output);
	loop_free(w->loop);
}

static int judge(const struct waiting *w, struct error *why)
{
	if (w->stopped)
		return error_set(
			why, -ECANCELED, "ended before its first phase: nothing was injected");
	if (w->ready)
		return 0;
	error_set(why, -ETIME, "not ready within %gs%s%s", w->x->s->standing.ready.within_ns / 1e9,
		*w->last ? ": " : "", w->last);
	why->place = w->x->s->standing.ready.probe.place;
	return -ETIME;
}

int ready_wait(struct experiment *x, struct error *why)
{
	struct waiting w = {.x = x, .ask = &x->s->standing.ready.probe.ask};
	int err;

	if (!x->s->standing.ready.within_ns)
		return 0;
	err = begin(&w);
	if (!err) {
		targets_go(&x->targets);
		ask(&w);
		err = w.ready ? 0 : loop_run(w.loop);
	}
	end(&w);
	return err ? error_errno(why, err, "waiting until all is ready") : judge(&w, why);
}
