/* SPDX-License-Identifier: GPL-2.0 */
/* The phases of an experiment, one after the other. */
#ifndef JINX_TIMELINE_H
#define JINX_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/verdict.h"

struct experiment;
struct source;

struct timeline {
	unsigned int phase;
	uint64_t began_ns; /* when that did */
	bool open;	   /* it has not ended */
	bool steady;	   /* it was looked at whether it is */
	struct source *end;
	bool just_cut;	      /* what follows has not been chosen yet */
	struct judgement cut; /* the faults were ended early, and this is to be the verdict */
};

/* Everything is attached and disarmed: begins the first phase. 0 or -errno, and it has begun. */
int timeline_begin(struct experiment *x, uint64_t now_ns);

/*
 * Ends the faults at once. What comes after them in the scenario, or else a rest, goes on so that
 * recovery is seen; the verdict then is this one.
 */
void timeline_cut(struct experiment *x, enum verdict v, const char *reason);

/* Nothing is injected any more. */
void timeline_end(struct experiment *x);

/* The phase has no end of its own: it lasts as long as the commands (a quick verb's). */
bool timeline_is_endless(const struct experiment *x);

/* Until the phase's end; 0 when that has none. */
uint64_t timeline_left_ns(const struct experiment *x, uint64_t now_ns);

#endif
