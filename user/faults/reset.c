// SPDX-License-Identifier: GPL-2.0
/* reset: connections that the target has are closed by a RST. */
#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

static int validate(const struct fault_spec *f, struct error *why)
{
	const unsigned int known =
		FILTER_PORT | FILTER_LOCAL_PORT | FILTER_REMOTE_PORT | FILTER_CIDR;

	for (const struct where *w = &f->where; w; w = w->barred)
		if (w->filter.asks & ~known || w->direction || has_identities(&w->who))
			return complain(why, "of connections \"where\" knows port, local_port, "
					     "remote_port and cidr");
	return validate_moments(f, why);
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism resetting[] = {MECHANISM_RESET};

	(void)f;
	*ret = resetting;
	return ARRAY_SIZE(resetting);
}

static int take_reset(struct value v, void *fault, struct error *why)
{
	bool resets = false;
	int err = take_bool(v, &resets, why);

	(void)fault;
	return err || resets ? err : complain(why, "\"reset\" is true, or it is left out");
}

static const struct key keys[] = {
	{"reset", VALUE_BOOL, .one_of = true, .take = take_reset,
		.about =
			"true: the TCP connections that the target has are closed, and their other "
			"ends get a RST",
		.example = "true"},
};

const struct fault_kind fault_reset = {
	.flags = OF_WHOLE_TARGET | OF_CONNECTIONS | TAKES_HAZARD | TAKES_LIMIT,
	.set_points = set_target,
	.validate = validate,
	.purpose = "close the TCP connections that the target has, by a RST",
	.examples = {"--where \"remote_port: 5432\" --for 1s --unit app",
		"--hazard 1/s --limit 5 --for 10s --container web",
		"--where \"not: {port: 22}\" --for 1s --unit nginx"},
	.takes_no_on = "it closes connections, whatever is done with them",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = "it closes connections of a cgroup: use cgroup, unit, container, pod or "
		      "command",
	.not_narrowed = "only and except narrow calls: here it is \"where\" that chooses",
};
