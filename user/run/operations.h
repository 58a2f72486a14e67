/* SPDX-License-Identifier: GPL-2.0 */
/* The operations of the workload, as the report has them. */
#ifndef JINX_OPERATIONS_H
#define JINX_OPERATIONS_H

#include "run/load.h"
#include "run/recovery.h"

struct experiment;

struct operations {
	struct load *load; /* NULL: there is no workload */
	struct recovery recovery;
};

/* Starts the workload, if there is one. 0 or -errno. */
int operations_begin(struct experiment *x);

/* Those that begin from now on belong to the phase. */
void operations_phase(struct experiment *x, unsigned int phase);

/* Waits, for a second, until those that are under way have ended, and ends the others. */
void operations_finish(struct experiment *x);

#endif
