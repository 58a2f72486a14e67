/* SPDX-License-Identifier: GPL-2.0 */
/* The workload: a command repeated by several workers, each run of it one operation. */
#ifndef JINX_LOAD_H
#define JINX_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/scenario.h"

struct helper;
struct load;

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

/* The helper starts the operations, below the cgroup `cgroup_fd`. Its workers start with
 * load_start(). NULL: out of memory or descriptors (errno). */
struct load *load_new(const struct workload *w, struct helper *helper, int cgroup_fd,
	operation_function f, void *context);

/* Starts every worker; operations that begin from now on belong to `phase`. 0 or -errno. */
int load_start(struct load *l, unsigned int phase);

/* Operations that begin from now on belong to `phase`. */
void load_phase(struct load *l, unsigned int phase);

/* Readable when an operation has ended: then call load_handle(). */
int load_fd(const struct load *l);
void load_handle(struct load *l);

/* Kills operations that are over their time; call it every now and then. */
void load_expire(struct load *l, uint64_t now_ns);

/* No operation begins any more. Returns how many are under way. */
unsigned int load_stop(struct load *l);

/* Those under way are killed and told of as unfinished, then everything is released. */
void load_free(struct load *l);

#endif
