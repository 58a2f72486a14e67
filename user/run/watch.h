/* SPDX-License-Identifier: GPL-2.0 */
/* How the targets themselves are: whether they live, were started anew, and what they used. */
#ifndef JINX_WATCH_H
#define JINX_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "scenario/scenario.h"

struct experiment;
struct source;

/* One process of a target: while it lives the target wasn't started anew. */
struct witness {
	int pidfd; /* -1: there is none */
	struct source *end;
};

struct watch {
	struct watched {
		struct experiment *experiment;
		struct witness witness;
		bool lived;		    /* at the last look, or before it */
		uint64_t ended_ns;	    /* CLOCK_BOOTTIME: when the last witness did */
		uint64_t oom_kills, cpu_ns; /* at the start */
	} all[MAX_TARGETS];
	struct source *tick;
};

/* Looks from now on, each 100 ms. 0 or -errno. */
int watch_begin(struct experiment *x);
/* A last time. */
void watch_end(struct experiment *x);

#endif
