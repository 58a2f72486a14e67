// SPDX-License-Identifier: GPL-2.0
#include "base/spawn.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/inherited.h"
#include "base/user.h"

bool *spawn_signal(void)
{
	void *page =
		mmap(NULL, sizeof(bool), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

void spawn_signal_free(bool *go)
{
	if (go)
		munmap(go, sizeof(*go));
}

/* execvp() for the shell that a script without an interpreter takes; it has a slash, so there is no
 * search. */
static _Noreturn void execute(const char *program, char *const argv[])
{
	execvp(program, argv);
	/* It was found before, so the likely reason is the experiment itself. */
	dprintf(STDERR_FILENO,
		"jinx: execve(\"%s\"): %s; a fault on execve applies to this call too\n", program,
		strerror(errno));
	_exit(127);
}

static _Noreturn void prepare(const char *program, char *const argv[], const struct user *user,
	int network, int output, pid_t parent, const bool *go)
{
	pid_t self = getpid();
	int err;

	if (network >= 0 && setns(network, CLONE_NEWNET)) {
		dprintf(STDERR_FILENO, "jinx: entering a node: %s\n", strerror(errno));
		_exit(127);
	}
	err = user ? user_become(user) : 0;
	if (err) {
		dprintf(STDERR_FILENO, "jinx: becoming user %s: %s\n", user->name, strerror(-err));
		_exit(127);
	}
	/* Not before: it is forgotten when the user changes. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	inherited_restore();
	if (output >= 0 && (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0))
		_exit(127);
	/* It stops as it returns from this call, so the next one is execve(). Others may continue
	 * it, as a shell's fg does. */
	while (!__atomic_load_n(go, __ATOMIC_ACQUIRE))
		kill(self, SIGSTOP);
	execute(program, argv);
}

static pid_t clone_into(uint64_t flags, int cgroup_fd, int *ret_pidfd)
{
	/* clone3 puts the child into the cgroup before it runs: no call of it is missed or extra.
	 */
	struct clone_args args = {
		.flags = flags | CLONE_INTO_CGROUP,
		.pidfd = (uintptr_t)ret_pidfd,
		/* A sibling's is that of the caller. */
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
		.cgroup = cgroup_fd,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}

int spawn_sibling(const char *program, char *const argv[], int cgroup_fd, pid_t *ret_pid)
{
	pid_t pid = clone_into(CLONE_PARENT | CLONE_CLEAR_SIGHAND, cgroup_fd, NULL);

	if (pid < 0)
		return -errno;
	if (pid == 0)
		execute(program, argv);
	*ret_pid = pid;
	return 0;
}

int spawn_sibling_function(void (*f)(void *argument), void *argument, int cgroup_fd, pid_t *ret_pid)
{
	pid_t pid = clone_into(CLONE_PARENT | CLONE_CLEAR_SIGHAND, cgroup_fd, NULL);

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, 0);
		f(argument);
		_exit(0);
	}
	*ret_pid = pid;
	return 0;
}

pid_t spawn_child(int cgroup_fd)
{
	pid_t pid = clone_into(CLONE_CLEAR_SIGHAND, cgroup_fd, NULL);

	return pid < 0 ? -errno : pid;
}

/* Until it has stopped. */
static int await(pid_t pid)
{
	int state;

	while (waitpid(pid, &state, WUNTRACED) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFSTOPPED(state) ? 0 : -ECANCELED;
}

int spawn_stopped(const char *program, char *const argv[], const struct user *user, int cgroup_fd,
	int network, int output, const bool *go, pid_t *ret_pid, int *ret_pidfd)
{
	pid_t parent = getpid(), pid = clone_into(CLONE_PIDFD, cgroup_fd, ret_pidfd);

	if (pid < 0)
		return -errno;
	if (pid == 0)
		prepare(program, argv, user, network, output, parent, go);
	*ret_pid = pid;
	return await(pid);
}

static int executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	return S_ISREG(st.st_mode) && !access(path, X_OK) ? 0 : -EACCES;
}

/* The folder is `length` bytes long; an empty one is the current. */
static int try_folder(const char *folder, int length, const char *name, char ret[PATH_MAX])
{
	int n = snprintf(ret, PATH_MAX, "%.*s/%s", length ?: 1, length ? folder : ".", name);

	return n < PATH_MAX ? executable(ret) : -ENAMETOOLONG;
}

int find_program(const char *argv0, char ret[PATH_MAX])
{
	const char *path = getenv("PATH") ?: "/usr/bin:/bin";
	int err = -ENOENT;

	if (strchr(argv0, '/'))
		return snprintf(ret, PATH_MAX, "%s", argv0) < PATH_MAX ? executable(argv0)
								       : -ENAMETOOLONG;
	if (!argv0[0])
		return -ENOENT;
	for (const char *end; path; path = *end ? end + 1 : NULL) {
		int tried;

		end = strchrnul(path, ':');
		tried = try_folder(path, end - path, argv0, ret);
		if (!tried)
			return 0;
		if (tried == -EACCES)
			err = tried;
	}
	return err;
}
