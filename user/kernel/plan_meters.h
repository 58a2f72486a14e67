/* SPDX-License-Identifier: GPL-2.0 */
/* The part of the plan that says which calls are measured, and where their numbers stand. Pure. */
#ifndef JINX_PLAN_METERS_H
#define JINX_PLAN_METERS_H

#include "kernel/plan.h"

/* Adds the meters to a plan whose rules are bound. */
void plan_meters(struct plan *plan);

/* The mechanisms that measuring might use, a bit each. */
uint64_t plan_meter_candidates(const struct scenario *s);

/*
 * The row of a meter's numbers of a target in a phase, and that of what calls took without delays,
 * which is there only where rules delay; NO_ROW: there is none.
 */
unsigned int meter_row(
	const struct plan *plan, unsigned int meter, unsigned int target, unsigned int phase);
unsigned int meter_natural_row(
	const struct plan *plan, unsigned int meter, unsigned int target, unsigned int phase);

#endif
