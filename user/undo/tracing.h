/* SPDX-License-Identifier: GPL-2.0 */
/* A process that stands still under ptrace, all its threads, for as long as it is changed. */
#ifndef JINX_TRACING_H
#define JINX_TRACING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

/* A stretch of its memory. */
struct stretch {
	uint64_t from, to;
};

struct tracing {
	pid_t pid;
	size_t n, size;
	struct thread {
		pid_t tid;
		int signal; /* that it was about to get; 0: none */
		bool stopped;
	} * threads;
};

/*
 * Stops all its threads. 0; -ESRCH: it is gone; -EPERM: it may not be traced, or somebody else
 * does; -EBUSY: a thread did not stop in time. tracing_end() in any case.
 */
int tracing_begin(struct tracing *t, pid_t pid);

/*
 * Whether no thread is within one of the stretches, nor will come back into one from a signal
 * handler. A thread at the beginning of one is outside. 0 or -EBUSY. None is made to go on by
 * single steps: it would go on with them, and be ended by the first, should this process be killed
 * then.
 */
int tracing_outside(const struct tracing *t, const struct stretch *all, size_t n);

/* Of each thread whose registers f() has changed (true) they are set, all at once. 0 or -EBUSY. */
int tracing_change(struct tracing *t,
	bool (*f)(const struct tracing *t, struct user_regs_struct *regs, uint64_t at),
	uint64_t at);

/* Eight bytes of its memory, also such as it may not write itself. 0 or -errno. */
int tracing_read(const struct tracing *t, uint64_t address, uint64_t *ret);
int tracing_write(const struct tracing *t, uint64_t address, uint64_t word);

/* It goes on. */
void tracing_end(struct tracing *t);

/*
 * Lets threads go on that had not stopped when they were to, or ended meanwhile; false: none is
 * left but first threads that wait for the others' end. To be called from time to time while there
 * are.
 */
bool tracing_tidy(void);

#endif
