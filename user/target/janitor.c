// SPDX-License-Identifier: GPL-2.0
#include "target/janitor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/privileges.h"
#include "base/process.h"
#include "target/cgroup.h"

static void keep_only(int fd)
{
	dup2(fd, 0);
	syscall(SYS_close_range, 1, ~0u, 0);
}

static void janitor(int pipe, const char *path)
{
	sigset_t all;
	char byte;

	/* Whatever ends jinx (a closed terminal, a signal to its group) must not end this. */
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "jinx-janitor");
	/* Without it the cgroup would stay when jinx goes; it is small. Root's alone may say so. */
	process_set_oom_score(-1000);
	/* The directory of the first cgroup is not even root's to write. */
	privileges_drop(PRIVILEGE(DAC_OVERRIDE));
	cgroup_mount(); /* looked up while descriptors are there */
	keep_only(pipe);
	if (chdir("/"))
		_exit(1);
	while (read(0, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(cgroup_destroy(path, 10000) ? 1 : 0);
}

int janitor_start(struct janitor *j, const char *path)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	j->pid = fork();
	if (j->pid == 0) {
		close(ends[1]);
		janitor(ends[0], path);
	}
	close(ends[0]);
	if (j->pid < 0) {
		int err = -errno;

		close(ends[1]);
		return err;
	}
	j->pipe = ends[1];
	return 0;
}

int janitor_finish(struct janitor *j)
{
	int status = 0;

	if (j->pid <= 0)
		return 0;
	close(j->pipe);
	while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
		;
	j->pid = 0;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EBUSY;
}
