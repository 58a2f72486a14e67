/* SPDX-License-Identifier: GPL-2.0 */
/* What earlier runs of the same scenario came to, and at last this one. */
#ifndef JINX_TREND_H
#define JINX_TREND_H

#include "expect/expect.h"

#define TREND_RUNS 20
#define TREND_ROWS 5

struct trend_row {
	const char *name; /* "p99" */
	enum dimension dimension;
	double values[TREND_RUNS]; /* oldest first; NAN: it had none; infinite: it never happened */
};

struct trend {
	unsigned int n_runs, n_rows;
	struct trend_row rows[TREND_ROWS];
};

#endif
