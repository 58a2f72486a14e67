/* SPDX-License-Identifier: GPL-2.0 */
/* A set of processes, by number and beginning, that is quick with tens of thousands. */
#ifndef JINX_ROLL_H
#define JINX_ROLL_H

#include "undo/stopped.h"

/* All zero: empty. */
struct roll {
	unsigned int n, size; /* places, a power of two, of which at most half are taken */
	struct stopped *all;  /* a pid of 0: free */
};

/* 1: it was not in it; 0: it was; -ENOMEM. */
int roll_add(struct roll *r, const struct stopped *p);
void roll_free(struct roll *r);

#endif
