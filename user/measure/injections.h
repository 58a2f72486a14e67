/* SPDX-License-Identifier: GPL-2.0 */
/* How many injections there have been, as time goes on: what a chart marks bursts by. */
#ifndef JINX_INJECTIONS_H
#define JINX_INJECTIONS_H

#include <stdint.h>

#define MAX_INJECTION_LOOKS 4096u

/* All zero: nothing yet. */
struct injections {
	unsigned int n;
	unsigned int every, skipped; /* of so many looks one is kept; 0 is 1 */
	struct injections_point {
		uint64_t ns;	   /* CLOCK_MONOTONIC */
		uint64_t injected; /* until then */
	} all[MAX_INJECTION_LOOKS];
};

/* Looks come in order. When there is no room every second one goes, and half as many are kept from
 * then on. */
void injections_add(struct injections *c, uint64_t ns, uint64_t injected);
/* Those from `from_ns` on and before `to_ns`, as exactly as is known. */
uint64_t injections_between(const struct injections *c, uint64_t from_ns, uint64_t to_ns);

#endif
