/* SPDX-License-Identifier: GPL-2.0 */
/* What is looked at while an experiment runs: guards, expectations that stop it, and steadiness. */
#ifndef JINX_GUARDS_H
#define JINX_GUARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/judging.h"

struct experiment;

struct guards {
	uint64_t since_ns[MAX_GUARDS]; /* the condition has held since then; 0: it doesn't hold */
	bool on[MAX_GUARDS];	       /* it was looked at the last time, */
	struct judged now[MAX_GUARDS]; /* and came to this */
};

/* Looks at them from now on. 0 or -errno. */
int guards_begin(struct experiment *x);

/* Before the first fault: whether what the scenario calls steady holds. False: *ret says why not.
 */
bool steady_check(struct experiment *x, uint64_t now_ns, char *ret, size_t size);

#endif
