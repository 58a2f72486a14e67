/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of user space that make a plan's calls (wrappers.def), in the C libraries and
 * static programs that processes of its targets map, and the breakpoints at them.
 */
#ifndef JINX_WRAPPERS_H
#define JINX_WRAPPERS_H

#include <stdbool.h>

#include "kernel/plan.h"
#include "target/target.h"

struct wrappers;

/* Why no function makes the call; NULL: some do. */
const char *wrappers_lack(enum point p);

/* The mechanisms with AT_WRAPPER: each has a program of its own at these functions. */
#define WRAPPER_PROGRAMS 2

/*
 * Descriptors of the programs, in the order in which they were added, and of that which tells what
 * is mapped (mapping.h). In another process they may be others; -1 when there are none.
 */
struct wrapper_fds {
	int programs[WRAPPER_PROGRAMS], resolver;
};

/* NULL: out of memory. */
struct wrappers *wrappers_new(const struct plan *plan, int resolver);
/* Detaches everything. NULL is allowed. */
void wrappers_free(struct wrappers *w);

/* A program that is to run at the functions of the mechanism's points. 0, or -ENOSPC. */
int wrappers_add(struct wrappers *w, enum mechanism mechanism, int program);

void wrappers_use(struct wrappers *w, const struct wrapper_fds *fds);
/* Of NULL: none. */
struct wrapper_fds wrappers_fds(const struct wrappers *w);

/*
 * Attaches to the files that processes of the target map and that it doesn't know yet; with NULL to
 * jinx's own C library, for commands that are still to be executed. How many are new, or -errno: of
 * one at least nothing came.
 */
int wrappers_look(struct wrappers *w, const struct target *t);

#endif
