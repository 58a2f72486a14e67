/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of `setup` and `teardown`. */
#ifndef JINX_STEPS_H
#define JINX_STEPS_H

#include "scenario/scenario.h"

/* Where they run, and what they do to whoever waits for them. */
struct stepping {
	int cgroup;	  /* its directory: they, and what they start, are in there */
	int output;	  /* a file that has what they print */
	const int *nodes; /* the network namespaces of nodes */
	int signals;	  /* a signalfd of those that end them (run/signals.h); -1: none does */
};

/*
 * Runs one and waits for its end; what it has started goes on. 0; -EINTR: a signal came, and it was
 * killed; another -errno with *why, which has the step's place.
 */
int step_run(const struct step *step, const struct stepping *in, struct error *why);

#endif
