// SPDX-License-Identifier: GPL-2.0
#include "run/load.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "run/helper.h"
#include "target/cgroup.h"

struct worker {
	pid_t pid; /* 0: none under way */
	int pidfd;
	bool killed;
	unsigned int cgroup; /* number of the one that its operations begin in */
	struct operation operation;
};

struct load {
	const struct workload *spec;
	struct helper *helper;
	int cgroup_fd, epoll_fd;
	unsigned int n_cgroups; /* that had a number so far */
	unsigned int phase;
	bool stopped;
	operation_function on_end;
	void *context;
	struct worker workers[];
};

struct load *load_new(const struct workload *w, struct helper *helper, int cgroup_fd,
	operation_function f, void *context)
{
	struct load *l = calloc(1, sizeof(*l) + w->concurrency * sizeof(struct worker));

	if (!l)
		return NULL;
	l->spec = w;
	l->helper = helper;
	l->cgroup_fd = cgroup_fd;
	l->on_end = f;
	l->context = context;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0) {
		load_free(l);
		return NULL;
	}
	return l;
}

static void end(struct load *l, struct worker *w, enum outcome outcome)
{
	w->operation.ended_ns = monotonic_ns();
	w->operation.outcome = outcome;
	w->pid = 0;
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

static int begin(struct load *l, struct worker *w)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = w};
	int err;

	if (w->killed)
		renew_cgroup(l, w);
	w->killed = false;
	w->operation = (struct operation){.phase = l->phase, .began_ns = monotonic_ns()};
	err = helper_spawn(l->helper, w->cgroup, &w->pid, &w->pidfd);
	if (err) {
		w->pid = 0;
		return err;
	}
	return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, w->pidfd, &event) ? -errno : 0;
}

int load_start(struct load *l, unsigned int phase)
{
	int err = 0;

	l->phase = phase;
	for (unsigned int i = 0; i < l->spec->concurrency && !err; i++) {
		l->workers[i].cgroup = l->n_cgroups++;
		err = begin(l, &l->workers[i]);
	}
	return err;
}

void load_phase(struct load *l, unsigned int phase)
{
	l->phase = phase;
}

int load_fd(const struct load *l)
{
	return l->epoll_fd;
}

static void reap(struct load *l, struct worker *w)
{
	int *status = &w->operation.status;

	if (!w->pid || waitpid(w->pid, status, WNOHANG) != w->pid)
		return;
	end(l, w,
		w->killed ? OPERATION_TIMED_OUT
		: *status ? OPERATION_FAILED
			  : OPERATION_SUCCEEDED);
	/* Out of processes for a moment: load_expire() tries again. */
	if (!l->stopped)
		begin(l, w);
}

void load_handle(struct load *l)
{
	struct epoll_event events[64];
	int n = epoll_wait(l->epoll_fd, events, 64, 0);

	for (int i = 0; i < n; i++)
		reap(l, events[i].data.ptr);
}

/* With all that it has started; its first process also if that went elsewhere. */
static void stop(struct load *l, struct worker *w)
{
	char name[16];

	snprintf(name, sizeof(name), WORKER_CGROUP, w->cgroup);
	(void)cgroup_kill(l->cgroup_fd, name); /* what is left is the janitor's */
	syscall(SYS_pidfd_send_signal, w->pidfd, SIGKILL, NULL, 0);
}

void load_expire(struct load *l, uint64_t now_ns)
{
	for (unsigned int i = 0; i < l->spec->concurrency; i++) {
		struct worker *w = &l->workers[i];

		if (!w->pid && !l->stopped) {
			begin(l, w);
		} else if (w->pid && !w->killed &&
			   now_ns > w->operation.began_ns + l->spec->timeout_ns) {
			w->killed = true;
			stop(l, w);
		}
	}
}

unsigned int load_stop(struct load *l)
{
	unsigned int under_way = 0;

	l->stopped = true;
	for (unsigned int i = 0; i < l->spec->concurrency; i++)
		under_way += l->workers[i].pid != 0;
	return under_way;
}

void load_free(struct load *l)
{
	if (!l)
		return;
	for (unsigned int i = 0; i < l->spec->concurrency; i++) {
		struct worker *w = &l->workers[i];

		if (!w->pid)
			continue;
		stop(l, w);
		waitpid(w->pid, NULL, 0);
		end(l, w, OPERATION_UNFINISHED);
	}
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	free(l);
}
