/* SPDX-License-Identifier: GPL-2.0 */
/* What a run is remembered and compared by: one number for each of these. */
#ifndef JINX_VALUES_H
#define JINX_VALUES_H

#include "measure/snapshot.h"

enum better { BETTER_LOWER = -1, BETTER_NEITHER, BETTER_HIGHER };

struct figure {
	const char *name; /* "p99(recover)", or the name of an expectation: the snapshot's */
	double value;	  /* infinite: it never happened */
	enum dimension dimension;
	enum better better;
};

#define MAX_VALUES 256

/* Those of them that are known. Returns how many. */
size_t values_of(const struct snapshot *s, struct figure ret[MAX_VALUES]);

#endif
