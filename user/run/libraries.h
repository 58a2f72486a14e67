/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Libraries and programs that targets map later: what a process executes or opens, and what it
 * brings when it comes from another cgroup. Rules at functions that make calls (kernel/wrappers.h)
 * have to be there, too.
 */
#ifndef JINX_LIBRARIES_H
#define JINX_LIBRARIES_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/scenario.h"

struct experiment;

struct libraries {
	struct mapped_look {
		bool wanted; /* the target has such rules */
		bool unseen; /* and calls that come by no such function can't be seen */
		bool told;   /* that something could not be attached to */
		unsigned int due;
		uint64_t pause_ns,
			next_ns; /* how long nothing that is missed counts, and until when */
	} looks[MAX_TARGETS];
};

/* From now on; 0 or -errno. */
int libraries_begin(struct experiment *x);

/* A target has got another cgroup, where processes may have begun before. */
void libraries_look_again(struct experiment *x, unsigned int target);

#endif
