/* SPDX-License-Identifier: GPL-2.0 */
/* Where in a file the points are that are places in its code (scenario/code.h). */
#ifndef JINX_SPOTS_H
#define JINX_SPOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "scenario/code.h"
#include "target/target.h"

#define MAX_SPOTS 64 /* of one probe of a program's, which the compiler may have copied */

struct spot {
	uint64_t offset;    /* in the file */
	uint64_t semaphore; /* of USDT: the place of a counter that says whether anybody looks; 0 */
	int32_t to_return;  /* from there to an instruction that returns; 0: none was found */
	struct probe_arguments arguments; /* of USDT */
};

struct spots {
	unsigned int n;
	bool too_many;	       /* there are more, which have no room */
	bool inside;	       /* of the function, not where it begins */
	bool of_go;	       /* whose arguments are elsewhere */
	const char *no_return; /* why nothing can be done as it returns; NULL: it can */
	struct spot all[MAX_SPOTS];
};

/* In a file that is open for reading. 0 or -errno with *why. */
int spots_find(int fd, const struct code_place *place, struct spots *ret, struct error *why);

/*
 * Looks for all places in programs that faults and `observe` name, in the roots of the targets that
 * they are for, and notes in *t those of `observe` that can't be timed. 0, or -EINVAL with *why:
 * one isn't there, or is none that can fail or be hit as it returns as a fault wants it.
 */
int spots_check(const struct scenario *s, struct targets *t, struct error *why);

/* A place of `observe` that is counted alone: why. NULL: it is timed. */
const char *spots_untimed(const struct targets *t, enum point p);

#endif
