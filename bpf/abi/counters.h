/* SPDX-License-Identifier: GPL-2.0 */
/* What is counted: calls, injections, delays. */
#ifndef JINX_ABI_COUNTERS_H
#define JINX_ABI_COUNTERS_H

#include "check.h"
#include "../bucket.h"
#include "rule.h"

#define NO_BINDING 0xffff

/* One row of the counters: a rule at a point. */
struct counters {
	__u64 eligible;
	__u64 matched;
	__u64 by_reason[NR_REASONS]; /* [REASON_INJECTED] are the injections */
};

SIZE_IS(counters, 152);

/* What became of the delays of a rule. */
struct sleeps {
	__u64 slept;	 /* to the end */
	__u64 cut_short; /* by a signal, a freeze, or the end of the phase */
	__u64 late_sum_ns, late_max_ns;
	__u64 late[HISTOGRAM_BUCKETS]; /* actual - wanted of those that slept */
};

SIZE_IS(sleeps, 15392);

#endif
