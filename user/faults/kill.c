// SPDX-License-Identifier: GPL-2.0
/* kill: the process gets a signal. */
#include <signal.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "faults/kind.h"
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
		MECHANISM_SECURITY, MECHANISM_LSM, MECHANISM_FENTRY, MECHANISM_TRACEPOINT};
	static const enum mechanism seen[] = {MECHANISM_FENTRY, MECHANISM_TRACEPOINT};

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

static const struct key keys[] = {
	{"kill", VALUE_SIGNAL, .one_of = true, .option = "signal", .take = take_kill,
		.about = "the signal that the calling process gets", .example = "SIGKILL",
		.missing = "--signal is missing"},
};

const struct fault_kind fault_kill = {
	.flags = STRIKES_CALLS | STRIKES_SINGLY | TAKES_MOMENT,
	.purpose = "send a signal at a system call",
	.examples = {"--signal KILL --on fdatasync --limit 1 --for 1m --unit mysql",
		"--signal TERM --on connect -- curl -s http://127.0.0.1:8080/health",
		"--signal SEGV --on openat --chance 1% -- python3 app.py"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.prevents_call = kills_before,
	.describe = describe,
	.fill = fill,
};
