/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a service was as it was before the faults, window by window, and what follows from that:
 * recovery, outages, degradation. docs/judging.md has the definitions. Of one workload.
 */
#ifndef JINX_STEADINESS_H
#define JINX_STEADINESS_H

#include "measure/samples.h"

/* Fewer operations than that in a window say little. */
#define MIN_PER_WINDOW 10
#define MIN_BASELINE_WINDOWS 5
#define MIN_HOLD_NS 2000000000ull
#define HOLD_WINDOWS 5

/* What is asked; times are CLOCK_MONOTONIC. */
struct steadiness_question {
	uint64_t window_ns;
	uint64_t baseline_from_ns, baseline_to_ns; /* 0, 0: there is none */
	uint64_t armed_ns, disarmed_ns;		   /* the first time, the last time */
	uint64_t end_ns;
	double least_success;  /* the user's bounds; NAN: from the baseline */
	double most_median_ns; /* likewise */
};

#define NOT_HAPPENED INFINITY

/* Times in nanoseconds; NOT_HAPPENED is one. */
struct steadiness {
	bool known;
	char why[120];	    /* not known */
	uint64_t window_ns; /* wider than asked for where there were too few operations */
	double least_success, most_median_ns; /* what counts as steady */
	double baseline_rate;		      /* successes a second; NAN: no baseline */
	bool recovery_known;
	char recovery_why[120];
	double recovery_ns;
	double time_to_impact_ns,
		time_to_restore_ns; /* of the first outage; no outage: NOT_HAPPENED, 0 */
	double downtime_ns, longest_outage_ns;
	unsigned int outages;
	double degradation; /* the most that throughput fell in a window of the fault; NAN: unknown
			     */
	double missing;	    /* successes that the baseline would have had meanwhile; NAN: unknown */
};

/* 0 or -ENOMEM. */
int steadiness_of(
	const struct samples *s, const struct steadiness_question *q, struct steadiness *ret);

/* Whether the baseline's own windows are steady, by the bounds. 0 or -ENOMEM; *ret->known. */
int baseline_is_steady(const struct samples *s, const struct steadiness_question *q,
	struct steadiness *ret, bool *ret_steady);

/* Gaps between successes from one time to another. */
struct stalls {
	uint64_t n;	     /* longer than `than_ns` */
	uint64_t longest_ns; /* of all gaps; with no success all of it */
};

void stalls_between(const struct samples *s, uint64_t from_ns, uint64_t to_ns, uint64_t than_ns,
	struct stalls *ret);

/* The median gap between successes; 0: there are fewer than two. -ENOMEM in *ret_err. */
uint64_t median_gap(const struct samples *s, uint64_t from_ns, uint64_t to_ns, int *ret_err);

#endif
