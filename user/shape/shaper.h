/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shaper: a process that takes the packets of detours out of their taps and puts them back when
 * it is time. It holds the only descriptors of the taps, so its end is theirs. It sends on all that
 * it has at once when a phase ends, when jinx's heartbeat stops, and when jinx ends, with the links
 * by which that comes back being its own as well.
 */
#ifndef JINX_SHAPER_H
#define JINX_SHAPER_H

#include <sys/types.h>

#include "shape/line.h"

struct shaper_options {
	struct shaper_shared *shared;
	unsigned int n_taps;
	const int *taps;
	/* Further descriptors that are to live as long as it does. */
	unsigned int n_kept;
	const int *kept;
	struct line (*lines)[2]; /* of each rule; [1]: of what comes in */
	int life;		 /* the end of a pipe that only jinx holds */
	int wake;		 /* an eventfd */
	pid_t parent;
};

_Noreturn void shaper_serve(const struct shaper_options *options);

#endif
