/* SPDX-License-Identifier: GPL-2.0 */
/* The part of a snapshot that tells of measured calls. */
#ifndef JINX_SNAPSHOT_CALLS_H
#define JINX_SNAPSHOT_CALLS_H

#include <stdbool.h>

#include "../../bpf/abi.h"

struct measure;
struct snapshot;

/* Calls of a target at a point; metrics of METRIC_OF_CALLS have a number a phase of each. */
struct snapshot_calls {
	char *point, *mechanism;
	enum point id;
	unsigned int target;
	bool delayed; /* rules delay them, so that what they took without that is another number */
	bool before;  /* the delays come before the calls begin, and are in no number of theirs */
	const char *untimed;	       /* why they are counted alone; NULL: they are timed */
	__u64 (*errors)[METER_ERRORS]; /* a row a phase: by errno; [0]: those that have no name */
};

/* A point whose calls were to be measured, and are not. */
struct snapshot_unmeasured {
	char *point, *reason;
	enum point id;
};

/* How many `calls` and `unmeasured` there will be. */
void snapshot_count_calls(struct snapshot *s, const struct measure *m);
/* Fills those and their numbers, for which there is room. False: out of memory. */
bool snapshot_take_calls(struct snapshot *s, const struct measure *m);
void snapshot_free_calls(struct snapshot *s);

/* The index of the numbers of calls[i] in a phase. */
unsigned int snapshot_calls_index(const struct snapshot *s, unsigned int i, unsigned int phase);

/* Whether any of them was made, in whatever phase. */
bool snapshot_calls_made(const struct snapshot *s, unsigned int i);

#endif
