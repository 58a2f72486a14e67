/* SPDX-License-Identifier: GPL-2.0 */
/* What a run took of the error budget that the scenario's `slo` leaves; docs/judging.md. */
#ifndef JINX_SLO_H
#define JINX_SLO_H

#include "measure/snapshot.h"
#include "scenario/scenario.h"

/* Not good: it failed, or was slower than promised. */
bool slo_is_bad(const struct snapshot *s, const struct sample *one);

/* How long it takes until the usual alerts page at such a share of bad operations; infinite: never.
 */
double slo_page_after_s(double bad_share, double budget);
/* The shorter of their two windows can't have one bad operation among so few. */
bool slo_too_little_traffic(uint64_t n, uint64_t length_ns, double budget);

/* NAN where there is nothing to tell. */
struct slo_use {
	uint64_t operations, bad;
	double burn_rate;    /* the share of bad operations by that which is allowed */
	double budget_used;  /* of the whole window's budget, at the baseline's rate */
	double page_after_s; /* infinite: never */
};

struct slo_uses {
	struct slo_use phases[MAX_PHASES];
	struct slo_use faults; /* of all phases with faults together */
};

/* All zero and NAN without an `slo`. */
void slo_uses(const struct snapshot *s, struct slo_uses *ret);

#endif
