/* SPDX-License-Identifier: GPL-2.0 */
/* The workload: a command repeated by several workers, each run of it one operation. */
#ifndef JINX_LOAD_H
#define JINX_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "scenario/scenario.h"

struct keeper;
struct load;
struct targets;

enum outcome {
	OPERATION_SUCCEEDED, /* exited with 0 within the workload's timeout */
	OPERATION_FAILED,
	OPERATION_TIMED_OUT,
	OPERATION_UNFINISHED, /* the end of the experiment ended it */
};

/* An operation has ended. Times are CLOCK_MONOTONIC. */
struct operation {
	unsigned int phase; /* in which it began */
	uint64_t began_ns, ended_ns;
	enum outcome outcome;
	int status; /* as waitpid() has it, of one that failed */
};

typedef void (*operation_function)(const struct operation *o, void *context);

/*
 * The keeper starts the operations, which are a program of `targets`; the loop tells when they end
 * and when their time is over. Its workers start with load_start(). NULL: out of memory.
 */
struct load *load_new(const struct workload *w, struct keeper *keeper,
	const struct targets *targets, unsigned int program, struct loop *loop,
	operation_function f, void *context);

/* Starts every worker; operations that begin from now on belong to `phase`. 0 or -errno. */
int load_start(struct load *l, unsigned int phase);

/* Operations that begin from now on belong to `phase`. */
void load_phase(struct load *l, unsigned int phase);

/*
 * No operation begins any more. The loop is not used any more: those that are under way are waited
 * for in that one. 0 or -errno, then they are not waited for.
 */
int load_drain(struct load *l, struct loop *loop);

/* How many are under way. */
unsigned int load_under_way(const struct load *l);

/* Those under way are killed and told of as unfinished, then everything is released. */
void load_free(struct load *l);

#endif
