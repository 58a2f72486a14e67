/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels and scenarios for plans, made up. After cmocka.h. */
#ifndef JINX_MADE_UP_H
#define JINX_MADE_UP_H

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/plan.h"

#define BIT(m) (1ull << MECHANISM_##m)
#define NETWORK (BIT(SOCK_ADDR) | BIT(LOSS) | BIT(SKB))
#define STOCK (BIT(SECURITY) | BIT(LSM) | BIT(FENTRY) | BIT(TRACEPOINT) | NETWORK)
#define GATED (BIT(TASK_WORK) | BIT(TASK_WORK_TP) | BIT(LSM_SLEEP) | BIT(CLONES))
#define SPUN (BIT(SPIN) | BIT(SPIN_TP))

static inline struct caps caps_of(uint64_t can)
{
	struct caps c = {.release = "made up"};

	for (int m = 0; m < NR_MECHANISMS; m++) {
		c.mechanisms[m].usable = can & 1ull << m;
		if (!c.mechanisms[m].usable)
			snprintf(c.mechanisms[m].reason, sizeof(c.mechanisms[m].reason), "no");
	}
	for (int p = 0; p < NR_POINTS; p++)
		c.traceable[p] = points[p].syscall_nr >= 0 && p != POINT_getppid;
	memset(c.security, 1, sizeof(c.security));
	memset(c.lsm, 1, sizeof(c.lsm));
	memset(c.sleepable, 1, sizeof(c.sleepable));
	return c;
}

static inline struct scenario *scenario_of(const char *fault, const char *target)
{
	char text[500];
	struct scenario *s = NULL;
	struct error why;
	int n = snprintf(text, sizeof(text),
		"jinx: 1\ntarget: %s\ntimeline: [{phase: p, for: 1s, faults: [%s]}]\n", target,
		fault);

	if (scenario_parse(text, n, "made-up", &s, &why))
		fail_msg("%s: %s", fault, why.message);
	return s;
}

#endif
