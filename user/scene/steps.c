// SPDX-License-Identifier: GPL-2.0
#include "scene/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inherited.h"
#include "base/process.h"
#include "base/user.h"
#include "run/signals.h"

#define NOT_EXECUTED 127

static _Noreturn void execute(
	const struct step *step, const struct user *user, const struct stepping *in)
{
	int err = step->node && setns(in->nodes[step->node - 1], CLONE_NEWNET) ? -errno : 0;

	if (!err && user)
		err = user_become(user);

	/* Its own group: a signal from a terminal is for jinx, and what it starts goes with it. */
	setpgid(0, 0);
	inherited_restore();
	dup2(in->output, STDOUT_FILENO);
	dup2(in->output, STDERR_FILENO);
	if (!err) {
		execvp(step->exec[0], step->exec);
		err = -errno;
	}
	dprintf(STDERR_FILENO, "can't execute %s: %s\n", step->exec[0], strerror(-err));
	_exit(NOT_EXECUTED);
}

static pid_t start(const struct step *step, const struct user *user, const struct stepping *in,
	int input, int *ret_pidfd)
{
	struct clone_args args = {.flags = CLONE_INTO_CGROUP | CLONE_PIDFD,
		.pidfd = (uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = in->cgroup};
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid)
		return pid < 0 ? -errno : pid;
	dup2(input, STDIN_FILENO);
	execute(step, user, in);
}

/* 0, -ETIME or -EINTR. */
static int await(const struct running_step *r, const struct stepping *in)
{
	struct pollfd fds[] = {
		{.fd = r->pidfd, .events = POLLIN}, {.fd = in->signals, .events = POLLIN}};
	uint64_t now;

	while ((now = monotonic_ns()) < r->until_ns) {
		int n = poll(fds, 2, (r->until_ns - now) / 1000000 + 1);

		if (n > 0 && fds[0].revents)
			return 0;
		if (n > 0 && signals_take(in->signals))
			return -EINTR;
	}
	return -ETIME;
}

static off_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_size;
}

/* The last line that is in the file since it had `before` bytes. */
static const char *last_line(int fd, off_t before, char *ret, size_t size)
{
	off_t from = size_of(fd) - (off_t)size + 1;
	ssize_t n;
	char *line;

	if (from < before)
		from = before;
	n = pread(fd, ret, size - 1, from);
	if (n < 0)
		n = 0;
	while (n && (ret[n - 1] == '\n' || ret[n - 1] == ' '))
		n--;
	ret[n] = '\0';
	line = strrchr(ret, '\n');
	return line ? line + 1 : ret;
}

static int explain(const struct step *step, const struct stepping *in, off_t before, int err,
	int status, struct error *why)
{
	char text[200], how[64];
	const char *line = last_line(in->output, before, text, sizeof(text));

	if (err == -ETIME)
		snprintf(how, sizeof(how), "took longer than %gs", step->timeout_ns / 1e9);
	else if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "was ended by SIG%s",
			sigabbrev_np(WTERMSIG(status)) ?: "?");
	else
		snprintf(how, sizeof(how), "exited with %d", WEXITSTATUS(status));
	error_set(why, err ?: -EIO, "the command %s%s%s", how, *line ? ": " : "", line);
	why->place = step->place;
	return err ?: -EIO;
}

static int find_user(const struct step *step, struct user *ret, struct error *why)
{
	int err = step->user ? user_find(step->user, ret) : 0;

	if (err) {
		error_set(why, err, "user %s: %s", step->user, strerror(-err));
		why->place = step->place;
	}
	return err;
}

int step_begin(const struct step *step, const struct stepping *in, struct running_step *ret,
	struct error *why)
{
	_cleanup_fd_ int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct user user;
	int err = find_user(step, &user, why);

	*ret = (struct running_step){
		step, -1, -1, monotonic_ns() + step->timeout_ns, size_of(in->output)};
	if (err)
		return err;
	if (in->input >= 0 && lseek(in->input, 0, SEEK_SET))
		return error_errno(why, -EIO, "what a command reads");
	ret->pid = start(step, step->user ? &user : NULL, in, in->input >= 0 ? in->input : null,
		&ret->pidfd);
	if (ret->pid < 0) {
		ret->pidfd = -1;
		return error_errno(why, ret->pid, "starting a command");
	}
	/* It does so too, and whoever is first. A signal before that would meet nobody. */
	(void)setpgid(ret->pid, ret->pid);
	return 0;
}

int step_end(struct running_step *r, const struct stepping *in, int err, struct error *why)
{
	int status = 0;

	if (err) {
		kill(-r->pid, SIGKILL);
		/* It may have left the group. */
		kill(r->pid, SIGKILL);
	}
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(r->pidfd);
	if (err == -EINTR || (!err && !status))
		return err;
	return explain(r->step, in, r->before, err, status, why);
}

int step_run(const struct step *step, const struct stepping *in, struct error *why)
{
	struct running_step r;
	int err = step_begin(step, in, &r, why);

	return err ?: step_end(&r, in, await(&r, in), why);
}
