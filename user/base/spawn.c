// SPDX-License-Identifier: GPL-2.0
#include "base/spawn.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

static void child(char *const argv[], pid_t parent, int go_fd)
{
	sigset_t none;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (go_fd >= 0) {
		/* jinx's descriptors stay open until the program is executed: its janitor and this
		 * child itself would wait in vain for the ends of pipes that this child holds. */
		if (dup2(go_fd, STDERR_FILENO + 1) < 0 ||
			syscall(SYS_close_range, STDERR_FILENO + 2, ~0u, 0))
			_exit(127);
		if (read(STDERR_FILENO + 1, &byte, 1) != 1)
			_exit(127);
		close(STDERR_FILENO + 1);
	}
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "jinx: can't execute %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static pid_t clone_into(uint64_t flags, int cgroup_fd, int *ret_pidfd)
{
	/* clone3 puts the child into the cgroup before it runs: no call of it is missed or extra.
	 */
	struct clone_args args = {
		.flags = flags | (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uintptr_t)ret_pidfd,
		/* A sibling's is that of the caller. */
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
		.cgroup = cgroup_fd >= 0 ? cgroup_fd : 0,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}

int spawn_sibling(char *const argv[], int cgroup_fd, pid_t *ret_pid)
{
	pid_t parent = getppid(), pid = clone_into(CLONE_PARENT, cgroup_fd, NULL);

	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(argv, parent, -1);
	*ret_pid = pid;
	return 0;
}

int spawn(char *const argv[], int cgroup_fd, int go_fd, pid_t *ret_pid, int *ret_pidfd)
{
	int pidfd = -1;
	pid_t parent = getpid(), pid = clone_into(CLONE_PIDFD, cgroup_fd, &pidfd);

	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(argv, parent, go_fd);
	*ret_pid = pid;
	if (ret_pidfd)
		*ret_pidfd = pidfd;
	else
		close(pidfd);
	return 0;
}

static int executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	return S_ISREG(st.st_mode) && !access(path, X_OK) ? 0 : -EACCES;
}

int find_program(const char *argv0)
{
	const char *path = getenv("PATH");
	int err = -ENOENT;

	if (strchr(argv0, '/'))
		return executable(argv0);
	for (const char *p = path ? path : "/usr/bin:/bin"; *p;) {
		int length = strcspn(p, ":"), ret;
		char candidate[4096];

		snprintf(candidate, sizeof(candidate), "%.*s/%s", length, p, argv0);
		ret = executable(candidate);
		if (!ret)
			return 0;
		if (ret == -EACCES)
			err = ret;
		p += length + (p[length] == ':');
	}
	return err;
}
