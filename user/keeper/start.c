// SPDX-License-Identifier: GPL-2.0
#include "keeper/start.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/environment.h"
#include "base/spawn.h"
#include "base/user.h"
#include "target/cgroup.h"

/* Each worker's operations have one, so that nothing of them is left when one is ended. */
static int open_cgroup(int parent, unsigned int number)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), WORKER_CGROUP, number);
	if (mkdirat(parent, name, 0755) && errno != EEXIST)
		return -errno;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * What is started inherits it: nothing is done in the new process itself, as that would be a call
 * of the target's.
 */
static int set_environment(uint64_t operation)
{
	char number[24];

	if (!operation)
		return unsetenv("JINX_OP") ? -errno : 0;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)operation);
	return setenv("JINX_OP", number, 1) ? -errno : 0;
}

/* Standard output and error are /dev/null, before and afterwards. */
static int redirect(enum start_output mode, int output)
{
	if (mode != OUTPUT_NOWHERE && dup2(output, STDOUT_FILENO) < 0)
		return -errno;
	return mode == OUTPUT_BOTH && dup2(output, STDERR_FILENO) < 0 ? -errno : 0;
}

static void restore(void)
{
	zone_return();
	(void)dup2(STDIN_FILENO, STDOUT_FILENO);
	(void)dup2(STDIN_FILENO, STDERR_FILENO);
}

static int spawn(const struct executable *e, int cgroup, pid_t *ret_pid)
{
	int err = e->user ? user_borrow(e->user) : 0;

	if (err)
		return err;
	err = spawn_sibling(e->path, e->argv, cgroup, ret_pid);
	/* A keeper that can't would go on as somebody else. */
	if (e->user && user_return())
		_exit(1);
	return err;
}

/* What is started is in the namespaces of who starts it. */
static int start_in(const struct executable *e, int cgroup, int networks, pid_t *ret_pid)
{
	int err = e->node && setns(networks + e->node, CLONE_NEWNET) ? -errno : 0;

	if (err)
		return err;
	err = e->function ? spawn_sibling_function(e->function, e->argument, cgroup, ret_pid)
			  : spawn(e, cgroup, ret_pid);
	/* A keeper that can't would go on elsewhere. */
	if (e->node && setns(networks, CLONE_NEWNET))
		_exit(1);
	return err;
}

int start_executable(const struct targets *t, const struct start_request *r, int cgroups,
	int networks, int output)
{
	const struct executable *e = &t->executables[r->executable % MAX_EXECUTABLES];
	_cleanup_fd_ int cgroup = -1;
	pid_t pid;
	int err;

	if (r->executable >= t->n_executables)
		return -EINVAL;
	cgroup = open_cgroup(cgroups + r->executable, r->cgroup);
	if (cgroup < 0)
		return cgroup;
	err = set_environment(r->operation) ?: zone_borrow(e->zone) ?: redirect(r->output, output);
	err = err ?: start_in(e, cgroup, networks, &pid);
	restore();
	return err ?: pid;
}

void start_kill(int parent, unsigned int cgroup, int pidfd)
{
	char name[16];

	snprintf(name, sizeof(name), WORKER_CGROUP, cgroup);
	(void)cgroup_kill(parent, name);
	(void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0); /* it may have ended */
}
