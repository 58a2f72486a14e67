/* SPDX-License-Identifier: GPL-2.0 */
/* Runs of several items, and what is shown of that as they end. */
#ifndef JINX_CARRY_OUT_H
#define JINX_CARRY_OUT_H

#include "suite/item.h"
#include "suite/suite.h"

/* After an order to end: by then it is killed. */
#define PATIENCE_NS 30000000000ull

struct carrying {
	struct items *items;
	unsigned int jobs;
	uint64_t patience_ns; /* from an order to end to the next one */
	bool keep_going, prove;
	FILE *to; /* where a line for each goes */
	/* In a process of its own, whose standard output and error are files: runs the item, which
	 * writes its report to `json`. Returns the exit code. */
	int (*run)(const struct item *it, const char *json, void *context);
	void *context;
};

/* Until all have ended, or as many as may. 0 or -errno; what has been told by a signal to end, has.
 */
int carry_out_all(const struct carrying *c);

#endif
