/* SPDX-License-Identifier: GPL-2.0 */
/* What the live view is told of an experiment, four times a second. */
#ifndef JINX_SHOWING_H
#define JINX_SHOWING_H

#include <stdint.h>

#include "run/view.h"

struct experiment;

/* Of two seconds. */
#define SHOWING_MOMENTS 8

struct showing {
	struct view view;
	struct progress now;
	int resumed; /* a signalfd of SIGCONT; -1: none */
	unsigned int n;
	struct instant {
		uint64_t at_ns, operations, injected;
	} last[SHOWING_MOMENTS];
};

/* Shows from now on, unless --quiet. 0 or -errno. */
int showing_begin(struct experiment *x);

/* Nothing of it stays on the terminal. */
void showing_end(struct experiment *x);

#endif
