// SPDX-License-Identifier: GPL-2.0
/* Of itself: what attaches needs it, and nothing else of what fills. */
#include "kernel/fill.h"

void fill_slots(const struct targets *t, unsigned int *slot)
{
	unsigned int next = 0;

	for (int depth = 0; next < t->n && depth < CGROUP_PATH_MAX; depth++)
		for (unsigned int i = 0; i < t->n; i++)
			if (t->all[i].spec->kind != TARGET_PID && t->all[i].level == depth)
				slot[i] = next++;
	for (unsigned int i = 0; i < t->n; i++)
		if (t->all[i].spec->kind == TARGET_PID)
			slot[i] = next++;
}
