/* SPDX-License-Identifier: GPL-2.0 */
/* Mechanisms at places in code: which is for what, and what a function may return. */
#ifndef JINX_PLAN_CODE_H
#define JINX_PLAN_CODE_H

#include "kernel/plan.h"

/* Whether a mechanism is one for points of that kind; if it isn't there is nothing to be told. */
bool is_for_point(enum mechanism m, enum point p);
/* For one of a list. */
bool is_for_any(enum mechanism m, const uint16_t *list, unsigned int n);

/* Why a place in code can't be made to do what the fault says by this mechanism; NULL: it can. */
const char *code_unfit(
	const struct fault_spec *f, enum point p, enum mechanism m, const struct caps *caps);

#endif
