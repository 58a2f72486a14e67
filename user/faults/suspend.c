// SPDX-License-Identifier: GPL-2.0
/* suspend: processes of the target are stopped by a signal, and continued. */
#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

static int check_limits(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	uint64_t ns = held_ns(s, f);

	if (!ns)
		return complain(why, "--for is missing: every stop has an end");
	if (ns <= s->max_delay_ns)
		return 0;
	return complain(why,
		"processes that are stopped for %gs are so for longer than %gs, the most that is "
		"allowed (--max-delay raises it)",
		ns / 1e9, s->max_delay_ns / 1e9);
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism stopping[] = {MECHANISM_SUSPEND};

	(void)f;
	*ret = stopping;
	return ARRAY_SIZE(stopping);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	char whom[24];

	*ret = '\0';
	if (f->hold_ns)
		describe_ns(f->hold_ns, ret, size);
	describe_chosen(&f->to, whom, sizeof(whom));
	if (*whom)
		text_append(ret, size, "%sof %s", *ret ? " " : "", whom);
}

static int take_suspend(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->hold_ns, why);
}

static const struct key keys[] = {
	{"suspend", VALUE_TIME, .one_of = true, .take = take_suspend,
		.about = "how long processes of the target are stopped (SIGSTOP)", .example = "2s"},
};

const struct fault_kind fault_suspend = {
	.flags = OF_WHOLE_TARGET | SIGNALS_TARGET | TAKES_HAZARD | TAKES_WHOM | TAKES_LIMIT,
	.set_points = set_target,
	.validate = validate_moments,
	.check_limits = check_limits,
	.purpose = "stop processes of the target, and continue them",
	.examples = {"--to main --for 2s --unit postgresql", "--to one --for 2s --container web",
		"--to 50% --burst \"on: 200ms, off: 2s\" --for 30s --unit nginx"},
	.takes_no_on = "it stops processes, whatever they do",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = "it stops processes of a cgroup: use cgroup, unit, container, pod or command",
	.not_narrowed = "only and except narrow calls: here it is \"to\" that chooses",
	.describe = describe,
};
