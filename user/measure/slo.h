/* SPDX-License-Identifier: GPL-2.0 */
/* What a phase took of the error budget that the scenario's `slo` leaves; docs/judging.md. */
#ifndef JINX_SLO_H
#define JINX_SLO_H

#include "measure/snapshot.h"

/* NAN where there is nothing to tell. */
struct slo_use {
	uint64_t operations;
	double burn_rate;    /* the share of bad operations by that which is allowed */
	double budget_used;  /* of the whole window's budget, at the baseline's rate */
	double page_after_s; /* until the alerts in use would page; infinite: never */
};

struct slo_use slo_of_phase(const struct snapshot *s, unsigned int phase);
/* Of all phases with faults together. */
struct slo_use slo_of_faults(const struct snapshot *s);

#endif
