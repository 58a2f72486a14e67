/* SPDX-License-Identifier: GPL-2.0 */
/* What targets do that no rule sees (enum notice): each goes into the report once a target. */
#ifndef JINX_NOTICES_H
#define JINX_NOTICES_H

#include <stdint.h>

#include "../../bpf/abi.h"

struct experiment;
struct source;

struct notices {
	unsigned int deserted;		/* how many looks there was no process of a target */
	unsigned int told[NR_NOTICES];	/* targets of which it was told, a bit each */
	uint64_t left_alone[MAX_RULES]; /* how many processes it has told of */
	struct source *found;		/* by the keeper; NULL: it has told all */
};

/* Looks at what the keeper and the kernel side have seen. 0 or -errno. */
int notices_begin(struct experiment *x);

/* A last time. */
void notices_end(struct experiment *x);

/* What there is to tell once the counters have been read for the last time. */
void notices_count(struct experiment *x);

#endif
