// SPDX-License-Identifier: GPL-2.0
/* A workload that is a load tool of its own: what it prints says what it has done. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/process.h"
#include "expect/pattern.h"
#include "keeper/keeper.h"
#include "run/load.h"
#include "run/told.h"

/* It is started anew when it has ended before the experiment. */
#define RETRY_NS 100000000ull

struct lines_load {
	struct load base;
	struct pattern *pattern;
	struct lines lines;
	struct told told;
	pid_t pid;
	int pidfd, output;
	unsigned int n_cgroups;
	struct source *end, *readable, *again;
	bool stopped;
};

static struct lines_load *lines_of(const struct load *l)
{
	return (struct lines_load *)l;
}

static struct load *make(const struct load_options *o)
{
	struct lines_load *l = calloc(1, sizeof(*l));
	struct error ignored; /* the scenario's reader has compiled it before */

	if (l && !pattern_new(o->spec->pattern, &l->pattern, &ignored)) {
		l->output = -1;
		return &l->base;
	}
	free(l);
	return NULL;
}

static void add(struct lines_load *l, uint64_t n, uint64_t now, bool failed)
{
	uint64_t took = l->told.latency_ns < now ? l->told.latency_ns : 0;
	const struct operation o = {.phase = load_phase_at(&l->base, now - took),
		.planned_ns = now - took,
		.began_ns = now - took,
		.ended_ns = now,
		.outcome = failed ? OPERATION_FAILED : OPERATION_SUCCEEDED,
		.way = WAY_OTHER,
		.status = FAILURE_TOLD,
		.count = n};

	if (n)
		l->base.o.on_end(&o, l->base.o.context);
}

static void on_line(const char *line, size_t size, void *context)
{
	struct lines_load *l = context;
	uint64_t now = monotonic_ns();

	if (!told_take(&l->told, l->pattern, line, size, now))
		return;
	add(l, l->told.ok, now, false);
	add(l, l->told.failed, now, true);
}

static void read_output(struct lines_load *l)
{
	char text[4096];
	ssize_t n;

	while (l->output >= 0 && (n = read(l->output, text, sizeof(text))) > 0)
		lines_take(&l->lines, text, n, on_line, l);
}

static void on_readable(uint32_t events, void *context)
{
	struct lines_load *l = context;

	read_output(l);
	if (!(events & EPOLLHUP))
		return;
	loop_remove(l->readable); /* its end is told by the pidfd */
	l->readable = NULL;
}

static void forget_process(struct lines_load *l)
{
	read_output(l);
	lines_end(&l->lines, on_line, l);
	loop_remove(l->end);
	loop_remove(l->readable);
	l->end = l->readable = NULL;
	close(l->pidfd);
	close(l->output);
	l->output = -1;
	l->pid = 0;
}

/* That it has failed is an operation that has. */
static void tell_end(struct lines_load *l, int status)
{
	uint64_t now = monotonic_ns();
	const struct operation o = {.phase = load_phase_at(&l->base, now),
		.planned_ns = now,
		.began_ns = now,
		.ended_ns = now,
		.outcome = OPERATION_FAILED,
		.way = WAY_PROCESS,
		.status = status};

	if (status)
		l->base.o.on_end(&o, l->base.o.context);
}

static void on_end(uint32_t events, void *context)
{
	struct lines_load *l = context;
	int status = 0;

	(void)events;
	if (waitpid(l->pid, &status, WNOHANG) != l->pid)
		return;
	forget_process(l);
	tell_end(l, status);
	if (!l->stopped)
		loop_set(l->again, monotonic_ns() + RETRY_NS);
}

static int spawn(struct lines_load *l)
{
	const struct start_request r = {
		.executable = l->base.o.number, .cgroup = l->n_cgroups++, .output = OUTPUT_BOTH};
	struct loop *loop = l->base.o.loop;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK); /* the tool's end waits, as it expects */
	told_begin(&l->told, monotonic_ns());
	err = keeper_spawn(l->base.o.keeper, &r, ends[1], &l->pid, &l->pidfd);
	close(ends[1]);
	if (err) {
		l->pid = 0;
		close(ends[0]);
		return err;
	}
	l->output = ends[0];
	return loop_watch(loop, l->output, EPOLLIN, on_readable, l, &l->readable)
		       ?: loop_watch(loop, l->pidfd, EPOLLIN, on_end, l, &l->end);
}

static void on_again(uint64_t now_ns, void *context)
{
	struct lines_load *l = context;

	if (!l->pid && spawn(l))
		loop_set(l->again, now_ns + RETRY_NS);
}

static int start(struct load *base)
{
	struct lines_load *l = lines_of(base);

	return loop_timer(base->o.loop, LOOP_NEVER, 0, on_again, l, &l->again) ?: spawn(l);
}

static void leave(struct lines_load *l)
{
	loop_remove(l->end);
	loop_remove(l->readable);
	loop_remove(l->again);
	l->end = l->readable = l->again = NULL;
}

/* It never ends by itself, so nobody waits for it. */
static int drain(struct load *base, struct loop *loop)
{
	struct lines_load *l = lines_of(base);

	(void)loop;
	l->stopped = true;
	read_output(l);
	leave(l);
	return 0;
}

static unsigned int under_way(const struct load *base)
{
	(void)base;
	return 0;
}

static void free_load(struct load *base)
{
	struct lines_load *l = lines_of(base);

	leave(l);
	if (l->pid) {
		load_kill(base, l->n_cgroups - 1, l->pid, l->pidfd);
		forget_process(l);
	}
	pattern_free(l->pattern);
	free(l);
}

const struct load_kind load_lines = {make, start, drain, under_way, free_load};
