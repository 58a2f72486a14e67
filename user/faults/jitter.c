// SPDX-License-Identifier: GPL-2.0
/*
 * jitter: calls at which threads meet take a little longer, each by a time of its own, so that
 * threads come by in orders in which they otherwise don't. It is a delay that is drawn anew for
 * each call; of its own are the calls, and that each thread draws for itself; that it may come at
 * any instruction instead; and where threads run, and before which others.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

#define LEAST_PREEMPT_NS 100000
#define LEAST_PRIORITIES_NS 1000000

/* Where threads wait for each other, give way, or hand something over. */
static const uint16_t meetings[] = {
	POINT_futex,
	POINT_futex_waitv,
	POINT_sched_yield,
	POINT_mmap,
	POINT_munmap,
	POINT_read,
	POINT_write,
	POINT_pread64,
	POINT_pwrite64,
	POINT_readv,
	POINT_writev,
	POINT_sendto,
	POINT_recvfrom,
	POINT_sendmsg,
	POINT_recvmsg,
	POINT_flock,
	POINT_fcntl,
	POINT_poll,
	POINT_ppoll,
	POINT_select,
	POINT_pselect6,
	POINT_epoll_wait,
	POINT_epoll_pwait,
	POINT_epoll_pwait2,
	POINT_semop,
	POINT_semtimedop,
	POINT_msgsnd,
	POINT_msgrcv,
	POINT_clone,
	POINT_clone3,
	POINT_wait4,
	POINT_waitid,
	POINT_kill,
	POINT_tkill,
	POINT_tgkill,
	POINT_nanosleep,
	POINT_clock_nanosleep,
};

/* As a group would be: what this kernel or architecture can't is left out. */
static void add_meetings(struct fault_spec *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(meetings); i++) {
		if (points[meetings[i]].syscall_nr < 0)
			continue;
		f->from_group[f->n_points] = true;
		f->points[f->n_points++] = meetings[i];
	}
}

static void add(struct fault_spec *f, enum point p)
{
	f->from_group[f->n_points] = false;
	f->points[f->n_points++] = p;
}

/* What each thread draws does not hang on which one comes first: a seed means the same again. */
static void set_points(struct fault_spec *f)
{
	if (!f->n_points && !f->preempt_ns)
		add_meetings(f);
	if (f->preempt_ns)
		add(f, POINT_instruction);
	if (f->one_core || f->priorities_ns)
		add(f, POINT_target);
	if (!f->trigger.has_per)
		f->trigger.per = PER_TASK;
}

static bool is_of_cgroup(const struct fault_spec *f)
{
	return f->preempt_ns || f->one_core || f->priorities_ns;
}

static const char *not_to(const struct fault_spec *f, const struct target_spec *t)
{
	if (is_of_cgroup(f) && t->kind == TARGET_PID)
		return "preempt, one_core and priorities are for a cgroup's threads, not for a "
		       "process: use cgroup, unit, container, pod or command";
	if ((f->one_core || f->priorities_ns) &&
		(has_identities(&t->only) || has_identities(&t->except)))
		return "one_core and priorities are for all threads of the target: only and "
		       "except can't narrow them";
	return NULL;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	if (f->preempt_ns && where_asks(&f->where))
		return complain(why, "\"where\" chooses calls: what is preempted makes none");
	return 0;
}

/* Uniformly from nothing to so much. */
static int take_jitter(struct value v, void *fault, struct error *why)
{
	struct spread *delay = &((struct fault_spec *)fault)->delay;
	uint64_t most_ns = 0;
	int err = parse_duration(v.text, &most_ns, why);

	*delay = (struct spread){most_ns - most_ns / 2, most_ns / 2, SPREAD_UNIFORM};
	return err;
}

static int take_between(struct value v, uint64_t least_ns, uint64_t *ret, struct error *why)
{
	int err = parse_duration(v.text, ret, why);
	char least[24];

	describe_ns(least_ns, least, sizeof(least));
	if (!err && *ret < least_ns)
		return complain(why, "%s \"%s\" is too short: the least is %s", named(v),
			quoted(v.text), least);
	return err;
}

static int take_preempt(struct value v, void *fault, struct error *why)
{
	return take_between(v, LEAST_PREEMPT_NS, &((struct fault_spec *)fault)->preempt_ns, why);
}

static int take_one_core(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->one_core, why);
}

static int take_priorities(struct value v, void *fault, struct error *why)
{
	return take_between(
		v, LEAST_PRIORITIES_NS, &((struct fault_spec *)fault)->priorities_ns, why);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	char ns[24];

	describe_ns(f->delay.mean_ns + f->delay.jitter_ns, ns, sizeof(ns));
	snprintf(ret, size, "up to %s", ns);
	describe_ns(f->preempt_ns, ns, sizeof(ns));
	if (f->preempt_ns)
		text_append(ret, size, " each %s", ns);
	if (f->one_core)
		text_append(ret, size, ", one core");
	describe_ns(f->priorities_ns, ns, sizeof(ns));
	if (f->priorities_ns)
		text_append(ret, size, ", priorities each %s", ns);
}

static const struct key keys[] = {
	{"jitter", VALUE_TIME, .one_of = true, .option = "up-to", .take = take_jitter,
		.about = "how much longer a call takes at the most, or how long a thread that is "
			 "preempted stands still; each draws its own",
		.help = "how much longer a call takes at the most; each draws its own",
		.example = "50us", .missing = "--up-to is missing: how long at the most?"},
	{"preempt", VALUE_TIME, .option = "preempt", .take = take_preempt,
		.about = "threads stand still at any instruction, not at calls: after so much CPU "
			 "time, on average; each time another",
		.help = "at any instruction, after so much CPU time on average",
		.fallback = "at calls alone", .example = "500us"},
	{"one_core", VALUE_BOOL, .option = "one-core", .take = take_one_core,
		.about = "true: all threads of the target run on one core, which is drawn",
		.help = "all threads run on one core", .fallback = "false", .example = "true"},
	{"priorities", VALUE_TIME, .option = "priorities", .take = take_priorities,
		.about = "each thread has a priority that is drawn, and another one after so long, "
			 "on average",
		.help = "threads' priorities are drawn, and again after so long",
		.fallback = "they stay", .example = "20ms"},
};

static void fill(const struct fault_spec *f, struct rule *rule)
{
	fill_delay(f, rule);
	rule->preempt_ns = f->preempt_ns;
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static enum mechanism all[NR_MECHANISMS];
	const enum mechanism *slow;
	unsigned int n = slow_ladder(f, &slow);

	memcpy(all, slow, n * sizeof(*all));
	if (f->preempt_ns)
		all[n++] = MECHANISM_PREEMPT;
	if (f->one_core || f->priorities_ns)
		all[n++] = MECHANISM_SCHED;
	*ret = all;
	return n;
}

const struct fault_kind fault_jitter = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | TAKES_LIMIT | MAKES_SLEEP | HAS_CALLS,
	.set_points = set_points,
	.validate = validate,
	.not_to = not_to,
	.check_limits = check_delay,
	.purpose = "shake the order in which threads meet, to find races",
	.examples = {"--up-to 50us -- curl -s http://127.0.0.1:8080/health",
		"--up-to 2ms --chance 20% --for 1m --unit redis-server",
		"--up-to 1ms --on flock,fcntl --seed 7 --for 30s --unit nginx"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.unfit = spins_too_long,
	.describe = describe,
	.fill = fill,
};
