// SPDX-License-Identifier: GPL-2.0
#include "undo/stopped.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"

int stopped_signal(const struct stopped *p, int signal)
{
	_cleanup_fd_ int pidfd = syscall(SYS_pidfd_open, (pid_t)p->pid, 0);

	if (pidfd < 0)
		return errno == EINVAL ? -ESRCH : -errno;
	/* What it is open for has the number now, and is it the process? */
	if (process_started(p->pid) != p->started)
		return -ESRCH;
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) ? -errno : 0;
}

/* Also one that does not look stopped: it may be on its way there. */
int stopped_continue(const struct stopped *all, unsigned int n)
{
	int ret = 0;

	for (unsigned int i = 0; i < n; i++) {
		int err = stopped_signal(&all[i], SIGCONT);

		if (err && err != -ESRCH)
			ret = err;
		else if (!err && !ret)
			ret = 1;
	}
	return ret;
}
