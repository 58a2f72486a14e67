/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A workload: operations by several workers. How they are made is the affair of its kind, which is
 * a row in load.c.
 */
#ifndef JINX_LOAD_H
#define JINX_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/loop.h"
#include "measure/failures.h"
#include "run/pace.h"
#include "scenario/scenario.h"

struct keeper;
struct targets;
struct load;

enum outcome {
	OPERATION_SUCCEEDED,
	OPERATION_FAILED,
	OPERATION_TIMED_OUT,  /* nobody knows whether it took effect */
	OPERATION_CUT_OFF,    /* the same: exit 75, or a connection lost after something was sent */
	OPERATION_UNFINISHED, /* the end of the experiment ended it */
};

/* An operation has ended. Times are CLOCK_MONOTONIC. */
struct operation {
	uint64_t number;     /* JINX_OP; 0: it has none */
	unsigned int phase;  /* in which it began */
	uint64_t planned_ns; /* when it was to begin; in a closed loop when it did */
	uint64_t began_ns, ended_ns;
	enum outcome outcome;
	enum failure_way way; /* of one that failed or was cut off */
	int status;
	uint64_t count; /* so many like it; 0 is 1 */
};

typedef void (*operation_function)(const struct operation *o, void *context);

struct load_options {
	const struct workload *spec;
	unsigned int number; /* of the workload, and of its executable */
	struct keeper *keeper;
	const struct targets *targets;
	struct loop *loop;
	operation_function on_end;
	void *context; /* of that */
};

/* What a kind does, see below. */
struct load_kind {
	struct load *(*make)(const struct load_options *o);
	int (*start)(struct load *l);
	int (*drain)(struct load *l, struct loop *loop);
	unsigned int (*under_way)(const struct load *l);
	void (*free)(struct load *l);
	/* Open-loop: how it keeps up. NULL: its operations are never planned. */
	void (*pace)(const struct load *l, struct pace *ret);
	/* Before anything is armed; NULL: nothing. */
	int (*prepare)(struct load *l);
};

/* What all kinds begin with. */
struct load {
	struct load_options o;
	const struct load_kind *kind;
	unsigned int phase;
	uint64_t phase_began_ns[MAX_PHASES];
};

/* NULL: out of memory. */
struct load *load_new(const struct load_options *o);

/* Before anything is armed. 0 or -errno. */
int load_prepare(struct load *l);

/* Starts every worker; operations that begin from now on belong to `phase`. 0 or -errno. */
int load_start(struct load *l, unsigned int phase);

/* Operations that begin from now on belong to `phase`. */
void load_phase(struct load *l, unsigned int phase);

/* The phase of an operation that began then. */
unsigned int load_phase_at(const struct load *l, uint64_t ns);

/* How an open-loop workload keeps up; zero for a closed one. */
void load_pace(const struct load *l, struct pace *ret);

/*
 * No operation begins any more. The loop is not used any more: those that are under way are waited
 * for in that one. 0 or -errno, then they are not waited for.
 */
int load_drain(struct load *l, struct loop *loop);

/* How many are under way. */
unsigned int load_under_way(const struct load *l);

/* Those under way are killed and told of as unfinished, then everything is released. */
void load_free(struct load *l);

/* For the kinds: kills a process that was started in this cgroup, all else in there too, and buries
 * it. */
void load_kill(const struct load *l, unsigned int cgroup, pid_t pid, int pidfd);

extern const struct load_kind load_exec, load_net, load_lines;

#endif
