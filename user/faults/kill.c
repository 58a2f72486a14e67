// SPDX-License-Identifier: GPL-2.0
/* kill: the process gets a signal: at a call, or whatever it does. */
#include <signal.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

/* Without a handler the process ends. */
static bool ends_by_default(int signal)
{
	return signal != SIGCHLD && signal != SIGCONT && signal != SIGURG && signal != SIGWINCH &&
	       signal != SIGSTOP && signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU;
}

/* A process that ends at a call is not to have made it. */
static bool kills_before(const struct fault_spec *f)
{
	return f->at == AT_ENTRY && ends_by_default(f->signal);
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	/* Those that can leave the call out come first. */
	static const enum mechanism killing[] = {MECHANISM_FMOD_RET, MECHANISM_OVERRIDE,
		MECHANISM_SECURITY, MECHANISM_LSM, MECHANISM_FENTRY, MECHANISM_TRACEPOINT,
		MECHANISM_FUNCTION};
	static const enum mechanism seen[] = {
		MECHANISM_FENTRY, MECHANISM_TRACEPOINT, MECHANISM_FUNCTION};
	static const enum mechanism after[] = {
		MECHANISM_FENTRY, MECHANISM_TRACEPOINT, MECHANISM_FUNCTION_RETURN};

	if (f->at == AT_EXIT) {
		*ret = after;
		return ARRAY_SIZE(after);
	}
	*ret = kills_before(f) ? killing : seen;
	return kills_before(f) ? ARRAY_SIZE(killing) : ARRAY_SIZE(seen);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	snprintf(ret, size, "%s", signal_name(f->signal));
}

static void fill(const struct fault_spec *f, struct rule *rule)
{
	rule->signal = f->signal;
}

static int take_kill(struct value v, void *fault, struct error *why)
{
	return parse_signal(v.text, &((struct fault_spec *)fault)->signal, why);
}

static int validate_whole(const struct fault_spec *f, struct error *why)
{
	if (f->at == AT_EXIT || where_asks(&f->where))
		return complain(why, "\"at\" and \"where\" are of calls: they need \"on\", the "
				     "system calls to kill");
	return validate_moments(f, why);
}

static unsigned int ladder_whole(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism signals[] = {MECHANISM_SIGNAL};

	(void)f;
	*ret = signals;
	return ARRAY_SIZE(signals);
}

static void describe_whole(const struct fault_spec *f, char *ret, size_t size)
{
	char whom[24];

	describe_chosen(&f->to, whom, sizeof(whom));
	snprintf(ret, size, "%s%s%s", signal_name(f->signal), *whom ? " to " : "", whom);
}

static const struct key keys[] = {
	{"kill", VALUE_SIGNAL, .one_of = true, .option = "signal", .take = take_kill,
		.about = "the signal that the calling process gets; without \"on\", processes of "
			 "the target",
		.example = "SIGKILL", .missing = "--signal is missing"},
};

static const struct fault_kind whole = {
	.flags = OF_WHOLE_TARGET | SIGNALS_TARGET | TAKES_HAZARD | TAKES_WHOM | TAKES_LIMIT,
	.set_points = set_target,
	.validate = validate_whole,
	.ladder = ladder_whole,
	.no_process = "without \"on\" a signal goes to processes of a cgroup: use cgroup, unit, "
		      "container, pod or command",
	.not_narrowed = "only and except narrow calls: without \"on\" it is \"to\" that chooses",
	.describe = describe_whole,
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
};

const struct fault_kind fault_kill = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | TAKES_MOMENT | TAKES_LIMIT |
		 TAKES_HAZARD | TAKES_WHOM,
	.purpose = "send a signal at a system call, or at moments that are drawn",
	.examples = {"--signal KILL --on fdatasync --limit 1 --for 1m --unit mysql",
		"--signal TERM --on connect -- curl -s http://127.0.0.1:8080/health",
		"--signal TERM --to main --hazard 2/s --limit 1 -- sleep 60"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.whole = &whole,
	.prevents_call = kills_before,
	.describe = describe,
	.fill = fill,
};
