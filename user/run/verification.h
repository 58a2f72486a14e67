/* SPDX-License-Identifier: GPL-2.0 */
/* Whether what was acknowledged is there: at the end of a phase, or of everything. */
#ifndef JINX_VERIFICATION_H
#define JINX_VERIFICATION_H

#include <stdint.h>

#include "base/lines.h"
#include "scenario/outside.h"

struct experiment;
struct loop;
struct operation;
struct runner;

struct verifications {
	struct verification {
		struct experiment *experiment;
		unsigned int workload;
		struct runner *runner; /* NULL: it has not been asked yet, or is over */
		struct lines lines;
	} all[MAX_WORKLOADS];
	struct loop *last;    /* in which they are waited for at the end */
	uint64_t injected_ns; /* when the first injection was seen */
};

/* An operation has ended: what it acknowledged is remembered. */
void verification_add(struct experiment *x, unsigned int workload, const struct operation *o);

/* A phase has ended: asks those that are to be asked then. */
void verification_phase(struct experiment *x, unsigned int phase);

/* All operations have ended: asks the others, and waits for all. */
void verification_finish(struct experiment *x);

#endif
