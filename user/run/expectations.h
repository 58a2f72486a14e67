/* SPDX-License-Identifier: GPL-2.0 */
/* What the expectations of a scenario come to. */
#ifndef JINX_EXPECTATIONS_H
#define JINX_EXPECTATIONS_H

#include "measure/measure.h"
#include "measure/snapshot.h"

/*
 * Evaluates them all on a snapshot, each into its row of `ret`; those that are settled stay as they
 * are. Programs are run, one after the other, for 30 s at most each.
 */
void judge_expectations(
	const struct scenario *s, const struct snapshot *snapshot, struct expectation_report *ret);

#endif
