// SPDX-License-Identifier: GPL-2.0
#include "keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
#include "base/log.h"
#include "base/privileges.h"
#include "base/process.h"
#include "base/spawn.h"
#include "target/processes.h"

/* Longer than this jinx itself must not stand still. */
#define ANSWER_S 2
#define CLEANUP_MS 10000

/* So long it looks at the targets' processes; some have millions of descriptors. */
#define LOOK_NS 5000000000ull

enum {
	SOCKET_FD = STDERR_FILENO + 1,
	NOTES_FD,
	RESOLVER_FD,
	CGROUP_FDS, /* those of the programs */
	NR_FDS = CGROUP_FDS + MAX_EXECUTABLES
};

struct keeper {
	pid_t pid;
	int socket; /* -1: it is gone */
	int notes;  /* a pipe: what it has found; -1: no more will come */
};

struct request {
	enum { START, LOOK_UP } what;
	unsigned int number;	    /* START: the program's; LOOK_UP: the target's */
	unsigned int cgroup;	    /* START: the worker's */
	char path[CGROUP_PATH_MAX]; /* of the target's cgroup, which may have changed */
};

/* What a process that starts operations and looks at targets has at hand. */
struct work {
	const struct scenario *s;
	struct targets *targets;
	const struct engine *engine;
};

/* Each worker's operations have one, so that nothing of them is left when one is ended. */
static int open_cgroup(unsigned int program, unsigned int number)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), WORKER_CGROUP, number);
	if (mkdirat(CGROUP_FDS + program, name, 0755) && errno != EEXIST)
		return -errno;
	fd = openat(CGROUP_FDS + program, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int start(const struct targets *targets, const struct request *r)
{
	_cleanup_fd_ int cgroup =
		r->number < targets->n_executables ? open_cgroup(r->number, r->cgroup) : -EINVAL;
	const struct executable *p = &targets->executables[r->number % MAX_EXECUTABLES];
	pid_t pid;
	int err;

	if (cgroup < 0)
		return cgroup;
	err = spawn_sibling(p->path, p->argv, cgroup, &pid);
	return err ?: pid;
}

/*
 * Everything else is closed: what jinx has open must end with jinx. The workload's command reads
 * nothing and writes to nowhere; both work.
 */
static int keep_fds(int socket, const struct targets *t, int notes, int resolver)
{
	int null = open("/dev/null", O_RDWR);
	int kept[NR_FDS] = {null, null, null, socket, notes, resolver};

	for (unsigned int i = 0; i < MAX_EXECUTABLES; i++)
		kept[CGROUP_FDS + i] = i < t->n_executables ? t->executables[i].cgroup : -1;
	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] >= 0 && (kept[fd] = fcntl(kept[fd], F_DUPFD, NR_FDS)) < 0)
			return -errno;
	/* The workload's command is to have only the first three. */
	for (int fd = 0; fd < NR_FDS; fd++)
		if (kept[fd] < 0)
			close(fd);
		else if (dup3(kept[fd], fd, fd > STDERR_FILENO ? O_CLOEXEC : 0) < 0)
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

static int look_up(const struct work *w, struct request *r)
{
	struct target *t = &w->targets->all[r->number % MAX_TARGETS];

	r->path[sizeof(r->path) - 1] = '\0';
	memcpy(t->path, r->path, sizeof(t->path));
	return engine_look_up(w->engine, w->targets, RESOLVER_FD);
}

/* Waits for a request, if none has come yet, and does it. */
static void answer(const struct work *w)
{
	struct request r;
	int result;

	if (recv(SOCKET_FD, &r, sizeof(r), 0) != sizeof(r))
		clean_up(w->targets);
	result = r.what == LOOK_UP ? look_up(w, &r) : start(w->targets, &r);
	if (send(SOCKET_FD, &result, sizeof(result), MSG_NOSIGNAL) != sizeof(result))
		clean_up(w->targets);
}

struct looking {
	const struct work *work;
	uint64_t until_ns;
};

/* Requests go first. */
static bool go_on(void *context)
{
	const struct looking *l = context;
	struct pollfd question = {.fd = SOCKET_FD, .events = POLLIN};

	while (poll(&question, 1, 0) == 1)
		answer(l->work);
	return monotonic_ns() < l->until_ns;
}

/* At what is there already; what comes later the kernel side sees. */
static void look(const struct work *w)
{
	struct looking l = {w, monotonic_ns() + LOOK_NS};

	for (unsigned int i = 0; i < w->targets->n; i++) {
		struct finding f = {.target = i};

		f.found = target_look(&w->targets->all[i], go_on, &l);
		f.incomplete = monotonic_ns() >= l.until_ns;
		if ((f.found || f.incomplete) && write(NOTES_FD, &f, sizeof(f)) != sizeof(f))
			break;
	}
	close(NOTES_FD);
}

static _Noreturn void serve(const struct scenario *s, struct targets *targets,
	const struct engine *engine, int oom_score, int socket, int notes)
{
	privileges looking = PRIVILEGE(SYS_PTRACE) | PRIVILEGE(DAC_READ_SEARCH);
	struct work work = {s, targets, engine};
	int ready = 0;

	disregard_signals();
	prctl(PR_SET_NAME, "jinx-keeper");
	process_set_oom_score(oom_score);
	if (engine_protect(engine) || keep_fds(socket, targets, notes, engine_resolver(engine)))
		_exit(1);
	if (targets->janitor.pid > 0)
		looking |= PRIVILEGE(DAC_OVERRIDE);
	if (!targets->n_executables && privileges_drop(looking))
		_exit(1);
	send(SOCKET_FD, &ready, sizeof(ready), MSG_NOSIGNAL);
	look(&work);
	for (;;)
		answer(&work);
}

void keeper_stop(struct keeper *h)
{
	if (!h)
		return;
	log_debug("keeper %d: ends", h->pid);
	if (h->socket >= 0)
		close(h->socket); /* the end of it */
	if (h->notes >= 0)
		close(h->notes);
	while (h->pid > 0 && waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(h);
}

/* Returns once it is ready. */
static int fork_keeper(struct keeper *h, const struct scenario *s, struct targets *targets,
	const struct engine *engine, int oom_score)
{
	struct timeval limit = {.tv_sec = ANSWER_S};
	_cleanup_fd_ int its_socket = -1, its_notes = -1;
	int ends[2], ready;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	h->socket = ends[0];
	its_socket = ends[1];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	h->notes = ends[0];
	its_notes = ends[1];
	h->pid = fork();
	if (h->pid == 0)
		serve(s, targets, engine, oom_score, its_socket, its_notes);
	if (h->pid < 0 || setsockopt(h->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return -errno;
	close(take_fd(&its_socket)); /* or its end would not be seen */
	return recv(h->socket, &ready, sizeof(ready), 0) == sizeof(ready) ? 0 : -EPROTO;
}

int keeper_start(const struct scenario *s, struct targets *targets, const struct engine *engine,
	int oom_score, struct keeper **ret)
{
	struct keeper *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	h->socket = h->notes = -1;
	err = fork_keeper(h, s, targets, engine, oom_score);
	if (!err) {
		log_debug("keeper %d: is ready", h->pid);
		*ret = h;
		return 0;
	}
	if (h->pid > 0)
		kill(h->pid, SIGKILL);
	keeper_stop(h);
	return err;
}

/* A late answer would be taken for the next one's: who is late once is not asked again. */
static void give_up(struct keeper *h)
{
	log_debug("keeper %d: did not answer, and is killed", h->pid);
	close(h->socket);
	h->socket = -1;
	kill(h->pid, SIGKILL);
}

static int ask(struct keeper *h, const struct request *r)
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

int keeper_spawn(
	struct keeper *h, unsigned int program, unsigned int cgroup, pid_t *ret_pid, int *ret_pidfd)
{
	struct request r = {.what = START, .number = program, .cgroup = cgroup};
	int pid = ask(h, &r);

	if (pid < 0)
		return pid;
	/* Nobody but us buries it, so the number is still its own. */
	*ret_pid = pid;
	*ret_pidfd = syscall(SYS_pidfd_open, pid, 0);
	return *ret_pidfd < 0 ? -errno : 0;
}

int keeper_look_up(struct keeper *h, const struct targets *targets, unsigned int target)
{
	struct request r = {.what = LOOK_UP, .number = target};

	memcpy(r.path, targets->all[target].path, sizeof(r.path));
	return ask(h, &r);
}

int keeper_notes_fd(const struct keeper *h)
{
	return h->notes;
}

bool keeper_read_note(struct keeper *h, struct finding *ret)
{
	ssize_t n = h->notes >= 0 ? read(h->notes, ret, sizeof(*ret)) : -1;

	if (n == 0) { /* that was all */
		log_debug("keeper %d: has looked at all targets", h->pid);
		close(h->notes);
		h->notes = -1;
	}
	return n == sizeof(*ret);
}

bool keeper_is_gone(const struct keeper *h)
{
	return h->socket < 0;
}
