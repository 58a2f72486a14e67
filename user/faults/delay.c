// SPDX-License-Identifier: GPL-2.0
/* delay: the call takes longer. */
#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/code.h"
#include "scenario/complain.h"
#include "scenario/names.h"

int check_delay(const struct scenario *s, const struct fault_spec *f, struct error *why)
{
	const struct spread *d = &f->delay;
	uint64_t ns = d->mean_ns + (f->fault == FAULT_JITTER ? d->jitter_ns : 0);

	if (ns <= s->max_delay_ns)
		return 0;
	return complain(why,
		"a delay of %gs is longer than %gs, the most that is allowed (--max-delay raises "
		"it)",
		ns / 1e9, s->max_delay_ns / 1e9);
}

unsigned int slow_ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism slow[] = {MECHANISM_TASK_WORK, MECHANISM_TASK_WORK_TP,
		MECHANISM_LSM_SLEEP, MECHANISM_CLONES, MECHANISM_UPROBE_SLEEP, MECHANISM_SPIN,
		MECHANISM_SPIN_TP, MECHANISM_FUNCTION_SPIN};

	static const enum mechanism after[] = {
		MECHANISM_FUNCTION_RETURN_SLEEP, MECHANISM_FUNCTION_RETURN_SPIN};

	if (f->at == AT_EXIT) {
		*ret = after;
		return ARRAY_SIZE(after);
	}
	*ret = slow;
	/* Where a bio is asked for the thread holds what others wait for. */
	return strikes_bios(f) ? 1 : ARRAY_SIZE(slow);
}

const char *spins_too_long(const struct scenario *s, const struct fault_spec *f, enum mechanism m)
{
	if (!(mechanisms[m].flags & SPINS) ||
		f->delay.mean_ns + f->delay.jitter_ns <= s->max_spin_ns)
		return NULL;
	return "it would keep a CPU busy for too long (--max-spin allows it)";
}

/* A call that sleeps is late as it returns, whatever it has done by then. */
static int validate(const struct fault_spec *f, struct error *why)
{
	for (unsigned int i = 0; i < f->n_points && f->at == AT_EXIT; i++)
		if (!is_user_code(f->points[i]))
			return complain(why,
				"\"%s\" can't be delayed at its exit: functions of programs can",
				points[f->points[i]].name);
	return 0;
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	describe_spread(&f->delay, ret, size);
}

static const char *describe_rest(const struct fault_spec *f)
{
	return f->interruptible ? "interruptible" : "";
}

void fill_delay(const struct fault_spec *f, struct rule *rule)
{
	rule->delay_ns = f->delay.mean_ns;
	rule->jitter_ns = f->delay.jitter_ns;
	rule->distribution = f->delay.distribution;
	rule->interruptible = f->interruptible;
}

static int take_delay(struct value v, void *fault, struct error *why)
{
	return parse_spread(v.text, &((struct fault_spec *)fault)->delay, why);
}

static int take_interruptible(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->interruptible, why);
}

static const struct key keys[] = {
	{"delay", VALUE_DELAY, .one_of = true, .option = "by", .take = take_delay,
		.about = "how much longer the call takes: TIME [+- TIME] [uniform|normal|pareto]",
		.example = "200ms +- 50ms normal", .missing = "--by is missing: how long?"},
	{"interruptible", VALUE_BOOL, .option = "interruptible", .take = take_interruptible,
		.about = "true: any signal ends the delay", .fallback = "false", .example = "true",
		.help = "any signal ends the delay"},
};

const struct fault_kind fault_delay = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | TAKES_LIMIT | MAKES_SLEEP |
		 TAKES_MOMENT | CALLS_COME_FIRST,
	.validate = validate,
	.check_limits = check_delay,
	.purpose = "make system calls or functions take longer",
	.examples = {"connect --by 100ms -- curl -s http://127.0.0.1:8080/health",
		"fsync,fdatasync --by \"20ms +- 5ms\" --for 30s --unit postgresql",
		"connect --by 50ms --for 1m --cgroup /system.slice/nginx.service"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = slow_ladder,
	.unfit = spins_too_long,
	.describe = describe,
	.describe_rest = describe_rest,
	.fill = fill_delay,
};
