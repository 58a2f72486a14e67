// SPDX-License-Identifier: GPL-2.0
#include "run/runner.h"

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

struct runner {
	struct keeper *keeper;
	const struct targets *targets;
	unsigned int executable;
	struct runner_functions f;
	void *context;
	unsigned int n_runs;
	pid_t pid; /* 0: none */
	int pidfd, output;
	bool killed;
	struct source *end, *readable, *time;
};

struct runner *runner_new(struct keeper *keeper, const struct targets *targets,
	unsigned int executable, const struct runner_functions *f, void *context)
{
	struct runner *r = calloc(1, sizeof(*r));

	if (r)
		*r = (struct runner){.keeper = keeper,
			.targets = targets,
			.executable = executable,
			.f = *f,
			.context = context,
			.output = -1};
	return r;
}

bool runner_is_under_way(const struct runner *r)
{
	return r->pid;
}

/* Each run has a cgroup of its own: what is cloned into one that was killed may be killed at once.
 */
static void kill_all(const struct runner *r)
{
	int parent = r->targets->executables[r->executable].cgroup;
	char name[16];

	snprintf(name, sizeof(name), WORKER_CGROUP, r->n_runs - 1);
	(void)cgroup_kill(parent, name);
	(void)unlinkat(parent, name, AT_REMOVEDIR); /* or the janitor does it */
}

static void read_output(struct runner *r)
{
	char text[4096];
	ssize_t n;

	while (r->output >= 0 && (n = read(r->output, text, sizeof(text))) > 0)
		r->f.output(text, n, r->context);
}

static void forget(struct runner *r)
{
	loop_remove(r->end);
	loop_remove(r->readable);
	loop_remove(r->time);
	r->end = r->readable = r->time = NULL;
	close(r->pidfd);
	close(r->output);
	r->output = -1;
	r->pid = 0;
}

static void on_readable(uint32_t events, void *context)
{
	struct runner *r = context;

	read_output(r);
	if (!(events & EPOLLHUP))
		return;
	loop_remove(r->readable);
	r->readable = NULL;
}

static void on_end(uint32_t events, void *context)
{
	struct runner *r = context;
	int status = 0;

	(void)events;
	if (waitpid(r->pid, &status, WNOHANG) != r->pid)
		return;
	read_output(r);
	forget(r);
	kill_all(r); /* what it has left running */
	r->f.end(r->killed ? RUN_TIMED_OUT : RUN_ENDED, status, r->context);
}

static void on_time(uint64_t now_ns, void *context)
{
	struct runner *r = context;

	(void)now_ns;
	r->killed = true;
	kill_all(r);
	syscall(SYS_pidfd_send_signal, r->pidfd, SIGKILL, NULL, 0);
}

static int spawn(struct runner *r)
{
	const struct start_request start = {
		.executable = r->executable, .cgroup = r->n_runs++, .output = OUTPUT_STDOUT};
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	err = keeper_spawn(r->keeper, &start, ends[1], &r->pid, &r->pidfd);
	close(ends[1]);
	if (!err) {
		r->output = ends[0];
		return 0;
	}
	r->pid = 0;
	close(ends[0]);
	return err;
}

void runner_run(struct runner *r, struct loop *loop, uint64_t timeout_ns)
{
	int err = spawn(r);

	r->killed = false;
	if (err) {
		r->f.end(RUN_IMPOSSIBLE, err, r->context);
		return;
	}
	err = loop_watch(loop, r->output, EPOLLIN, on_readable, r, &r->readable)
		      ?: loop_watch(loop, r->pidfd, EPOLLIN, on_end, r, &r->end)
		      ?: loop_timer(loop, monotonic_ns() + timeout_ns, 0, on_time, r, &r->time);
	if (!err)
		return;
	on_time(0, r);
	waitpid(r->pid, NULL, 0);
	forget(r);
	r->f.end(RUN_IMPOSSIBLE, err, r->context);
}

void runner_free(struct runner *r)
{
	if (!r)
		return;
	if (r->pid) {
		on_time(0, r);
		waitpid(r->pid, NULL, 0);
		forget(r);
	}
	free(r);
}
