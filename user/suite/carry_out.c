// SPDX-License-Identifier: GPL-2.0
#include "suite/carry_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "run/signals.h"
#include "suite/tell.h"

#define TICK_MS 250
/* Of what a run prints the first and the last of these are kept: it may print for hours. */
#define KEPT (1 << 20)

struct state {
	const struct carrying *c;
	int signals;
	sigset_t mask; /* before */
	bool stopped;  /* nothing more is begun */
};

/* Nothing in it outlives the suite: files in memory, and it is told when the suite has died. */
static _Noreturn void be_item(const struct state *st, const struct item *it, pid_t parent)
{
	int null = open("/dev/null", O_RDONLY), code;
	char json[40];

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(VERDICT_ABORTED);
	/* Not the terminal's signals: the suite passes them on. */
	setpgid(0, 0);
	close(st->signals);
	dup2(null, STDIN_FILENO);
	dup2(it->log, STDOUT_FILENO);
	dup2(it->log, STDERR_FILENO);
	sigprocmask(SIG_SETMASK, &st->mask, NULL);
	snprintf(json, sizeof(json), "/proc/self/fd/%d", it->json);
	code = st->c->run(it, json, st->c->context);
	_exit(fflush(NULL) ? VERDICT_FAILED : code);
}

static int open_files(struct item *it)
{
	it->log = memfd_create("log", MFD_CLOEXEC);
	it->json = memfd_create("report", MFD_CLOEXEC);
	if (it->log < 0 || it->json < 0)
		return -errno;
	/* Several processes write there. */
	return fcntl(it->log, F_SETFL, O_APPEND) ? -errno : 0;
}

static void forget(struct item *it)
{
	int *fds[] = {&it->log, &it->json, &it->pidfd};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static void fail(struct item *it, const char *what, int err)
{
	it->state = ITEM_ENDED;
	it->verdict = VERDICT_FAILED;
	it->ended_ns = monotonic_ns();
	snprintf(it->reason, sizeof(it->reason), "%s: %s", what, strerror(-err));
	forget(it);
}

static void begin(struct state *st, struct item *it)
{
	pid_t parent = getpid();
	int err;

	it->began_ns = monotonic_ns();
	it->pidfd = -1;
	err = open_files(it);
	fflush(stdout);
	fflush(stderr);
	it->pid = err ? -1 : fork();
	if (it->pid == 0)
		be_item(st, it, parent);
	if (it->pid < 0) {
		fail(it, "starting it", err ?: -errno);
		return;
	}
	it->pidfd = syscall(SYS_pidfd_open, it->pid, 0);
	it->state = ITEM_RUNS;
}

/* Its beginning and its end, without what is in between. */
static char *read_log(const struct item *it)
{
	off_t size = lseek(it->log, 0, SEEK_END), first = size < KEPT ? size : KEPT,
	      last = size - first < KEPT ? size - first : KEPT;
	char *text = size < 0 ? NULL : calloc(1, first + last + 1);

	if (text && (pread(it->log, text, first, 0) < 0 ||
			    pread(it->log, text + first, last, size - last) < 0))
		*text = '\0';
	return text;
}

static void read_report(struct item *it)
{
	if (lseek(it->json, 0, SEEK_END) > 0 && !lseek(it->json, 0, SEEK_SET))
		it->report = json_loadfd(it->json, 0, NULL);
}

static void end(struct state *st, struct item *it, int status)
{
	_cleanup_free_ char *printed = read_log(it);

	read_report(it);
	it->state = ITEM_ENDED;
	it->ended_ns = monotonic_ns();
	if (WIFEXITED(status))
		item_judge(it, WEXITSTATUS(status), printed ?: "", st->c->prove);
	else
		it->verdict = VERDICT_FAILED;
	if (WIFSIGNALED(status))
		snprintf(it->reason, sizeof(it->reason), "ended by SIG%s",
			sigabbrev_np(WTERMSIG(status)) ?: "?");
	if (it->kills && !st->stopped) {
		it->verdict = VERDICT_FAILED;
		snprintf(it->reason, sizeof(it->reason), "it had not ended after %.0f s",
			it->limit_ns / 1e9);
	}
	forget(it);
	tell_end(st->c->items, it, st->c->to);
	if (it->verdict != VERDICT_HELD && it->verdict != VERDICT_UNSUPPORTED && !st->c->keep_going)
		st->stopped = true;
}

static void trim_log(const struct item *it)
{
	off_t size = lseek(it->log, 0, SEEK_END);

	if (size > 2 * KEPT)
		(void)fallocate(it->log, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, KEPT,
			size - 2 * KEPT); /* it only costs memory */
}

static void collect(struct state *st)
{
	for (unsigned int i = 0; i < st->c->items->n; i++) {
		struct item *it = &st->c->items->all[i];
		int status;

		if (it->state == ITEM_RUNS)
			trim_log(it);
		if (it->state == ITEM_RUNS && waitpid(it->pid, &status, WNOHANG) == it->pid)
			end(st, it, status);
	}
}

/* First it is asked to end, with all that it cleans up then. */
static void stop_item(struct item *it)
{
	if (it->kills)
		kill(-it->pid, SIGKILL);
	else
		kill(it->pid, SIGTERM);
	it->kills++;
}

static void stop_late(struct state *st)
{
	uint64_t now = monotonic_ns();

	for (unsigned int i = 0; i < st->c->items->n; i++) {
		struct item *it = &st->c->items->all[i];

		if (it->state == ITEM_RUNS &&
			now > it->began_ns + it->limit_ns + it->kills * st->c->patience_ns)
			stop_item(it);
	}
}

static void stop_all(struct state *st)
{
	st->stopped = true;
	for (unsigned int i = 0; i < st->c->items->n; i++) {
		struct item *it = &st->c->items->all[i];

		if (it->state != ITEM_RUNS)
			continue;
		/* It has that much time, and then no more. */
		it->limit_ns = monotonic_ns() - it->began_ns;
		stop_item(it);
	}
}

static unsigned int count(const struct items *items, enum item_state state)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < items->n; i++)
		n += items->all[i].state == state;
	return n;
}

static void begin_all(struct state *st)
{
	int next;

	while (!st->stopped && (next = schedule_next(st->c->items, st->c->jobs)) >= 0) {
		begin(st, &st->c->items->all[next]);
		if (st->c->items->all[next].state == ITEM_ENDED)
			tell_end(st->c->items, &st->c->items->all[next], st->c->to);
	}
}

static void wait_for_something(const struct state *st)
{
	struct pollfd fds[MAX_JOBS + 1] = {{.fd = st->signals, .events = POLLIN}};
	nfds_t n = 1;

	for (unsigned int i = 0; i < st->c->items->n && n < ARRAY_SIZE(fds); i++)
		if (st->c->items->all[i].state == ITEM_RUNS)
			fds[n++] =
				(struct pollfd){.fd = st->c->items->all[i].pidfd, .events = POLLIN};
	(void)poll(fds, n, TICK_MS);
}

int carry_out_all(const struct carrying *c)
{
	struct state st = {.c = c};

	sigprocmask(SIG_SETMASK, NULL, &st.mask);
	st.signals = signals_open();
	if (st.signals < 0)
		return st.signals;
	for (;;) {
		begin_all(&st);
		if (!count(c->items, ITEM_RUNS))
			break;
		tell_progress(c->items);
		wait_for_something(&st);
		if (signals_take(st.signals))
			stop_all(&st);
		stop_late(&st);
		collect(&st);
	}
	tell_progress(NULL);
	for (unsigned int i = 0; i < c->items->n; i++)
		if (c->items->all[i].state == ITEM_WAITS)
			c->items->all[i].state = ITEM_LEFT_OUT;
	close(st.signals);
	return 0;
}
