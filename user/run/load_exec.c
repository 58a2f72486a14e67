// SPDX-License-Identifier: GPL-2.0
/* A workload whose operations are runs of a command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "keeper/keeper.h"
#include "run/load.h"

/* When no operation could begin, as the host was out of processes perhaps. */
#define RETRY_NS 100000000ull

/* EX_TEMPFAIL: a script says so that it doesn't know whether what it sent took effect. */
#define EXIT_CUT_OFF 75

struct exec_load;

struct worker {
	struct exec_load *load;
	pid_t pid; /* 0: none under way */
	int pidfd;
	struct source *end;  /* of the operation */
	struct source *time; /* for it to be over, or to try again to begin it */
	bool busy;	     /* it has an operation, under way or to be tried again */
	bool killed;
	unsigned int cgroup; /* number of the one that its operations begin in */
	struct operation operation;
};

struct exec_load {
	struct load base;
	int cgroup_fd;
	unsigned int n_cgroups; /* that had a number so far */
	uint64_t n_begun;
	struct pace pace;   /* open-loop */
	struct source *due; /* the next operation is */
	bool exhausted;	    /* one was due, and no worker was idle */
	bool stopped;
	struct worker workers[];
};

static struct exec_load *exec_of(const struct load *l)
{
	return (struct exec_load *)l;
}

static struct load *make(const struct load_options *o)
{
	unsigned int n = o->spec->concurrency;
	struct exec_load *l = calloc(1, sizeof(*l) + n * sizeof(struct worker));

	if (!l)
		return NULL;
	l->cgroup_fd = o->targets->executables[o->number].cgroup;
	for (unsigned int i = 0; i < n; i++)
		l->workers[i].load = l;
	return &l->base;
}

static unsigned int concurrency(const struct exec_load *l)
{
	return l->base.o.spec->concurrency;
}

static bool is_open(const struct exec_load *l)
{
	return l->base.o.spec->interval_ns;
}

static unsigned int under_way(const struct load *base)
{
	struct exec_load *l = exec_of(base);
	unsigned int n = 0;

	for (unsigned int i = 0; i < concurrency(l); i++)
		n += l->workers[i].pid != 0;
	return n;
}

static void end(struct exec_load *l, struct worker *w, enum outcome outcome)
{
	w->operation.ended_ns = monotonic_ns();
	w->operation.outcome = outcome;
	w->operation.way = outcome == OPERATION_TIMED_OUT ? WAY_TIMEOUT : WAY_PROCESS;
	w->pid = 0;
	w->busy = false;
	loop_remove(w->end);
	w->end = NULL;
	close(w->pidfd);
	l->base.o.on_end(&w->operation, l->base.o.context);
}

/*
 * What is cloned into a cgroup that was killed once may be killed at once (kernel/cgroup/cgroup.c:
 * cgroup_post_fork compares the number of kills with that of the parent's cgroup, since 6.14).
 */
static void renew_cgroup(struct exec_load *l, struct worker *w)
{
	char name[16];

	snprintf(name, sizeof(name), WORKER_CGROUP, w->cgroup);
	(void)unlinkat(l->cgroup_fd, name, AT_REMOVEDIR); /* if it isn't empty yet: the janitor */
	w->cgroup = l->n_cgroups++;
}

static void on_end(uint32_t events, void *context);

static int spawn(struct exec_load *l, struct worker *w)
{
	const struct start_request r = {.executable = l->base.o.number,
		.cgroup = w->cgroup,
		.operation = w->operation.number};
	int err = keeper_spawn(l->base.o.keeper, &r, -1, &w->pid, &w->pidfd);

	if (!err)
		return loop_watch(l->base.o.loop, w->pidfd, EPOLLIN, on_end, w, &w->end);
	w->pid = 0;
	return err;
}

/* planned_ns 0: now. */
static int begin(struct exec_load *l, struct worker *w, uint64_t planned_ns)
{
	uint64_t now = monotonic_ns();
	int err;

	if (w->killed)
		renew_cgroup(l, w);
	w->killed = false;
	w->busy = true;
	w->operation = (struct operation){.number = ++l->n_begun,
		.phase = l->base.phase,
		.planned_ns = planned_ns ?: now,
		.began_ns = now};
	err = spawn(l, w);
	loop_set(w->time, now + (err ? RETRY_NS : l->base.o.spec->ask.timeout_ns));
	return err;
}

/* Begins one that is due; open-loop. Whether there was one. */
static bool begin_due(struct exec_load *l, struct worker *w)
{
	uint64_t planned;

	if (!pace_take(&l->pace, monotonic_ns(), l->base.o.spec->ask.timeout_ns, l->exhausted,
		    &planned)) {
		l->exhausted = false;
		return false;
	}
	(void)begin(l, w, planned); /* or on_time() tries again */
	return true;
}

static struct worker *idle_worker(struct exec_load *l)
{
	for (unsigned int i = 0; i < concurrency(l); i++)
		if (!l->workers[i].busy)
			return &l->workers[i];
	return NULL;
}

static void on_due(uint64_t now_ns, void *context)
{
	struct exec_load *l = context;
	struct worker *w;

	(void)now_ns;
	while ((w = idle_worker(l)))
		if (!begin_due(l, w)) {
			loop_set(l->due, pace_due(&l->pace));
			return;
		}
	l->exhausted = true; /* the end of an operation begins the next one */
}

static void go_on(struct exec_load *l, struct worker *w)
{
	if (l->stopped)
		return;
	if (!is_open(l))
		(void)begin(l, w, 0);
	else if (!begin_due(l, w))
		loop_set(l->due, pace_due(&l->pace));
}

static enum outcome outcome_of(const struct worker *w)
{
	int status = w->operation.status;

	if (w->killed)
		return OPERATION_TIMED_OUT;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CUT_OFF)
		return OPERATION_CUT_OFF;
	return status ? OPERATION_FAILED : OPERATION_SUCCEEDED;
}

static void reap(struct worker *w)
{
	struct exec_load *l = w->load;

	if (!w->pid || waitpid(w->pid, &w->operation.status, WNOHANG) != w->pid)
		return;
	end(l, w, outcome_of(w));
	loop_set(w->time, LOOP_NEVER);
	go_on(l, w);
}

static void on_end(uint32_t events, void *context)
{
	(void)events;
	reap(context);
}

/* Its operation takes too long; or it could not begin, or its end can't be told. */
static void on_time(uint64_t now_ns, void *context)
{
	struct worker *w = context;
	struct exec_load *l = w->load;

	if (!w->pid) {
		begin(l, w, is_open(l) ? w->operation.planned_ns : 0);
		return;
	}
	if (!w->killed && now_ns >= w->operation.began_ns + l->base.o.spec->ask.timeout_ns) {
		w->killed = true;
		start_kill(l->cgroup_fd, w->cgroup, w->pidfd);
	}
	if (w->end)
		return;
	loop_set(w->time, now_ns + RETRY_NS);
	reap(w);
}

static int start(struct load *base)
{
	struct exec_load *l = exec_of(base);
	int err = 0;

	for (unsigned int i = 0; i < concurrency(l) && !err; i++) {
		struct worker *w = &l->workers[i];

		w->cgroup = l->n_cgroups++;
		err = loop_timer(base->o.loop, LOOP_NEVER, 0, on_time, w, &w->time);
		if (!err && !is_open(l))
			err = begin(l, w, 0);
	}
	if (err || !is_open(l))
		return err;
	l->pace =
		(struct pace){.began_ns = monotonic_ns(), .interval_ns = base->o.spec->interval_ns};
	return loop_timer(base->o.loop, l->pace.began_ns, 0, on_due, l, &l->due);
}

static void leave(struct exec_load *l)
{
	loop_remove(l->due);
	l->due = NULL;
	for (unsigned int i = 0; i < concurrency(l); i++) {
		struct worker *w = &l->workers[i];

		loop_remove(w->end);
		loop_remove(w->time);
		w->end = w->time = NULL;
	}
}

static int drain(struct load *base, struct loop *loop)
{
	struct exec_load *l = exec_of(base);
	int err = 0;

	l->stopped = true;
	leave(l);
	base->o.loop = loop;
	for (unsigned int i = 0; i < concurrency(l) && !err; i++) {
		struct worker *w = &l->workers[i];

		if (!w->pid)
			continue;
		err = loop_watch(loop, w->pidfd, EPOLLIN, on_end, w, &w->end);
		err = err ?: loop_timer(loop, LOOP_NEVER, 0, on_time, w, &w->time);
	}
	return err;
}

static void free_load(struct load *base)
{
	struct exec_load *l = exec_of(base);

	leave(l);
	for (unsigned int i = 0; i < concurrency(l); i++) {
		struct worker *w = &l->workers[i];

		if (!w->pid)
			continue;
		load_kill(base, w->cgroup, w->pid, w->pidfd);
		end(l, w, OPERATION_UNFINISHED);
	}
	free(l);
}

static void tell_pace(const struct load *base, struct pace *ret)
{
	*ret = exec_of(base)->pace;
}

const struct load_kind load_exec = {make, start, drain, under_way, free_load, tell_pace};
