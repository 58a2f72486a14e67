// SPDX-License-Identifier: GPL-2.0
#include "target/janitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

#include "base/cleanup.h"
#include "base/privileges.h"
#include "base/process.h"
#include "base/tree.h"

#define CLEANUP_MS 10000
#define TRIES 16    /* for an id that nobody has */
#define LOOK_MS 250 /* while there is something to undo: whether somebody vouches for it */

/* What it tells jinx once the cgroup is made, or not. */
struct made {
	int err;
	char id[8];
};

enum { JINX_FD, KEEPER_FD, NR_FDS };

/* Everything else is closed: what jinx has open must end with jinx. */
static int keep_only(int jinx, int keeper)
{
	int kept[NR_FDS] = {jinx, keeper};

	/* Out of the way first: one may have another's number. */
	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] >= 0 && (kept[fd] = fcntl(kept[fd], F_DUPFD, NR_FDS)) < 0)
			return -errno;
	for (int fd = 0; fd < NR_FDS; fd++) {
		if (kept[fd] < 0)
			close(fd);
		else if (dup2(kept[fd], fd) < 0)
			return -errno;
	}
	return syscall(SYS_close_range, NR_FDS, ~0u, 0) ? -errno : 0;
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

/* Bytes say that there are records; the end, that there is no keeper any more. */
static bool keeper_is_there(void)
{
	char bytes[64];
	ssize_t n;

	do
		n = read(KEEPER_FD, bytes, sizeof(bytes));
	while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 && errno == EAGAIN;
}

/* It says so when all is in order and its keeper is gone; else it has died. */
static bool jinx_has_died(void)
{
	char byte;

	return recv(JINX_FD, &byte, 1, MSG_DONTWAIT) != 1;
}

/*
 * Until jinx is gone; if it has died, with a journal, until its keeper is too, which ends by itself
 * and may act as long as it does not know.
 */
static void attend(const struct journal *journal)
{
	struct pollfd fds[] = {{.fd = JINX_FD, .events = POLLIN},
		{.fd = journal ? KEEPER_FD : -1, .events = POLLIN}};
	uint64_t until = UINT64_MAX;

	while (fds[0].fd >= 0 || (fds[1].fd >= 0 && monotonic_ns() < until)) {
		bool busy = until != UINT64_MAX || (journal && journal_count(journal));
		bool undo = false;

		if (poll(fds, 2, busy ? LOOK_MS : -1) < 0)
			continue;
		if (fds[1].fd >= 0 && fds[1].revents && !keeper_is_there()) {
			fds[1].fd = -1;
			undo = true;
		}
		if (fds[0].fd >= 0 && fds[0].revents) {
			until = jinx_has_died() ? monotonic_ns() + CLEANUP_MS * 1000000ull : 0;
			fds[0].fd = -1;
			undo = true;
		}
		if (journal && (undo || journal_is_due(journal, monotonic_ns())))
			(void)journal_undo(journal);
	}
}

/* For anybody to look into, whatever the umask is. */
static int make_scratch(const struct janitor *j)
{
	return !j->scratch || (!mkdir(j->scratch, 0755) && !chmod(j->scratch, 0755)) ? 0 : -errno;
}

/* What is still being killed may make something in it. */
static int remove_scratch(const struct janitor *j)
{
	uint64_t until = monotonic_ns() + CLEANUP_MS * 1000000ull;
	int err;

	if (!j->scratch || j->keep)
		return 0;
	while ((err = tree_remove(j->scratch)) && monotonic_ns() < until)
		poll(NULL, 0, LOOK_MS);
	return err;
}

static int clean_up(const struct janitor *j, const char *path)
{
	bool left = *path && cgroup_destroy(path, CLEANUP_MS);

	return remove_scratch(j) || left ? 1 : 0;
}

static _Noreturn void janitor(
	const struct janitor *j, int jinx, int keeper, const char *mount, struct made *m)
{
	privileges keep =
		PRIVILEGE(DAC_OVERRIDE) | (j->scratch ? PRIVILEGE(FOWNER) : 0) |
		(j->journal ? PRIVILEGE(KILL) | PRIVILEGE(SYS_NICE) | PRIVILEGE(SYS_PTRACE) : 0);
	struct journal *journal = j->journal;
	const char *root = cgroup_mount();
	char path[CGROUP_PATH_MAX] = "";
	sigset_t all;

	/* Whatever ends jinx (a closed terminal, a signal to its group) must not end this. */
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* A name that `pkill -9 jinx` misses, so that what a frozen or lowered cgroup was is put
	 * back after it too. */
	prctl(PR_SET_NAME, "undo-janitor");
	/* Without it the cgroup would stay when jinx goes; it is small. Root's alone may say so. */
	process_set_oom_score(-1000);
	if (root)
		(void)cgroup_leave(root); /* else it stays where it is */
	/* The directory of the first cgroup is not even root's to write. */
	if (privileges_drop(keep) || (journal && journal_protect(journal)) ||
		keep_only(jinx, keeper) || chdir("/"))
		_exit(1);
	if (mount)
		make(mount, path, m);
	if (!m->err && (m->err = make_scratch(j)) && *path)
		(void)cgroup_destroy(path, CLEANUP_MS);
	if (send(JINX_FD, m, sizeof(*m), MSG_NOSIGNAL) != sizeof(*m) && !m->err)
		_exit(clean_up(j, path));
	if (m->err)
		_exit(0);
	attend(journal);
	_exit(clean_up(j, path));
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

/* The journal, and the pipe that tells whether there is somebody who writes it. */
static int prepare_undo(struct janitor *j, int *ret_end)
{
	int ends[2];

	j->journal = journal_new();
	if (!j->journal || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	*ret_end = ends[0];
	j->keeper = ends[1];
	return 0;
}

static void release_undo(struct janitor *j)
{
	if (j->keeper >= 0)
		close(j->keeper);
	j->keeper = -1;
	journal_free(j->journal);
	j->journal = NULL;
}

static int start(struct janitor *j, const char *mount, struct made *m, int keeper)
{
	_cleanup_fd_ int its_end = -1;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	j->socket = ends[1];
	its_end = ends[0];
	j->pid = fork();
	if (j->pid == 0) {
		close(j->socket);
		if (j->keeper >= 0)
			close(j->keeper);
		janitor(j, its_end, keeper, mount, m);
	}
	if (j->pid < 0) {
		int err = -errno;

		j->pid = 0;
		close(j->socket);
		return err;
	}
	close(take_fd(&its_end)); /* or its end would not be seen */
	return recv(j->socket, m, sizeof(*m), 0) == sizeof(*m) ? m->err : -EPIPE;
}

int janitor_start(struct janitor *j, const char *mount, char id[8], bool undo)
{
	_cleanup_fd_ int keeper = -1;
	struct made m = {};
	int err;

	j->keeper = -1;
	memcpy(m.id, id, sizeof(m.id));
	err = undo ? prepare_undo(j, &keeper) : 0;
	if (!err)
		err = start(j, mount, &m, keeper);
	if (err) {
		if (j->pid > 0)
			(void)await_end(j); /* there is nothing to clean up */
		release_undo(j);
		return err;
	}
	memcpy(id, m.id, sizeof(m.id));
	if (mount)
		snprintf(j->path, sizeof(j->path), "%s/jinx-%s", mount, id);
	return 0;
}

int janitor_hand_over(struct janitor *j)
{
	if (j->keeper >= 0)
		close(j->keeper);
	j->keeper = -1;
	return j->journal ? journal_protect(j->journal) : 0;
}

int janitor_finish(struct janitor *j)
{
	int err = 0;

	if (j->pid <= 0)
		return 0;
	/* The keeper is gone by now, and what it could not undo is left. */
	if (j->journal)
		(void)journal_undo(j->journal);
	release_undo(j);
	/* A command that was never let go still has jinx's end of the socket open: say it, too. */
	send(j->socket, "", 1, MSG_NOSIGNAL);
	if (!await_end(j))
		return 0;
	/* It could not do all of it, or has been killed. */
	if (*j->path && cgroup_destroy(j->path, CLEANUP_MS))
		err = -EBUSY;
	if (j->scratch && !j->keep)
		err = tree_remove(j->scratch) ?: err;
	return err;
}
