/* SPDX-License-Identifier: GPL-2.0 */
/* When a fault of a whole target acts. Times are nanoseconds since its phase began. */
#ifndef JINX_SCHEDULE_H
#define JINX_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "scenario/scenario.h"

#define NEVER UINT64_MAX

/*
 * The span that is under way at this time, or else the next one; both ends NEVER: there is none.
 * A span begins at `from`, and with `burst` whenever its on time begins; it ends after
 * the fault's own time, at `until`, or with the on time: whichever is first.
 */
struct span schedule_at(const struct fault_spec *f, uint64_t at_ns);

/*
 * The n-th moment of a hazard, which comes after `from_ns`: exponentially, so that how long it has
 * not come says nothing of when it will. `mean_ns`: between two on average.
 */
uint64_t schedule_moment(uint64_t seed, uint64_t n, uint64_t mean_ns, uint64_t from_ns);

#endif
