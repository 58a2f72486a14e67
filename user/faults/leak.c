// SPDX-License-Identifier: GPL-2.0
/* leak: descriptors stay open that the program has closed. */
#include <stdio.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static void set_points(struct fault_spec *f)
{
	f->points[f->n_points++] = POINT_close;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	return f->trigger.limit
		       ? complain(why, "how many descriptors leak says \"fds\": there is no "
				       "\"limit\" beside it")
		       : 0;
}

static void fill(const struct fault_spec *f, struct rule *rule)
{
	rule->limit = f->fds;
}

/* What only fails the call has the descriptor left open as well, but can't say that it was closed.
 */
static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism instead[] = {MECHANISM_OVERRIDE, MECHANISM_FMOD_RET};

	(void)f;
	*ret = instead;
	return ARRAY_SIZE(instead);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	snprintf(ret, size, "%llu fds", (unsigned long long)f->fds);
}

static const char *describe_rest(const struct fault_spec *f)
{
	(void)f;
	return "never given back";
}

static const struct key keys[] = {
	{"leak", VALUE_BLOCK, BLOCK_LEAK, .one_of = true, .read = read_leak,
		.about = "what the target leaks", .example = "fds: 100"},
};

const struct fault_kind fault_leak = {
	.flags = STRIKES_CALLS | STRIKES_SINGLY | LEAKS,
	.set_points = set_points,
	.takes_no_on = "it is of close alone",
	.purpose = "leave descriptors open that the target closes",
	.examples = {"--fds 100 --for 1m --unit nginx",
		"--fds 50 --chance 10% --for 1m --container web",
		"--fds 20 --where \"fd: socket\" --for 30s --unit haproxy"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.validate = validate,
	.fill = fill,
	.describe = describe,
	.describe_rest = describe_rest,
};
