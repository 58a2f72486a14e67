/* SPDX-License-Identifier: GPL-2.0 */
/* System calls that don't wait for long: signals end them. */
#ifndef JINX_BRIEF_H
#define JINX_BRIEF_H

#include <signal.h>
#include <sys/types.h>

struct brief {
	struct sigaction action;
	sigset_t mask;
};

/*
 * From here to brief_end() the calls of this process, which has one thread, that wait are
 * interrupted every few hundredths of a second, by a handler that may be NULL. SIGALRM and the
 * interval timer are its own meanwhile.
 */
void brief_begin(struct brief *b, void (*handler)(int signal));
void brief_end(const struct brief *b); /* errno stays */

/*
 * Writes a value into a file of a cgroup, of which the kernel may make more than a write: who
 * lowers memory.high or memory.max frees memory, for as long as any comes, and has processes
 * killed. The value is set before that, and a signal ends it there (mm/memcontrol.c:
 * memory_high_write, memory_max_write, 6.12, which know nothing of O_NONBLOCK). 0 or -errno.
 */
int write_briefly(int fd, const char *value);

#endif
