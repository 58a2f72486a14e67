/* SPDX-License-Identifier: GPL-2.0 */
/* The faults that the keeper carries out: told when they are to be, and ended if it dies. */
#ifndef JINX_ACTS_H
#define JINX_ACTS_H

#include <stdbool.h>
#include <stdint.h>

struct acts {
	bool any;	    /* the plan has such faults */
	struct source *end; /* of the keeper */
};

struct experiment;

/*
 * Watches the keeper: besides its acts it follows paths, libraries and processes for the kernel
 * side, so an experiment ends with it. 0 or -errno.
 */
int acts_begin(struct experiment *x);
/* Hands on which rules are in force from now on, in a phase that began then; none: all ends. */
void acts_arm(struct experiment *x, uint64_t rules, uint64_t began_ns);
/* A target has got another cgroup, or none. */
void acts_move(struct experiment *x, unsigned int target);

#endif
