/* SPDX-License-Identifier: GPL-2.0 */
/* The operations of the workloads, as the report has them. */
#ifndef JINX_OPERATIONS_H
#define JINX_OPERATIONS_H

#include "run/load.h"
#include "run/last_failure.h"

struct experiment;

/* A workload that runs. */
struct running_load {
	struct experiment *experiment;
	unsigned int number;
	struct load *load;
};

struct operations {
	unsigned int n; /* 0: there is no workload */
	struct running_load all[MAX_WORKLOADS];
	struct loop *last; /* in which those that are under way at the end are waited for */
	struct last_failure last_failure; /* of all together */
};

/* Before the keeper is there: what the processes of workloads share with jinx. 0 or -errno. */
int operations_make(struct experiment *x);

/* Before anything is armed: those of workloads over the network. 0 or -errno. */
int operations_prepare(struct experiment *x);

/* Starts the workloads, if there are any. 0 or -errno. */
int operations_begin(struct experiment *x);

/* Those that begin from now on belong to the phase. */
void operations_phase(struct experiment *x, unsigned int phase);

/* Waits, for a second, until those that are under way have ended, and ends the others. */
void operations_finish(struct experiment *x);

/* Also when the experiment has not begun. */
void operations_release(struct experiment *x);

#endif
