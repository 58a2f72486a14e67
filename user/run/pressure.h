/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's pressure stall information of the targets' cgroups, phase by phase. */
#ifndef JINX_RUN_PRESSURE_H
#define JINX_RUN_PRESSURE_H

#include <stdint.h>

#include "measure/pressure.h"
#include "scenario/scenario.h"

struct experiment;

struct pressures {
	/* Of each target so far, when the phase began; UINT64_MAX: the kernel doesn't tell. */
	uint64_t since_us[MAX_TARGETS][NR_PRESSURES];
};

/* A phase begins, or has ended and lasted so long. Reading a cgroup's files changes nothing there.
 */
void pressure_begin(struct experiment *x);
void pressure_end(struct experiment *x, unsigned int phase, uint64_t duration_ns);

#endif
