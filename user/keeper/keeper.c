// SPDX-License-Identifier: GPL-2.0
#include "keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/passing.h"
#include "base/process.h"
#include "keeper/service.h"
#include "keeper/stage.h"

/*
 * To start a process takes it milliseconds, to begin an act as well; on a host that is overloaded,
 * as by what it has just begun, seconds. Whoever waits for it renews the heartbeat meanwhile: what
 * it has begun would end by itself, and it can't begin that again.
 */
#define ANSWER_S 10
#define BEAT_MS 250

/* Looks at paths, and for functions that make calls. */
enum look_kind { AT_PATHS, FOR_FUNCTIONS, NR_LOOKS };

/* A target is looked at for at most one part in so many of the time. */
#define SHARE_OF_LOOKS 10

struct look {
	unsigned int id;   /* of the one under way; 0: none is */
	int result;	   /* of the one before */
	uint64_t after_ns; /* when there may be another one */
};

struct keeper {
	pid_t pid;
	int socket;		   /* -1: it is gone */
	int notes;		   /* a pipe: what it has found; -1: no more will come */
	struct counters *counters; /* a row a binding, shared with it */
	struct taken *taken;	   /* a row a rule, behind those */
	size_t size;		   /* of both */
	unsigned int last_id;	   /* of a request */
	void (*beat)(void *context);
	void *context;
	struct look looks[NR_LOOKS][MAX_TARGETS];
};

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
	if (h->counters)
		munmap(h->counters, h->size);
	free(h);
}

static int share_counters(struct keeper *h, const struct plan *plan)
{
	h->size = (plan->n_bindings + 1) * sizeof(*h->counters) + plan->n_rules * sizeof(*h->taken);
	h->counters =
		mmap(NULL, h->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (h->counters != MAP_FAILED) {
		h->taken = (struct taken *)(h->counters + plan->n_bindings + 1);
		return 0;
	}
	h->counters = NULL;
	return -errno;
}

/* Returns once it is ready. */
static int fork_keeper(struct keeper *h, const struct keeper_options *o)
{
	const struct timeval limit = {.tv_sec = ANSWER_S};
	_cleanup_fd_ int its_socket = -1, its_notes = -1;
	struct service service = {.o = *o, .counters = h->counters, .taken = h->taken};
	struct answer ready;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	h->socket = ends[0];
	service.socket = its_socket = ends[1];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	h->notes = ends[0];
	its_notes = ends[1];
	service.notes = its_notes;
	h->pid = fork();
	if (h->pid == 0)
		keeper_serve(&service);
	if (h->pid < 0 || setsockopt(h->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return -errno;
	close(take_fd(&its_socket)); /* or its end would not be seen */
	if (recv(h->socket, &ready, sizeof(ready), 0) != sizeof(ready))
		return -EPROTO;
	/* From here on it alone holds that, and writes the journal. */
	return janitor_hand_over(&o->targets->janitor);
}

int keeper_start(const struct keeper_options *o, struct keeper **ret)
{
	struct keeper *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	h->socket = h->notes = -1;
	h->beat = o->beat;
	h->context = o->context;
	err = share_counters(h, o->plan) ?: fork_keeper(h, o);
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

static void give_up(struct keeper *h)
{
	log_debug("keeper %d: did not answer, and is killed", h->pid);
	close(h->socket);
	h->socket = -1;
	kill(h->pid, SIGKILL);
}

static bool say(struct keeper *h, struct request *r, int passed)
{
	r->id = ++h->last_id ?: ++h->last_id;
	return passing_send(h->socket, r, sizeof(*r), passed) == sizeof(*r);
}

/* What a look has found is asked for by the next one. */
static void take_look(struct keeper *h, const struct answer *a)
{
	for (unsigned int i = 0; i < NR_LOOKS * MAX_TARGETS; i++) {
		struct look *l = &h->looks[i / MAX_TARGETS][i % MAX_TARGETS];

		if (l->id != a->id)
			continue;
		l->id = 0;
		l->result = a->result;
		l->after_ns = monotonic_ns() + SHARE_OF_LOOKS * a->took_ns;
	}
}

static int take_result(struct look *l)
{
	int result = l->result;

	l->result = 0;
	return result;
}

static bool receive(const struct keeper *h, struct answer *ret)
{
	uint64_t until = monotonic_ns() + ANSWER_S * 1000000000ull;
	struct pollfd fd = {.fd = h->socket, .events = POLLIN};
	int n = 0;

	while (n <= 0 && monotonic_ns() < until) {
		n = poll(&fd, 1, BEAT_MS);
		if (n < 0 && errno != EINTR)
			return false;
		if (n <= 0 && h->beat)
			h->beat(h->context);
	}
	return n > 0 && recv(h->socket, ret, sizeof(*ret), MSG_DONTWAIT) == sizeof(*ret);
}

/* Those of looks may come before its own. */
static int ask(struct keeper *h, struct request *r, int passed)
{
	struct answer a;

	if (h->socket < 0)
		return -EPIPE;
	if (say(h, r, passed))
		while (receive(h, &a)) {
			if (a.id == r->id)
				return a.result;
			take_look(h, &a);
		}
	give_up(h);
	return -EPIPE;
}

int keeper_spawn(struct keeper *h, const struct start_request *start, int output, pid_t *ret_pid,
	int *ret_pidfd)
{
	struct request r = {.what = START, .start = *start};
	int pid = ask(h, &r, output);

	if (pid < 0)
		return pid;
	/* Nobody but us buries it, so the number is still its own. */
	*ret_pid = pid;
	*ret_pidfd = syscall(SYS_pidfd_open, pid, 0);
	return *ret_pidfd < 0 ? -errno : 0;
}

/* -EAGAIN: the one before isn't over. */
static int begin_look(
	struct keeper *h, struct look *l, const struct targets *targets, struct request *r)
{
	struct answer a;

	while (h->socket >= 0 && recv(h->socket, &a, sizeof(a), MSG_DONTWAIT) == sizeof(a))
		take_look(h, &a);
	if (h->socket < 0)
		return -EPIPE;
	if (l->id)
		return -EAGAIN;
	memcpy(r->path, targets->all[r->number].path, sizeof(r->path));
	if (!say(h, r, -1)) {
		give_up(h);
		return -EPIPE;
	}
	l->id = r->id;
	return 0;
}

int keeper_look_up(struct keeper *h, const struct targets *targets, unsigned int target)
{
	struct request r = {.what = LOOK_UP, .number = target};
	struct look *l = &h->looks[AT_PATHS][target];
	int err = begin_look(h, l, targets, &r);

	return err == -EAGAIN ? 0 : err ?: take_result(l) > 0;
}

int keeper_look_for_functions(
	struct keeper *h, const struct targets *targets, unsigned int target, int *ret_found)
{
	struct request r = {.what = LOOK_IN, .number = target, .gone = targets->all[target].gone};
	struct look *l = &h->looks[FOR_FUNCTIONS][target];
	int err = monotonic_ns() < l->after_ns ? -EAGAIN : begin_look(h, l, targets, &r);

	*ret_found = err ? 0 : take_result(l);
	return err;
}

int keeper_move(struct keeper *h, const struct targets *targets, unsigned int target)
{
	const struct target *t = &targets->all[target];
	struct request r = {
		.what = MOVE, .number = target, .cgroup_id = t->cgroup_id, .gone = t->gone};

	memcpy(r.path, t->path, sizeof(r.path));
	return ask(h, &r, -1);
}

int keeper_arm(struct keeper *h, uint64_t rules, uint64_t began_ns)
{
	struct request r = {.what = ARM, .rules = rules, .began_ns = began_ns};

	return ask(h, &r, -1);
}

void keeper_counters(const struct keeper *h, unsigned int binding, struct counters *ret)
{
	*ret = h->counters[binding];
}

void keeper_taken(const struct keeper *h, unsigned int rule, struct taken *ret)
{
	*ret = h->taken[rule];
}

int keeper_socket(const struct keeper *h)
{
	return h->socket;
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
