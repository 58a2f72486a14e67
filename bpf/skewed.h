/* SPDX-License-Identifier: GPL-2.0 */
/* What a skewed clock says; pure, the unit tests compile it. */
#ifndef JINX_SKEWED_H
#define JINX_SKEWED_H

#include "abi/skew.h"

#define SKEW_PPM 1000000ull
#define SKEW_NEVER (1ull << 63)

/* Not those that measure CPU time, nor those of devices. Of the register the kernel takes 32 bits.
 */
static inline bool is_skewed(const struct skew *s, __u32 clock)
{
	return clock < MAX_CLOCKS && s->clocks >> clock & 1;
}

/* What a clock that says `ns` is to say, were it not for steps. */
static inline __u64 skewed_smoothly(const struct skew *s, __u32 clock, __u64 ns)
{
	__u64 began = s->began_ns[clock & (MAX_CLOCKS - 1)], gone, told;

	if (ns < began)
		return ns;
	gone = ns - began;
	told = ns + gone / SKEW_PPM * s->faster_ppm + gone % SKEW_PPM * s->faster_ppm / SKEW_PPM;
	told -= gone / SKEW_PPM * s->slower_ppm + gone % SKEW_PPM * s->slower_ppm / SKEW_PPM;
	/* There is no time before 1970. */
	return s->offset_ns < 0 && told < -(__u64)s->offset_ns ? 0 : told + s->offset_ns;
}

/* What it is to say. */
static inline __u64 skewed(const struct skew *s, __u32 clock, __u64 ns)
{
	__u64 began = s->began_ns[clock & (MAX_CLOCKS - 1)];
	__u64 told = skewed_smoothly(s, clock, ns);

	if (!s->step_ns || ns < began)
		return told;
	told -= told % s->step_ns;
	/* One that is not set back by an offset does not go back to the beginning of a step. */
	return !s->offset_ns && told < began ? began : told;
}

/*
 * When it will be `at`, of a clock that truly says `now`, by the true one. One that stands still is
 * taken for one that goes on from here: nobody is to wait for ever, as nobody would wake them when
 * it goes on.
 */
static inline __u64 true_deadline(const struct skew *s, __u32 clock, __u64 now, __u64 at)
{
	__u64 told = skewed_smoothly(s, clock, now), rate, left;

	if (s->step_ns && at % s->step_ns && at < SKEW_NEVER - s->step_ns)
		at += s->step_ns - at % s->step_ns;
	if (at <= told)
		return told - at < now ? now - (told - at) : 1;
	left = at - told;
	rate = SKEW_PPM + s->faster_ppm - s->slower_ppm;
	if (!rate || now < s->began_ns[clock & (MAX_CLOCKS - 1)])
		rate = SKEW_PPM;
	if (left / rate > SKEW_NEVER / SKEW_PPM - 2)
		return SKEW_NEVER;
	left = left / rate * SKEW_PPM + left % rate * SKEW_PPM / rate;
	return left < SKEW_NEVER - now ? now + left : SKEW_NEVER;
}

#endif
