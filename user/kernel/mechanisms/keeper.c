// SPDX-License-Identifier: GPL-2.0
/* What the keeper carries out: nothing of it is attached. */
#include <errno.h>
#include <stdio.h>

#include "actors/actor.h"
#include "kernel/mechanisms/places.h"

const char *whole_out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return points[p].kind == KIND_WHOLE ? NULL : "not a whole target";
}

const char *whole_blind(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)p;
	(void)caps;
	return asks ? "it is of all of the target" : NULL;
}

static void no_programs(enum point p, struct programs *ret)
{
	(void)p;
	(void)ret;
}

static int probe_freeze(const struct btf *btf, struct caps *caps, struct error *why)
{
	privileges kernel = PRIVILEGE(BPF) | PRIVILEGE(PERFMON);

	(void)btf;
	(void)caps;
	if (kernel & ~privileges_held())
		return error_set(why, -EPERM, "the kernel side, which every experiment has");
	return actors[MECHANISM_FREEZE]->probe(why);
}

static void describe_freeze(enum point p, char *ret, size_t size)
{
	(void)p;
	snprintf(ret, size, "%s", actors[MECHANISM_FREEZE]->does);
}

const struct mechanism_kind mechanism_FREEZE = {
	.probe = probe_freeze,
	.out_of_reach = whole_out_of_reach,
	.blind = whole_blind,
	.programs = no_programs,
	.describe = describe_freeze,
};
