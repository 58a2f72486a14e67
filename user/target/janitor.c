// SPDX-License-Identifier: GPL-2.0
#include "target/janitor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/privileges.h"
#include "base/process.h"

#define CLEANUP_MS 10000
#define TRIES 16 /* for an id that nobody has */

/* What it tells jinx once the cgroup is made, or not. */
struct made {
	int err;
	char id[8];
};

static int keep_only(int fd)
{
	return dup2(fd, 0) < 0 || syscall(SYS_close_range, 1, ~0u, 0) ? -errno : 0;
}

/* It exists already: that is another experiment's. */
static void choose_another(char id[8])
{
	unsigned int random = 0;

	if (getrandom(&random, sizeof(random), 0) == sizeof(random))
		snprintf(id, 8, "%06x", random & 0xffffff);
}

static void make(const char *mount, char path[CGROUP_PATH_MAX], struct made *m)
{
	for (int i = 0; i < TRIES; i++) {
		snprintf(path, CGROUP_PATH_MAX, "%s/jinx-%s", mount, m->id);
		m->err = mkdir(path, 0755) ? -errno : 0;
		if (m->err != -EEXIST)
			return;
		choose_another(m->id);
	}
}

static _Noreturn void janitor(int socket, const char *mount, struct made *m)
{
	char path[CGROUP_PATH_MAX], byte;
	sigset_t all;

	/* Whatever ends jinx (a closed terminal, a signal to its group) must not end this. */
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "jinx-janitor");
	/* Without it the cgroup would stay when jinx goes; it is small. Root's alone may say so. */
	process_set_oom_score(-1000);
	(void)cgroup_leave(mount); /* then it stays where it is */
	/* The directory of the first cgroup is not even root's to write. */
	if (privileges_drop(PRIVILEGE(DAC_OVERRIDE)) || keep_only(socket) || chdir("/"))
		_exit(1);
	make(mount, path, m);
	if (send(0, m, sizeof(*m), MSG_NOSIGNAL) != sizeof(*m) && !m->err)
		_exit(cgroup_destroy(path, CLEANUP_MS) ? 1 : 0);
	if (m->err)
		_exit(0);
	while (recv(0, &byte, 1, 0) < 0 && errno == EINTR)
		;
	_exit(cgroup_destroy(path, CLEANUP_MS) ? 1 : 0);
}

static int await_end(struct janitor *j)
{
	int status = 0;

	close(j->socket);
	while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
		;
	j->pid = 0;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EBUSY;
}

int janitor_start(struct janitor *j, const char *mount, char id[8])
{
	struct made m = {};
	int ends[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	memcpy(m.id, id, sizeof(m.id));
	j->pid = fork();
	if (j->pid == 0) {
		close(ends[1]);
		janitor(ends[0], mount, &m);
	}
	err = j->pid < 0 ? -errno : 0;
	close(ends[0]);
	j->socket = ends[1];
	if (err) {
		close(j->socket);
		return err;
	}
	err = recv(j->socket, &m, sizeof(m), 0) == sizeof(m) ? m.err : -EPIPE;
	if (err) {
		(void)await_end(j); /* there is nothing to clean up */
		return err;
	}
	memcpy(id, m.id, sizeof(m.id));
	snprintf(j->path, sizeof(j->path), "%s/jinx-%s", mount, id);
	return 0;
}

int janitor_finish(struct janitor *j)
{
	if (j->pid <= 0)
		return 0;
	/* A command that was never let go still has jinx's end of the socket open: say it, too. */
	send(j->socket, "", 1, MSG_NOSIGNAL);
	if (!await_end(j))
		return 0;
	return cgroup_destroy(j->path, CLEANUP_MS) ? -EBUSY : 0;
}
