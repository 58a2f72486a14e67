// SPDX-License-Identifier: GPL-2.0
#include "undo/tracing.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#include "base/brief.h"
#include "base/cleanup.h"
#include "base/process.h"
#include "undo/registers.h"

/* After the one before: a thread that makes no long call is there at once. */
#define STOP_NS 100000000ull
#define LOOK_US 100
#define PASSES 16 /* for threads that were made meanwhile */
#define MAX_STRAYS 65536
#define SEIZE_TRIES 3

/* What a thread's stack may have of the handlers that it is in. */
#define STACK_PAGES 32
#define STACK_PAGE 4096

/* Threads that are traced although they should not be any more. */
static pid_t strays[MAX_STRAYS];
static size_t n_strays;

static bool is_stray(pid_t tid)
{
	for (size_t i = 0; i < n_strays; i++)
		if (strays[i] == tid)
			return true;
	return false;
}

static void add_stray(pid_t tid)
{
	if (n_strays < MAX_STRAYS)
		strays[n_strays++] = tid;
}

/* Out of its stop, or out of this process's hands if it has ended. False: neither yet. */
static bool let_go(pid_t tid, int signal)
{
	int status;

	if (!ptrace(PTRACE_DETACH, tid, NULL, (void *)(long)signal) || errno != ESRCH)
		return true;
	/* It runs, or is a zombie that its parent does not see until this has been asked. */
	if (waitpid(tid, &status, __WALL | WNOHANG) != tid)
		return errno == ECHILD;
	if (!WIFSTOPPED(status))
		return true;
	signal = status >> 16 ? 0 : WSTOPSIG(status);
	return !ptrace(PTRACE_DETACH, tid, NULL, (void *)(long)signal);
}

static bool is_zombie(pid_t tid)
{
	return process_thread_state(tid, tid) == 'Z';
}

bool tracing_tidy(void)
{
	bool any = false;

	for (size_t i = 0; i < n_strays;)
		if (let_go(strays[i], 0)) {
			strays[i] = strays[--n_strays];
		} else {
			any |= !is_zombie(strays[i]);
			i++;
		}
	return any;
}

static void pause_a_little(void)
{
	struct timespec t = {.tv_nsec = LOOK_US * 1000};

	nanosleep(&t, NULL);
}

/*
 * 0; -ESRCH: it has ended; -EBUSY. A signal that it is about to get is kept for it. Of a first
 * thread that ends before the others nothing is told until they have ended, too.
 */
static int await_stop(struct thread *t, uint64_t until_ns)
{
	int status;
	pid_t got;

	while (!(got = waitpid(t->tid, &status, __WALL | WNOHANG)) && monotonic_ns() < until_ns) {
		if (is_zombie(t->tid)) {
			add_stray(t->tid);
			return -ESRCH;
		}
		pause_a_little();
	}
	if (!got)
		return -EBUSY;
	if (got < 0 || !WIFSTOPPED(status))
		return -ESRCH;
	t->stopped = true;
	if (!(status >> 16) && WSTOPSIG(status) != SIGTRAP)
		t->signal = WSTOPSIG(status);
	return 0;
}

static bool has(const struct tracing *t, pid_t tid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->threads[i].tid == tid)
			return true;
	return false;
}

static struct thread *add(struct tracing *t, pid_t tid)
{
	if (t->n == t->size) {
		size_t size = t->size ? 2 * t->size : 16;
		struct thread *more = reallocarray(t->threads, size, sizeof(*more));

		if (!more)
			return NULL;
		t->threads = more;
		t->size = size;
	}
	t->threads[t->n] = (struct thread){.tid = tid};
	return &t->threads[t->n++];
}

static bool has_ended(pid_t pid, pid_t tid)
{
	char state = process_thread_state(pid, tid);

	return !state || state == 'Z' || state == 'X';
}

/*
 * A thread that executes another program waits until the others have ended, those that are traced
 * until their tracer knows, and who traces one more waits for it (fs/exec.c: de_thread();
 * kernel/ptrace.c: ptrace_attach(); 6.18): so that is learned from a signal handler, as the call is
 * under way.
 */
static const struct tracing *seizing;

static void bury_thread(pid_t tid)
{
	siginfo_t end;

	(void)waitid(P_PID, tid, &end, WEXITED | WNOHANG | __WALL);
}

static void bury(int signal)
{
	const struct tracing *t = seizing;
	int err = errno;

	(void)signal;
	for (size_t i = 0; t && i < t->n; i++)
		bury_thread(t->threads[i].tid);
	for (size_t i = 0; t && i < n_strays; i++)
		bury_thread(strays[i]);
	errno = err;
}

/*
 * 1: it has ended. Once more, as the thread may have had its number from one that had executed a
 * program; which may also be traced already.
 */
static int seize(const struct tracing *t, pid_t tid)
{
	int err = -EPERM;

	for (int i = 0; i < SEIZE_TRIES && err == -EPERM; i++) {
		seizing = t;
		err = ptrace(PTRACE_SEIZE, tid, NULL, NULL) ? -errno : 0;
		seizing = NULL;
		if (err == -ESRCH || (err && has_ended(t->pid, tid)))
			return 1;
		if (!ptrace(PTRACE_INTERRUPT, tid, NULL, NULL))
			return 0;
	}
	return err;
}

/* It is on its way to its stop. One that has ended is no matter. */
static int interrupt_thread(struct tracing *t, pid_t tid)
{
	int err;

	if (is_zombie(tid))
		return 0;
	if (process_thread_state(t->pid, tid) == 'D' || is_stray(tid))
		return -EBUSY;
	err = seize(t, tid);
	if (err)
		return err < 0 ? err : 0;
	if (add(t, tid))
		return 0;
	add_stray(tid);
	return -ENOMEM;
}

/* All that were not there before: of many threads none waits for those before it. */
static int interrupt_new(struct tracing *t)
{
	char path[64];
	_cleanup_dir_ DIR *dir = NULL;

	snprintf(path, sizeof(path), "/proc/%d/task", t->pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	for (struct dirent *e; (e = readdir(dir));) {
		pid_t tid = atoi(e->d_name);
		int err = tid > 0 && !has(t, tid) ? interrupt_thread(t, tid) : 0;

		if (err)
			return err;
	}
	return 0;
}

/* How many threads it has stopped; or -errno. */
static int stop_new(struct tracing *t)
{
	size_t before = t->n;
	struct brief b;
	int err;

	brief_begin(&b, bury);
	err = interrupt_new(t);
	brief_end(&b);
	for (size_t i = before; i < t->n && !err;) {
		err = await_stop(&t->threads[i], monotonic_ns() + STOP_NS);
		if (err == -ESRCH) {
			t->threads[i] = t->threads[--t->n];
			err = 0;
		} else {
			i++;
		}
	}
	return err ?: (int)(t->n - before);
}

int tracing_begin(struct tracing *t, pid_t pid)
{
	int n = 1;

	*t = (struct tracing){.pid = pid};
	/* Who has not been stopped yet may make another one. */
	for (int i = 0; i < PASSES && n > 0; i++)
		n = stop_new(t);
	if (n)
		return n < 0 ? n : -EBUSY;
	return t->n ? 0 : -ESRCH;
}

static bool is_within(const struct stretch *all, size_t n, uint64_t address)
{
	for (size_t i = 0; i < n; i++)
		if (address > all[i].from && address < all[i].to)
			return true;
	return false;
}

/* One on an alternative stack that the thread is not on any more is over. */
static bool is_frame(const uint64_t *word, uint64_t address, uint64_t sp)
{
	uint64_t from = word[STACK_FROM], size = word[STACK_SIZE];

	if ((word[MARK] & MARK_MASK) != MARK_VALUE)
		return false;
	return address - from >= size || sp - from < size;
}

/* The handler may return into what has been changed. What only looks so is taken for it. */
static bool will_return(
	const struct tracing *t, uint64_t sp, const struct stretch *all, size_t n, uint64_t *words)
{
	struct iovec here = {words, STACK_PAGES * STACK_PAGE}, there[STACK_PAGES];
	uint64_t from = (sp - RED_ZONE) & ~7ull;
	ssize_t got;

	for (int i = 0; i < STACK_PAGES; i++)
		there[i] = (struct iovec){(void *)(from + i * STACK_PAGE), STACK_PAGE};
	got = process_vm_readv(t->pid, &here, 1, there, STACK_PAGES, 0);
	for (ssize_t i = -STACK_FROM; i < got / 8 - MARK; i++)
		if (is_within(all, n, words[i]) && is_frame(&words[i], from + i * 8, sp))
			return true;
	return false;
}

static int registers_of(pid_t tid, int request, struct user_regs_struct *regs)
{
	struct iovec all = {regs, sizeof(*regs)};

	return ptrace(request, tid, (void *)NT_PRSTATUS, &all) ? -errno : 0;
}

static int is_outside(const struct tracing *t, const struct thread *one, const struct stretch *all,
	size_t n, uint64_t *words)
{
	struct user_regs_struct regs;

	if (registers_of(one->tid, PTRACE_GETREGSET, &regs) ||
		is_within(all, n, AT_INSTRUCTION(&regs)))
		return -EBUSY;
	return will_return(t, AT_STACK(&regs), all, n, words) ? -EBUSY : 0;
}

int tracing_change(struct tracing *t,
	bool (*f)(const struct tracing *t, struct user_regs_struct *regs, uint64_t at), uint64_t at)
{
	struct user_regs_struct regs;

	for (size_t i = 0; i < t->n; i++)
		if (registers_of(t->threads[i].tid, PTRACE_GETREGSET, &regs) ||
			(f(t, &regs, at) &&
				registers_of(t->threads[i].tid, PTRACE_SETREGSET, &regs)))
			return -EBUSY;
	return 0;
}

int tracing_outside(const struct tracing *t, const struct stretch *all, size_t n)
{
	_cleanup_free_ uint64_t *words = malloc(STACK_PAGES * STACK_PAGE);
	int err = words ? 0 : -ENOMEM;

	for (size_t i = 0; i < t->n && !err; i++)
		err = is_outside(t, &t->threads[i], all, n, words);
	return err;
}

int tracing_read(const struct tracing *t, uint64_t address, uint64_t *ret)
{
	errno = 0;
	*ret = ptrace(PTRACE_PEEKDATA, t->threads[0].tid, (void *)address, NULL);
	return -errno;
}

int tracing_write(const struct tracing *t, uint64_t address, uint64_t word)
{
	return ptrace(PTRACE_POKEDATA, t->threads[0].tid, (void *)address, (void *)word) ? -errno
											 : 0;
}

void tracing_end(struct tracing *t)
{
	uint64_t until = monotonic_ns() + STOP_NS;

	for (size_t i = 0; i < t->n; i++) {
		struct thread *one = &t->threads[i];

		/* It is on its way there, where nobody would let it go. */
		if (!one->stopped && await_stop(one, until) == -ESRCH)
			continue;
		if (!let_go(one->tid, one->signal))
			add_stray(one->tid);
	}
	free(t->threads);
	*t = (struct tracing){};
}
