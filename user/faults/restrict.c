// SPDX-License-Identifier: GPL-2.0
/* restrict: a limit of the target's cgroup is lowered for a time. */
#include <stdio.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "scenario/parse.h"

static int validate(const struct fault_spec *f, struct error *why)
{
	bool io = false;

	for (int i = 0; i < NR_IO_LIMITS; i++)
		io |= f->limit.io[i];
	if (f->limit.resource == RESOURCE_NONE && io)
		return complain(why, "disk is missing: a directory on it");
	if (f->limit.resource == RESOURCE_NONE)
		return complain(why,
			"restrict says what is restricted: memory, pressure, cpu, pids or disk");
	if (f->limit.resource != RESOURCE_IO && io)
		return complain(why, "read, write, reads and writes are of disk");
	if (f->limit.resource == RESOURCE_IO && !io)
		return complain(why, "disk takes at least one of read, write, reads and writes");
	if (triggers_spans_alone(&f->trigger))
		return 0;
	return complain(why,
		"a limit is the whole target's, not single calls': of \"when\" it takes burst "
		"alone, and \"from\" and \"until\"");
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism limits[] = {MECHANISM_THROTTLE, MECHANISM_LIMIT};
	bool of_cpu = f->limit.resource == RESOURCE_CPU;

	*ret = limits + !of_cpu;
	return ARRAY_SIZE(limits) - !of_cpu;
}

static void describe_io(const struct limit *l, char *ret, size_t size)
{
	static const char *const names[NR_IO_LIMITS] = {"read", "write", "reads", "writes"};
	int n = snprintf(ret, size, "disk %s:", l->disk);
	char bytes[24];

	for (int i = 0; i < NR_IO_LIMITS && (size_t)n < size; i++) {
		if (!l->io[i])
			continue;
		if (i < IO_READS)
			describe_bytes(l->io[i], bytes, sizeof(bytes));
		else
			snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)l->io[i]);
		n += snprintf(ret + n, size - n, " %s to %s/s", names[i], bytes);
	}
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	char bytes[24];

	if (f->limit.resource == RESOURCE_MEMORY) {
		describe_bytes(f->limit.amount, bytes, sizeof(bytes));
		snprintf(ret, size, "memory to %s", bytes);
	} else if (f->limit.resource == RESOURCE_PRESSURE) {
		describe_bytes(f->limit.amount, bytes, sizeof(bytes));
		snprintf(ret, size, "memory under pressure above %s", bytes);
	} else if (f->limit.resource == RESOURCE_IO)
		describe_io(&f->limit, ret, size);
	else if (f->limit.resource == RESOURCE_CPU)
		snprintf(ret, size, "cpu to %g%% of a core", f->limit.amount * 100.0 / PPM);
	else
		snprintf(ret, size, "pids to %llu", (unsigned long long)f->limit.amount);
}

static const struct key keys[] = {
	{"restrict", VALUE_BLOCK, BLOCK_RESTRICT, .one_of = true, .read = read_restrict,
		.about = "what the target gets no more of than so much", .example = "memory: 300M"},
};

const struct fault_kind fault_restrict = {
	.flags = OF_WHOLE_TARGET | RESTRICTS_TARGET,
	.set_points = set_target,
	.validate = validate,
	.purpose = "lower a limit of the target's cgroup",
	.examples = {"--memory-max 300M --for 30s --unit redis-server",
		"--cpu-max 20% --for 1m --container web",
		"--io-disk /var/lib --write-max 5M/s --for 1m --unit mariadb"},
	.takes_no_on = "it is of all of the target",
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.no_process = "a limit is a whole cgroup's, not a process's: use cgroup, unit, container, "
		      "pod or command",
	.not_narrowed = "a limit is the whole target's: only and except can't narrow it",
	.describe = describe,
};
