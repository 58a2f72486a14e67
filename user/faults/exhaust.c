// SPDX-License-Identifier: GPL-2.0
/* exhaust: what the target's cgroup and the host have runs short. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static int validate(const struct fault_spec *f, struct error *why)
{
	const struct exhaustion *e = &f->exhaust;
	bool memory = e->resource == RESOURCE_MEMORY, cpu = e->resource == RESOURCE_CPU;

	if (e->resource == RESOURCE_NONE)
		return complain(why, "exhaust says what is to run short: memory, cpu or disk");
	if (cpu && e->leave)
		return complain(why, "\"leave\" belongs to memory and disk");
	if (!memory && e->survive)
		return complain(why, "\"survive\" belongs to memory");
	if (!cpu && e->cores)
		return complain(why, "\"cores\" belongs to cpu");
	if (e->per_s && e->ramp_ns)
		return complain(why, "memory that grows by so much in a second takes no \"ramp\"");
	if (!triggers_spans_alone(&f->trigger))
		return complain(why,
			"what runs short does so for the whole target, not for single calls: of "
			"\"when\" it takes burst alone, and \"from\" and \"until\"");
	return 0;
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism hogs[] = {MECHANISM_HOG};

	(void)f;
	*ret = hogs;
	return ARRAY_SIZE(hogs);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	const struct exhaustion *e = &f->exhaust;
	char bytes[24];

	*ret = '\0';
	if (e->resource == RESOURCE_DISK)
		text_append(ret, size, "disk %s", e->disk);
	else if (e->resource == RESOURCE_CPU)
		text_append(ret, size, "cpu %g%%", e->share_ppm * 100.0 / PPM);
	else if (e->per_s) {
		describe_bytes(e->per_s, bytes, sizeof(bytes));
		text_append(ret, size, "memory %s/s", bytes);
	} else if (e->bytes) {
		describe_bytes(e->bytes, bytes, sizeof(bytes));
		text_append(ret, size, "memory %s", bytes);
	} else
		text_append(ret, size, "memory %g%%", e->share_ppm * 100.0 / PPM);
	if (e->cores)
		text_append(ret, size, " of %u core%s", e->cores, e->cores == 1 ? "" : "s");
}

static const char *describe_rest(const struct fault_spec *f)
{
	static char text[80];
	char value[24];

	*text = '\0';
	if (f->exhaust.leave) {
		describe_bytes(f->exhaust.leave, value, sizeof(value));
		text_append(text, sizeof(text), "leaving %s", value);
	}
	if (f->exhaust.ramp_ns) {
		describe_ns(f->exhaust.ramp_ns, value, sizeof(value));
		text_append(text, sizeof(text), "%sgrowing for %s", *text ? ", " : "", value);
	}
	return text;
}

static const struct key keys[] = {
	{"exhaust", VALUE_BLOCK, BLOCK_EXHAUST, .one_of = true, .read = read_exhaust,
		.about = "what runs short, and how far", .example = "memory: 200M"},
};

const struct fault_kind fault_exhaust = {
	.flags = OF_WHOLE_TARGET | EXHAUSTS_TARGET,
	.set_points = set_target,
	.validate = validate,
	.purpose = "use up memory, CPU time or disk space beside the target",
	.examples = {"--memory 200M --for 30s --unit redis-server",
		"--cpu 75% --cores 2 --for 1m --container web",
		"--disk /srv/db --leave 100M --for 1m --unit postgresql"},
	.takes_no_on = "it is of all of the target",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = "what runs short is a whole cgroup's, not a process's: use cgroup, unit, "
		      "container, pod or command",
	.not_narrowed = "what runs short is the whole target's: only and except can't narrow it",
	.describe = describe,
	.describe_rest = describe_rest,
};
