// SPDX-License-Identifier: GPL-2.0
#include "run/load.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "keeper/keeper.h"
#include "target/cgroup.h"

/* When no operation could begin, as the host was out of processes perhaps. */
#define RETRY_NS 100000000ull

struct worker {
	struct load *load;
	pid_t pid; /* 0: none under way */
	int pidfd;
	struct source *end;  /* of the operation */
	struct source *time; /* for it to be over, or to begin the next */
	bool killed;
	unsigned int cgroup; /* number of the one that its operations begin in */
	struct operation operation;
};

struct load {
	const struct workload *spec;
	struct keeper *keeper;
	struct loop *loop;
	unsigned int program; /* its number */
	int cgroup_fd;
	unsigned int n_cgroups; /* that had a number so far */
	unsigned int phase;
	bool stopped;
	operation_function on_end;
	void *context;
	struct worker workers[];
};

struct load *load_new(const struct workload *w, struct keeper *keeper,
	const struct targets *targets, unsigned int program, struct loop *loop,
	operation_function f, void *context)
{
	struct load *l = calloc(1, sizeof(*l) + w->concurrency * sizeof(struct worker));

	if (!l)
		return NULL;
	l->spec = w;
	l->keeper = keeper;
	l->loop = loop;
	l->program = program;
	l->cgroup_fd = targets->executables[program].cgroup;
	l->on_end = f;
	l->context = context;
	for (unsigned int i = 0; i < w->concurrency; i++)
		l->workers[i].load = l;
	return l;
}

unsigned int load_under_way(const struct load *l)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < l->spec->concurrency; i++)
		n += l->workers[i].pid != 0;
	return n;
}

static void end(struct load *l, struct worker *w, enum outcome outcome)
{
	w->operation.ended_ns = monotonic_ns();
	w->operation.outcome = outcome;
	w->pid = 0;
	loop_remove(w->end);
	w->end = NULL;
	close(w->pidfd);
	l->on_end(&w->operation, l->context);
}

/*
 * What is cloned into a cgroup that was killed once may be killed at once (kernel/cgroup/cgroup.c:
 * cgroup_post_fork compares the number of kills with that of the parent's cgroup, since 6.14).
 */
static void renew_cgroup(struct load *l, struct worker *w)
{
	char name[16];

	snprintf(name, sizeof(name), WORKER_CGROUP, w->cgroup);
	(void)unlinkat(l->cgroup_fd, name, AT_REMOVEDIR); /* if it isn't empty yet: the janitor */
	w->cgroup = l->n_cgroups++;
}

/* With all that it has started; its first process also if that went elsewhere. */
static void stop(struct load *l, struct worker *w)
{
	char name[16];

	snprintf(name, sizeof(name), WORKER_CGROUP, w->cgroup);
	(void)cgroup_kill(l->cgroup_fd, name); /* what is left is the janitor's */
	syscall(SYS_pidfd_send_signal, w->pidfd, SIGKILL, NULL, 0);
}

static void on_end(uint32_t events, void *context);

static int begin(struct load *l, struct worker *w)
{
	uint64_t now = monotonic_ns();
	int err;

	if (w->killed)
		renew_cgroup(l, w);
	w->killed = false;
	w->operation = (struct operation){.phase = l->phase, .began_ns = now};
	err = keeper_spawn(l->keeper, l->program, w->cgroup, &w->pid, &w->pidfd);
	if (err)
		w->pid = 0;
	else
		err = loop_watch(l->loop, w->pidfd, EPOLLIN, on_end, w, &w->end);
	loop_set(w->time, now + (err ? RETRY_NS : l->spec->timeout_ns));
	return err;
}

static void reap(struct worker *w)
{
	struct load *l = w->load;
	int *status = &w->operation.status;

	if (!w->pid || waitpid(w->pid, status, WNOHANG) != w->pid)
		return;
	end(l, w,
		w->killed ? OPERATION_TIMED_OUT
		: *status ? OPERATION_FAILED
			  : OPERATION_SUCCEEDED);
	if (!l->stopped)
		begin(l, w); /* or on_time() tries again */
}

static void on_end(uint32_t events, void *context)
{
	(void)events;
	reap(context);
}

/* Its operation takes too long; or none could begin, or its end can't be told. */
static void on_time(uint64_t now_ns, void *context)
{
	struct worker *w = context;
	struct load *l = w->load;

	if (!w->pid) {
		begin(l, w);
		return;
	}
	if (!w->killed && now_ns >= w->operation.began_ns + l->spec->timeout_ns) {
		w->killed = true;
		stop(l, w);
	}
	if (w->end)
		return;
	loop_set(w->time, now_ns + RETRY_NS);
	reap(w);
}

int load_start(struct load *l, unsigned int phase)
{
	int err = 0;

	l->phase = phase;
	for (unsigned int i = 0; i < l->spec->concurrency && !err; i++) {
		struct worker *w = &l->workers[i];

		w->cgroup = l->n_cgroups++;
		err = loop_timer(l->loop, LOOP_NEVER, 0, on_time, w, &w->time) ?: begin(l, w);
	}
	return err;
}

void load_phase(struct load *l, unsigned int phase)
{
	l->phase = phase;
}

static void leave(struct load *l)
{
	for (unsigned int i = 0; i < l->spec->concurrency; i++) {
		struct worker *w = &l->workers[i];

		loop_remove(w->end);
		loop_remove(w->time);
		w->end = w->time = NULL;
	}
}

int load_drain(struct load *l, struct loop *loop)
{
	int err = 0;

	l->stopped = true;
	leave(l);
	l->loop = loop;
	for (unsigned int i = 0; i < l->spec->concurrency && !err; i++) {
		struct worker *w = &l->workers[i];

		if (w->pid)
			err = loop_watch(l->loop, w->pidfd, EPOLLIN, on_end, w, &w->end);
	}
	return err;
}

void load_free(struct load *l)
{
	if (!l)
		return;
	leave(l);
	for (unsigned int i = 0; i < l->spec->concurrency; i++) {
		struct worker *w = &l->workers[i];

		if (!w->pid)
			continue;
		stop(l, w);
		waitpid(w->pid, NULL, 0);
		end(l, w, OPERATION_UNFINISHED);
	}
	free(l);
}
