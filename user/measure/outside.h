/* SPDX-License-Identifier: GPL-2.0 */
/* What was measured from outside, but for workloads: probes, logs, the targets themselves. */
#ifndef JINX_MEASURE_OUTSIDE_H
#define JINX_MEASURE_OUTSIDE_H

#include "base/histogram.h"
#include "measure/failures.h"
#include "measure/kept.h"
#include "measure/samples.h"

/*
 * A probe. In its samples "indeterminate" stands for "it could not be asked", which is neither a
 * success nor a failure.
 */
struct probe_report {
	struct samples history;
	uint64_t runs, ok, failed, unknown;
	uint64_t consecutive, max_consecutive; /* failures with no success in between */
	uint64_t outages, longest_outage_ns;   /* the longest of those that are over */
	uint64_t outage_ns;		       /* when the one under way began; 0: there is none */
	uint64_t skipped;		       /* it was due, and had no answer yet */
	struct histogram latency;	       /* of the good ones */
	struct failures failures;	       /* how it failed */
	char why[120];			       /* why it could not be asked, the last time */
};

/* A run of it has ended. `phase` is the one in which it began. */
void probe_add(struct probe_report *p, const struct sample *one);

/* The longest one, with the one under way. */
uint64_t probe_longest_outage(const struct probe_report *p, uint64_t now_ns);

struct log_report {
	struct kept kept;
	char why[120]; /* it can't be read; "" */
};

struct target_report {
	bool alive, looked;
	uint64_t restarts;
	uint64_t absent_ns; /* before one of them, at the most */
	bool has_oom_kills, has_cpu;
	uint64_t oom_kills, cpu_ns; /* since the start */
};

#endif
