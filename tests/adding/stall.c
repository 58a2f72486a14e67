// SPDX-License-Identifier: GPL-2.0
/* stall: a fault that is only in the test of adding one. */
#include <stdio.h>

#include "base/cleanup.h"
#include "faults/kind.h"

static int take_stall(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->delay.mean_ns, why);
}

static const struct key keys[] = {
	{"stall", VALUE_TIME, .one_of = true, .option = "how-long", .take = take_stall,
		.about = "how long it is stalled", .example = "3s",
		.missing = "--how-long is missing"},
};

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism by[] = {MECHANISM_FMOD_RET};

	(void)f;
	*ret = by;
	return ARRAY_SIZE(by);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	snprintf(ret, size, "%gs", f->delay.mean_ns / 1e9);
}

const struct fault_kind fault_stall = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | CALLS_COME_FIRST,
	.purpose = "stall system calls",
	.examples = {"fsync --how-long 3s -- true", "read --how-long 1s -- true",
		"write --how-long 2s -- true"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.describe = describe,
};
