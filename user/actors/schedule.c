// SPDX-License-Identifier: GPL-2.0
#include "actors/schedule.h"

#include <math.h>

#include "../../bpf/decide.bpf.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The one that begins there, cut where something ends it. */
static struct span span_from(const struct fault_spec *f, uint64_t begin)
{
	uint64_t end = f->until_ns ?: NEVER;

	if (begin >= end)
		return (struct span){NEVER, NEVER};
	if (f->hold_ns)
		end = least(end, begin + f->hold_ns);
	if (f->trigger.on_ns)
		end = least(end, begin + f->trigger.on_ns);
	return (struct span){begin, end};
}

struct span schedule_at(const struct fault_spec *f, uint64_t at_ns)
{
	uint64_t period = f->trigger.on_ns ? f->trigger.on_ns + f->trigger.off_ns : 0;
	uint64_t begin = f->from_ns;
	struct span s;

	if (period && at_ns > begin)
		begin += (at_ns - begin) / period * period;
	s = span_from(f, begin);
	if (at_ns < s.to_ns)
		return s;
	return period ? span_from(f, begin + period) : (struct span){NEVER, NEVER};
}

uint64_t schedule_moment(uint64_t seed, uint64_t n, uint64_t mean_ns, uint64_t from_ns)
{
	/* In (0, 1]: 53 bits are what a double has. */
	double u = ((random_at(seed, n) >> 11) + 1) * 0x1p-53;

	return from_ns + (uint64_t)(-log(u) * mean_ns);
}
