// SPDX-License-Identifier: GPL-2.0
/* pause: the whole target stands still. */
#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

/* There are no calls to choose from. */
static int validate(const struct fault_spec *f, struct error *why)
{
	if (!triggers_spans_alone(&f->trigger))
		return complain(why,
			"a pause is of the whole target, not of single calls: of \"when\" it takes "
			"burst alone, and \"from\" and \"until\"");
	return 0;
}

static int check_limits(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	uint64_t ns = held_ns(s, f);

	if (!ns)
		return complain(why, "--for is missing: every pause has an end");
	if (ns <= s->max_delay_ns)
		return 0;
	return complain(why,
		"a pause of %gs is longer than %gs, the most that is allowed (--max-delay raises "
		"it)",
		ns / 1e9, s->max_delay_ns / 1e9);
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism holding[] = {MECHANISM_HOLD, MECHANISM_FREEZE};

	(void)f;
	*ret = holding;
	return ARRAY_SIZE(holding);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	*ret = '\0';
	if (f->hold_ns)
		describe_ns(f->hold_ns, ret, size);
}

static int take_pause(struct value v, void *fault, struct error *why)
{
	return parse_duration(v.text, &((struct fault_spec *)fault)->hold_ns, why);
}

static const struct key keys[] = {
	{"pause", VALUE_TIME, .one_of = true, .take = take_pause,
		.about = "how long the target stands still", .example = "2s"},
};

const struct fault_kind fault_pause = {
	.flags = HOLDS_TARGET | OF_WHOLE_TARGET,
	.set_points = set_target,
	.validate = validate,
	.check_limits = check_limits,
	.purpose = "make the whole target stand still",
	.examples = {"--for 2s --unit redis-server", "--for 2s --container web",
		"--burst \"on: 200ms, off: 2s\" --for 30s --unit nginx"},
	.takes_no_on = "it stops all of the target",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = "a pause is of a whole cgroup, not of a process in it: use cgroup, unit, "
		      "container, pod or command",
	.not_narrowed = "a pause is of the whole target: only and except can't narrow it",
	.describe = describe,
};
