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

#endif
