/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of `setup`, `teardown` and `hooks`. */
#ifndef JINX_STEPS_H
#define JINX_STEPS_H

#include <stdint.h>
#include <sys/types.h>

#include "scenario/scenario.h"

/* Where they run, and what they do to whoever waits for them. */
struct stepping {
	int cgroup;	  /* its directory: they, and what they start, are in there */
	int input;	  /* a file that each of them reads from its beginning; -1: nothing */
	int output;	  /* a file that has what they print */
	const int *nodes; /* the network namespaces of nodes */
	int signals;	  /* a signalfd of those that end them (run/signals.h); -1: none does */
};

/* One that runs. */
struct running_step {
	const struct step *step;
	pid_t pid;
	int pidfd; /* readable once it has ended */
	uint64_t until_ns;
	off_t before; /* the size of the output then */
};

/* Starts one. 0, then step_end() follows; -errno with *why. */
int step_begin(const struct step *step, const struct stepping *in, struct running_step *ret,
	struct error *why);

/*
 * After its end, with `err` 0; with -ETIME or -EINTR it is killed for that reason. 0 or -errno, and
 * *why but for -EINTR.
 */
int step_end(struct running_step *r, const struct stepping *in, int err, struct error *why);

/*
 * Runs one and waits for its end; what it has started goes on. 0; -EINTR: a signal came, and it was
 * killed; another -errno with *why, which has the step's place.
 */
int step_run(const struct step *step, const struct stepping *in, struct error *why);

#endif
