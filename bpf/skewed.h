/* SPDX-License-Identifier: GPL-2.0 */
/* What a skewed clock says; pure, the unit tests compile it. */
#ifndef JINX_SKEWED_H
#define JINX_SKEWED_H

#include "abi/skew.h"

#define SKEW_PPM 1000000ull

/* Not those that measure CPU time, nor those of devices. */
static inline bool is_skewed(const struct skew *s, __u64 clock)
{
	return clock < MAX_CLOCKS && s->clocks >> clock & 1;
}

/* What a clock that says `ns` is to say. */
static inline __u64 skewed(const struct skew *s, __u32 clock, __u64 ns)
{
	__u64 began = s->began_ns[clock & (MAX_CLOCKS - 1)], gone, told;

	if (ns < began)
		return ns;
	gone = ns - began;
	told = ns + gone / SKEW_PPM * s->faster_ppm + gone % SKEW_PPM * s->faster_ppm / SKEW_PPM;
	told -= gone / SKEW_PPM * s->slower_ppm + gone % SKEW_PPM * s->slower_ppm / SKEW_PPM;
	/* There is no time before 1970. */
	told = s->offset_ns < 0 && told < -(__u64)s->offset_ns ? 0 : told + s->offset_ns;
	if (!s->step_ns)
		return told;
	told -= told % s->step_ns;
	/* One that is not set back by an offset does not go back to the beginning of a step. */
	return !s->offset_ns && told < began ? began : told;
}

#endif
