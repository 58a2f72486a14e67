// SPDX-License-Identifier: GPL-2.0
#include "run/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inherited.h"
#include "base/privileges.h"
#include "base/process.h"
#include "base/spawn.h"
#include "target/processes.h"

/* Longer than this jinx itself must not stand still. */
#define ANSWER_S 2
#define CLEANUP_MS 10000

enum { SOCKET_FD = STDERR_FILENO + 1, CGROUP_FD, NR_FDS };

struct helper {
	pid_t pid;
	int socket; /* -1: it is gone */
};

struct request {
	enum { START, LOOK } what;
	unsigned int cgroup, target;
	char path[CGROUP_PATH_MAX]; /* of the target's cgroup, which may have changed */
};

static int look(struct targets *targets, struct request *r)
{
	struct target *t = &targets->all[r->target % MAX_TARGETS];

	r->path[sizeof(r->path) - 1] = '\0';
	memcpy(t->path, r->path, sizeof(t->path));
	return t->spec && target_has_uring(t);
}

/* Each worker's operations have one, so that nothing of them is left when one is ended. */
static int open_cgroup(unsigned int number)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), WORKER_CGROUP, number);
	if (mkdirat(CGROUP_FD, name, 0755) && errno != EEXIST)
		return -errno;
	fd = openat(CGROUP_FD, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int answer(const struct scenario *s, struct targets *targets, struct request *r)
{
	_cleanup_fd_ int cgroup = -1;
	pid_t pid;
	int err;

	if (r->what == LOOK)
		return look(targets, r);
	if (!s->has_workload)
		return -EINVAL;
	cgroup = open_cgroup(r->cgroup);
	if (cgroup < 0)
		return cgroup;
	err = spawn_sibling(targets->workload_program, s->workload.exec, cgroup, &pid);
	return err ?: pid;
}

/*
 * Everything else is closed: what jinx has open must end with jinx. The workload's command reads
 * nothing and writes to nowhere; both work.
 */
static int keep_fds(int socket, int cgroup)
{
	int null = open("/dev/null", O_RDWR), kept[NR_FDS] = {null, null, null, socket, cgroup};

	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] >= 0 && (kept[fd] = fcntl(kept[fd], F_DUPFD, NR_FDS)) < 0)
			return -errno;
	/* The workload's command is to have only the first three. */
	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] >= 0 && dup3(kept[fd], fd, fd > STDERR_FILENO ? O_CLOEXEC : 0) < 0)
			return -errno;
	syscall(SYS_close_range, NR_FDS, ~0u, 0);
	return 0;
}

static void on_signal(int signal)
{
	(void)signal;
}

/*
 * A signal to jinx's group is for jinx. What is executed has the blocked and the ignored ones of
 * this process, so here they are handled, by nothing; an operation begins with none of the
 * handlers.
 */
static void disregard_signals(void)
{
	struct sigaction handle = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, was;

	sigfillset(&handle.sa_mask);
	for (int s = 1; s <= SIGRTMAX; s++)
		if (s != SIGSEGV && s != SIGBUS && s != SIGILL && s != SIGFPE && s != SIGABRT &&
			!sigaction(s, NULL, &was) && was.sa_handler == SIG_DFL)
			(void)sigaction(s, &handle, NULL); /* some can't be handled */
	inherited_restore();
}

/* As the janitor does, who may be gone by now. */
static _Noreturn void clean_up(const struct targets *targets)
{
	if (targets->janitor.pid > 0)
		(void)cgroup_destroy(targets->janitor.path, CLEANUP_MS); /* the janitor tells */
	_exit(0);
}

static _Noreturn void serve(const struct scenario *s, struct targets *targets,
	const struct engine *engine, int oom_score, int socket)
{
	privileges looking = PRIVILEGE(SYS_PTRACE) | PRIVILEGE(DAC_READ_SEARCH);
	struct request r;
	int ready = 0;

	disregard_signals();
	prctl(PR_SET_NAME, "jinx-helper");
	process_set_oom_score(oom_score);
	if (engine_protect(engine) || keep_fds(socket, targets->workload_cgroup))
		_exit(1);
	if (targets->janitor.pid > 0)
		looking |= PRIVILEGE(DAC_OVERRIDE);
	if (!s->has_workload && privileges_drop(looking))
		_exit(1);
	send(SOCKET_FD, &ready, sizeof(ready), MSG_NOSIGNAL);
	while (recv(SOCKET_FD, &r, sizeof(r), 0) == sizeof(r)) {
		int result = answer(s, targets, &r);

		if (send(SOCKET_FD, &result, sizeof(result), MSG_NOSIGNAL) != sizeof(result))
			break;
	}
	clean_up(targets);
}

void helper_stop(struct helper *h)
{
	if (!h)
		return;
	if (h->socket >= 0)
		close(h->socket); /* the end of it */
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(h);
}

struct helper *helper_start(const struct scenario *s, const struct targets *targets,
	const struct engine *engine, int oom_score)
{
	struct timeval limit = {.tv_sec = ANSWER_S};
	struct helper *h = calloc(1, sizeof(*h));
	int ends[2], ready;

	if (!h || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		free(h);
		return NULL;
	}
	h->pid = fork();
	if (h->pid == 0)
		/* Its copy of the targets is its own. */
		serve(s, (struct targets *)targets, engine, oom_score, ends[1]);
	h->socket = ends[0];
	close(ends[1]);
	if (h->pid < 0) {
		close(h->socket);
		free(h);
		return NULL;
	}
	setsockopt(h->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (recv(h->socket, &ready, sizeof(ready), 0) == sizeof(ready))
		return h;
	errno = EPROTO;
	kill(h->pid, SIGKILL);
	helper_stop(h);
	return NULL;
}

/* A late answer would be taken for the next one's: who is late once is not asked again. */
static void give_up(struct helper *h)
{
	close(h->socket);
	h->socket = -1;
	kill(h->pid, SIGKILL);
}

static int ask(struct helper *h, const struct request *r)
{
	int result;

	if (h->socket < 0)
		return -EPIPE;
	if (send(h->socket, r, sizeof(*r), MSG_NOSIGNAL) == sizeof(*r) &&
		recv(h->socket, &result, sizeof(result), 0) == sizeof(result))
		return result;
	give_up(h);
	return -EPIPE;
}

int helper_spawn(struct helper *h, unsigned int cgroup, pid_t *ret_pid, int *ret_pidfd)
{
	struct request r = {.what = START, .cgroup = cgroup};
	int pid = ask(h, &r);

	if (pid < 0)
		return pid;
	/* Nobody but us buries it, so the number is still its own. */
	*ret_pid = pid;
	*ret_pidfd = syscall(SYS_pidfd_open, pid, 0);
	return *ret_pidfd < 0 ? -errno : 0;
}

bool helper_has_uring(struct helper *h, const struct targets *targets, unsigned int target)
{
	struct request r = {.what = LOOK, .target = target};

	memcpy(r.path, targets->all[target].path, sizeof(r.path));
	return ask(h, &r) > 0;
}

bool helper_is_gone(const struct helper *h)
{
	return h->socket < 0;
}
