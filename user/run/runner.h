/* SPDX-License-Identifier: GPL-2.0 */
/* Runs of an executable of the targets, one at a time, of which the output and the end are told. */
#ifndef JINX_RUNNER_H
#define JINX_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"

struct keeper;
struct targets;
struct runner;

enum run_end {
	RUN_ENDED,	/* by itself: status */
	RUN_TIMED_OUT,	/* it was killed, with all that it has started */
	RUN_IMPOSSIBLE, /* it could not be started: status is the -errno */
};

struct runner_functions {
	void (*output)(const char *text, size_t size, void *context); /* standard output's */
	void (*end)(enum run_end how, int status, void *context);     /* it may be run again */
};

/* NULL: out of memory. */
struct runner *runner_new(struct keeper *keeper, const struct targets *targets,
	unsigned int executable, const struct runner_functions *f, void *context);
/* What is under way is killed, and its end not told. NULL is nothing. */
void runner_free(struct runner *r);

/* Starts it; its end is told in a turn of the loop, or at once if that is impossible. */
void runner_run(struct runner *r, struct loop *loop, uint64_t timeout_ns);

bool runner_is_under_way(const struct runner *r);

#endif
