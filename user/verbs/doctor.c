// SPDX-License-Identifier: GPL-2.0
/* jinx doctor: what this kernel can do, tried one by one. */
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "kernel/caps.h"
#include "measure/verdict.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

/* Mechanisms that put a thread to sleep at calls of which lsm-sleep has no hook. */
#define ANYWHERE (RESUMES | UNNUMBERED | AT_WRAPPER)

/* What a user wants to do, and what a mechanism must be able to do for it. */
static const struct ability {
	const char *name;
	unsigned int any; /* enum mechanism_flag bits */
	bool of_commands;
} abilities[] = {
	{"fail: system calls", FAILS_CALLS},
	{"fail: after they took effect (at: exit)", FAILS_AFTER},
	{"fail: in the permission layer", FAILS_INSIDE},
	{"fail: connect, bind, send of IP sockets", FAILS_SOCKETS},
	{"delay: system calls, asleep", SLEEPS},
	{"delay: fsync, read and the like, asleep", ANYWHERE},
	{"delay: system calls, for a short time", SLEEPS | SPINS},
	{"delay: functions of programs, asleep", AT_WRAPPER},
	{"fail: functions of programs", FAILS_FUNCTIONS},
	{"kill, observe: functions of programs", OF_FUNCTIONS},
	{"jitter: at any instruction", PREEMPTS},
	{"jitter: one core, priorities", RESCHEDULES},
	{"drop: packets", DROPS_PACKETS},
	{"shape: packets", SHAPES_PACKETS},
	{"corrupt: what reads return", REWRITES},
	{"corrupt: short reads and writes", SHORTENS},
	{"kill: at a system call", SEES_CALLS},
	{"pause: the whole target", HOLDS},
	{"suspend, and kill without calls: processes", SIGNALS},
	{"exhaust: memory, CPU, disk", EXHAUSTS},
	{"restrict: memory, processes", RESTRICTS},
	{"restrict: CPU time", THROTTLES | RESTRICTS},
	{"skew: clocks", SKEWS},
	{"skew: time zones of commands", SKEWS, .of_commands = true},
};

/* What shortens calls is where others delay them; what skews no clock does it to commands. */
static bool is_for(const struct ability *a, int m)
{
	return (!(mechanisms[m].flags & SHORTENS) || a->any & SHORTENS) &&
	       (m == MECHANISM_ENVIRONMENT) == a->of_commands;
}

/* The mechanism that an ability would use here, the best one, or -1. */
static int chosen(const struct ability *a, const struct caps *caps)
{
	for (int m = 0; m < NR_MECHANISMS; m++)
		if (mechanisms[m].flags & a->any && is_for(a, m) && caps->mechanisms[m].usable)
			return m;
	return -1;
}

static unsigned int count(const bool *has, unsigned int n)
{
	unsigned int c = 0;

	while (n)
		c += has[--n];
	return c;
}

static unsigned int n_calls(void)
{
	unsigned int n = 0;

	for (size_t i = 0; i < NR_POINTS; i++)
		n += points[i].kind == KIND_SYSCALL;
	return n;
}

/* On a narrow terminal what is behind the mechanism's name is wrapped. */
static void print_mechanism(enum mechanism m, const struct caps *caps)
{
	const char *reason = caps->mechanisms[m].reason;
	unsigned int width = terminal_width(STDOUT_FILENO);
	char text[400];
	int used = printf(
		"  %-16s %-4s ", mechanisms[m].name, caps->mechanisms[m].usable ? "yes" : "no");

	snprintf(text, sizeof(text), "%s%s%s", mechanisms[m].attach, *reason ? ": " : "", reason);
	if (width)
		text_wrap(text, used, used, width, stdout);
	else
		printf("%-36s %s\n", mechanisms[m].attach, reason);
}

/* The mechanism that makes bios fail here, or NULL: that they can be is found out besides. */
static const char *fails_bios(const struct caps *caps)
{
	if (caps->mechanisms[MECHANISM_FMOD_RET].usable && !caps->no_bios.message[0])
		return mechanisms[MECHANISM_FMOD_RET].name;
	if (caps->mechanisms[MECHANISM_OVERRIDE].usable && !caps->no_bios_override.message[0])
		return mechanisms[MECHANISM_OVERRIDE].name;
	return NULL;
}

static const char bios[] = "fail: bios, at block devices";

static void print_table(const struct caps *caps)
{
	printf("Linux %s\n\n", caps->release);
	if (caps->fatal[0])
		printf("%s\n\n", caps->fatal);
	for (int m = 0; m < NR_MECHANISMS; m++)
		print_mechanism(m, caps);
	printf("\n  traceable system calls %u of %u, security hooks %u, LSM hooks %u of %u, "
	       "of which %u may sleep\n\n",
		count(caps->traceable, NR_POINTS), n_calls(), count(caps->security, NR_HOOKS),
		count(caps->lsm, NR_HOOKS), NR_HOOKS - 1, count(caps->sleepable, NR_HOOKS));
	for (size_t i = 0; i < ARRAY_SIZE(abilities); i++) {
		int m = chosen(&abilities[i], caps);

		printf("  %-42s %s%s\n", abilities[i].name, m < 0 ? "not on this kernel" : "by ",
			m < 0 ? "" : mechanisms[m].name);
	}
	printf("  %-42s %s%s\n", bios, fails_bios(caps) ? "by " : "not on this kernel",
		fails_bios(caps) ?: "");
	if (caps->gate_inside)
		printf("\n  The delay server could not leave this cgroup (that takes the right to "
		       "write to the "
		       "root's\n  cgroup.procs): while the cgroup is frozen, delayed threads stay "
		       "asleep.\n");
}

static void print_json(const struct caps *caps)
{
	json_t *all = json_array(), *can = json_array(), *root;

	for (int m = 0; m < NR_MECHANISMS; m++)
		json_array_append_new(all,
			json_pack("{s:s, s:b, s:s, s:s}", "name", mechanisms[m].name, "usable",
				(int)caps->mechanisms[m].usable, "reason",
				caps->mechanisms[m].reason, "attaches_to", mechanisms[m].attach));
	for (size_t i = 0; i < ARRAY_SIZE(abilities); i++) {
		int m = chosen(&abilities[i], caps);

		json_array_append_new(can, json_pack("{s:s, s:s?}", "name", abilities[i].name, "by",
						   m < 0 ? NULL : mechanisms[m].name));
	}
	json_array_append_new(can, json_pack("{s:s, s:s?}", "name", bios, "by", fails_bios(caps)));
	root = json_pack("{s:s, s:s, s:o, s:o, s:b}", "kernel", caps->release, "fatal", caps->fatal,
		"mechanisms", all, "abilities", can, "delays_can_be_frozen",
		(int)caps->gate_inside);
	json_dumpf(root, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(root);
}

int verb_doctor(struct call *call)
{
	struct caps caps;
	bool able = false;

	if (call->n_operands)
		return usage_wrong_operands(call->verb);
	caps_probe(&caps, ALL_MECHANISMS, NULL, NULL);
	if (call->o.json)
		print_json(&caps);
	else
		print_table(&caps);
	for (int m = 0; m < NR_MECHANISMS; m++)
		able |= caps.mechanisms[m].usable;
	return able ? 0 : VERDICT_UNSUPPORTED;
}
