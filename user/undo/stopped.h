/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that jinx has stopped by SIGSTOP. */
#ifndef JINX_STOPPED_H
#define JINX_STOPPED_H

#include <stdint.h>
#include <sys/types.h>

#define STOPPED_MAX 1024 /* of one record */

/* A process that no other one can be taken for, as numbers are used again. */
struct stopped {
	uint64_t started; /* process_started() */
	int64_t pid;
};

/* Sends it a signal. 0; -ESRCH: it is gone; or -errno. */
int stopped_signal(const struct stopped *p, int signal);

/* Continues them. 1; 0: none is left; else -errno of one that could not be. */
int stopped_continue(const struct stopped *all, unsigned int n);

#endif
