// SPDX-License-Identifier: GPL-2.0
/* A delay's mechanism is a place to see the call, and a way to keep the thread there. */
#include <errno.h>
#include <stdio.h>

#include "kernel/caps.h"
#include "kernel/gate.h"

static int resume(struct gate *g, struct error *why)
{
	const char *lacks = gate_no_resume(g);

	return lacks ? error_set(why, -EOPNOTSUPP, "%s", lacks) : 0;
}

static int sleepable_hooks(struct caps *caps)
{
	for (int h = HOOK_none + 1; h < NR_HOOKS; h++)
		caps->sleepable[h] =
			caps->lsm[h] && !hooks[h].locked && probe_sleepable(caps->lsm_id[h]);
	return 0;
}

int probe_delay(enum mechanism m, const struct btf *btf, struct caps *caps, struct error *why)
{
	struct gate *g = NULL;
	int err = 0;

	if (m != MECHANISM_SPIN && m != MECHANISM_SPIN_TP)
		err = gate_start(btf, &g, why);
	if (err)
		return err;
	caps->gate_inside |= g && !gate_is_outside(g);
	switch (m) {
	case MECHANISM_TASK_WORK:
		return resume(g, why) ?: probe_mechanism(MECHANISM_FENTRY, btf, why);
	case MECHANISM_TASK_WORK_TP:
		return resume(g, why) ?: probe_mechanism(MECHANISM_TRACEPOINT, btf, why);
	case MECHANISM_LSM_SLEEP:
		return probe_mechanism(MECHANISM_LSM, btf, why) ?: sleepable_hooks(caps);
	case MECHANISM_CLONES:
		return probe_mechanism(MECHANISM_FENTRY, btf, why)
			       ?: probe_mechanism(MECHANISM_CLONES, btf, why);
	case MECHANISM_SPIN:
		return probe_mechanism(MECHANISM_FENTRY, btf, why);
	case MECHANISM_SPIN_TP:
		return probe_mechanism(MECHANISM_TRACEPOINT, btf, why);
	default: /* not one of delays */
		return -EINVAL;
	}
}
