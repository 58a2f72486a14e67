// SPDX-License-Identifier: GPL-2.0
/* skew: clocks tell the target another time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/parse.h"

#define DAY_NS 86400000000000ll

/* Of who jinx starts itself there is an environment. One that is a target begins with the first
 * phase. */
static int check_zone(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	for (unsigned int i = 0; i < s->n_targets && *f->skew.zone; i++) {
		enum target_kind kind = s->targets[i].kind;

		if (!(fault_targets(f) >> i & 1) || kind == TARGET_WORKLOAD)
			continue;
		if (kind != TARGET_COMMAND)
			return complain(why, "a time zone is of programs that jinx starts: the "
					     "target is to be a command or the workload");
		if (f->phase || f->from_ns || f->until_ns || f->trigger.on_ns)
			return complain(why, "a command has its time zone from its start on: "
					     "\"zone\" belongs to the whole first phase");
	}
	return 0;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	const struct skew_spec *s = &f->skew;
	bool drifts = s->slower_ppm || s->faster_ppm;

	if (!changes_clocks(s) && !*s->zone)
		return complain(why,
			"\"skew\" does nothing: give it a time (+1h), or jump, drift, freeze, step "
			"or zone");
	if (!changes_clocks(s) && s->clocks)
		return complain(why, "a time zone is of no clock: \"clocks\" belongs to jump, "
				     "drift, freeze and step");
	if (s->frozen && drifts)
		return complain(why, "a clock that stands still does not drift");
	if (s->clocks & ~(1u << CLOCK_KIND_REALTIME) && (s->offset_ns || s->faster_ppm))
		return complain(why,
			"monotonic and boottime never go backwards, also not when they tell the "
			"truth again: of skew they take freeze, step and a drift with a minus");
	if (triggers_spans_alone(&f->trigger))
		return 0;
	return complain(why,
		"clocks are the whole target's, not single calls': of \"when\" skew takes burst "
		"alone, and \"from\" and \"until\"");
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism clocks = MECHANISM_CLOCK, zone = MECHANISM_ENVIRONMENT;

	*ret = *f->skew.zone && !changes_clocks(&f->skew) ? &zone : &clocks;
	return 1;
}

static void describe_shift(int64_t ns, char *ret, size_t size)
{
	char time[40];

	static const struct {
		long long ns;
		char name;
	} units[] = {{DAY_NS, 'd'}, {DAY_NS / 24, 'h'}, {DAY_NS / 24 / 60, 'm'}};
	size_t u = 0;

	while (u < ARRAY_SIZE(units) && llabs(ns) % units[u].ns)
		u++;
	if (u < ARRAY_SIZE(units))
		snprintf(time, sizeof(time), "%lld%c", llabs(ns) / units[u].ns, units[u].name);
	else
		describe_ns(llabs(ns), time, sizeof(time));
	text_append(ret, size, "%c%s", ns < 0 ? '-' : '+', time);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	const struct skew_spec *s = &f->skew;
	char step[40];

	*ret = '\0';
	if (s->offset_ns)
		describe_shift(s->offset_ns, ret, size);
	if (s->slower_ppm || s->faster_ppm)
		text_append(ret, size, "%sdrift %s%g%%", *ret ? ", " : "", s->slower_ppm ? "-" : "",
			(s->slower_ppm + s->faster_ppm) * 100.0 / PPM);
	if (s->frozen)
		text_append(ret, size, "%sfreeze", *ret ? ", " : "");
	if (s->step_ns) {
		describe_ns(s->step_ns, step, sizeof(step));
		text_append(ret, size, "%sstep %s", *ret ? ", " : "", step);
	}
	if (*s->zone)
		text_append(ret, size, "%szone %s", *ret ? ", " : "", s->zone);
	for (unsigned int i = 0, n = 0; i < NR_CLOCK_KINDS; i++)
		if (s->clocks >> i & 1)
			text_append(ret, size, "%s%s", n++ ? ", " : " of ", clock_names[i]);
}

static const struct key keys[] = {
	{"skew", VALUE_SHIFT, BLOCK_SKEW, .one_of = true, .option = "clock", .read = read_skew,
		.about = "by how much CLOCK_REALTIME is wrong; or keys: jump, drift, freeze, step, "
			 "zone and clocks",
		.example = "+1h", .missing = "--clock is missing: by how much is it wrong?"},
};

const struct fault_kind fault_skew = {
	.flags = OF_WHOLE_TARGET,
	.set_points = set_target,
	.validate = validate,
	.check_targets = check_zone,
	.purpose = "make clocks tell the target another time",
	.examples = {"--clock +1h --for 1m --unit nginx",
		"--clock \"drift: 1%\" --for 10m --container web",
		"--clock \"freeze: true\" --for 10s --unit postgresql"},
	.takes_no_on = "it is of clocks, whatever asks them",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = "clocks are a whole cgroup's, not a process's: use cgroup, unit, container, "
		      "pod or command",
	.not_narrowed = "clocks are the whole target's: only and except can't narrow them",
	.passes = "file times, and waits that have begun before, go by the true time",
	.describe = describe,
};
