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

const struct fault_kind fault_kill = {
	.flags = STRIKES_CALLS | TAKES_MOMENT,
	.ladder = ladder,
	.prevents_call = kills_before,
	.describe = describe,
	.fill = fill,
};
