// SPDX-License-Identifier: GPL-2.0
/* hang: the call does not come back while the fault lasts. */
#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

static int check_limits(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	uint64_t end = f->until_ns ?: s->phases[f->phase].duration_ns;
	uint64_t ns = end > f->from_ns ? end - f->from_ns : 0;

	if (!end)
		return complain(why, "--for is missing: nothing hangs for ever");
	if (ns <= s->max_delay_ns)
		return 0;
	return complain(why,
		"calls that hang for %gs do so for longer than %gs, the most that is allowed "
		"(--max-delay raises it)",
		ns / 1e9, s->max_delay_ns / 1e9);
}

/* Those by which a thread sleeps. */
static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism asleep[] = {MECHANISM_TASK_WORK, MECHANISM_TASK_WORK_TP,
		MECHANISM_LSM_SLEEP, MECHANISM_CLONES, MECHANISM_UPROBE_SLEEP};

	(void)f;
	*ret = asleep;
	return ARRAY_SIZE(asleep);
}

static int take_hang(struct value v, void *fault, struct error *why)
{
	bool hangs = false;
	int err = take_bool(v, &hangs, why);

	(void)fault;
	return err || hangs ? err : complain(why, "\"hang\" is true, or it is left out");
}

static const struct key keys[] = {
	{"hang", VALUE_BOOL, .one_of = true, .take = take_hang,
		.about = "true: the call does not come back before the end of the phase, or "
			 "`until`",
		.example = "true"},
};

const struct fault_kind fault_hang = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | MAKES_SLEEP | CALLS_COME_FIRST |
		 TAKES_LIMIT,
	.check_limits = check_limits,
	.purpose = "make system calls or functions hang",
	.examples = {"connect --for 5s -- curl -s http://127.0.0.1:8080/health",
		"fsync,fdatasync --limit 1 --for 10s --unit postgresql",
		"openat --chance 1% --for 5s --cgroup /system.slice/nginx.service"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
};
