// SPDX-License-Identifier: GPL-2.0
#include "run/ask_program.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inherited.h"
#include "output/output.h"

#define PATIENCE_MS 30000
#define NOT_FOUND 127

static void unknown(struct judged *ret, const char *what, const char *more)
{
	ret->truth = TRUTH_UNKNOWN;
	snprintf(ret->why, sizeof(ret->why), "%s%s", what, more);
}

/* The report, at its beginning; -errno. */
static int report_of(const struct snapshot *s)
{
	int fd = memfd_create("report", MFD_CLOEXEC), copy = fd < 0 ? -1 : dup(fd);
	_cleanup_file_ FILE *f = copy < 0 ? NULL : fdopen(copy, "w");
	int err = f ? write_json(s, f) : -errno;

	if (!err && fflush(f))
		err = -errno;
	if (!err && !lseek(fd, 0, SEEK_SET))
		return fd;
	if (!f && copy >= 0)
		close(copy);
	if (fd >= 0)
		close(fd);
	return err ?: -EIO;
}

static _Noreturn void execute(char *const argv[], int input)
{
	/* Its own group: what it has started goes with it. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	inherited_restore();
	dup2(input, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* standard output is the table's */
	execvp(argv[0], argv);
	_exit(NOT_FOUND);
}

static void read_status(int status, struct judged *ret)
{
	char text[32];

	if (WIFSIGNALED(status)) {
		unknown(ret, "the program was ended by SIG", sigabbrev_np(WTERMSIG(status)) ?: "?");
		return;
	}
	snprintf(text, sizeof(text), "%d", WEXITSTATUS(status));
	switch (WEXITSTATUS(status)) {
	case 0:
		ret->truth = TRUTH_TRUE;
		break;
	case 1:
		ret->truth = TRUTH_FALSE;
		break;
	case EX_TEMPFAIL:
		unknown(ret, "the program says so", "");
		break;
	case NOT_FOUND:
		unknown(ret, "the program could not be executed", "");
		break;
	default:
		unknown(ret, "the program exited with ", text);
	}
}

static void wait_for(pid_t pid, struct judged *ret)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), status;
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};
	bool late = pidfd >= 0 && poll(&ended, 1, PATIENCE_MS) == 0;

	if (late)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pidfd >= 0)
		close(pidfd);
	if (late)
		unknown(ret, "the program took longer than 30 s", "");
	else
		read_status(status, ret);
}

void ask_program(char *const argv[], const struct snapshot *s, struct judged *ret)
{
	int input = report_of(s);
	pid_t pid;

	*ret = (struct judged){.left = NAN, .right = NAN};
	if (input < 0) {
		unknown(ret, "the report could not be written: ", strerror(-input));
		return;
	}
	pid = fork();
	if (!pid)
		execute(argv, input);
	if (pid < 0)
		unknown(ret, "the program could not be started: ", strerror(errno));
	else
		wait_for(pid, ret);
	close(input);
}
