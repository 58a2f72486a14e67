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

/* `program` (a descriptor) is to run at the functions of the plan's points. NULL: out of memory. */
struct wrappers *wrappers_new(const struct plan *plan, int program);
/* Detaches everything. NULL is allowed. */
void wrappers_free(struct wrappers *w);

/*
 * Attaches to the files that processes of the targets map and that it doesn't know yet; and to
 * jinx's own C library, for commands that are still to be executed. How many are new, or -errno: of
 * one at least nothing came.
 */
int wrappers_look(struct wrappers *w, const struct targets *targets);

/* In how many files, and at how many functions. */
unsigned int wrappers_files(const struct wrappers *w);
unsigned int wrappers_places(const struct wrappers *w);

#endif
