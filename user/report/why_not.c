// SPDX-License-Identifier: GPL-2.0
#include "report/why_not.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/code.h"

/* Programs make both calls for the same end: one took another than was expected. */
static bool are_kin(enum point a, enum point b)
{
	return points[a].uses & points[b].uses || points[a].groups & points[b].groups & GROUP_SYNC;
}

/* "; programs also use fdatasync, msync (%sync)", or nothing. */
static void name_kin(const struct fault_spec *f, char *ret, size_t size)
{
	*ret = '\0';
	for (enum point p = 0; f->n_points == 1 && p < NR_POINTS; p++)
		if (p != f->points[0] && are_kin(p, f->points[0]) && points[p].syscall_nr >= 0)
			text_append(ret, size, "%s%s", *ret ? ", " : "; programs also use ",
				points[p].name);
	if (*ret && points[f->points[0]].groups & GROUP_SYNC)
		text_append(ret, size, " (%%sync)");
}

#define NO_FUNCTION \
	"no function of a C library that jinx knows: static without symbols, inline or raw"

/* Calls of its that come by no function of a C library can't even be counted. */
static bool may_pass_by(const struct plan *plan, const struct planned_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_bindings; i++) {
		const struct binding *b = &plan->bindings[rule->first_binding + i];

		if (mechanisms[b->mechanism].flags & AT_WRAPPER && !is_user_code(b->point) &&
			!(plan->caps->sees_entries && plan->caps->traceable[b->point]))
			return true;
	}
	return false;
}

static void tell_passed_by(struct measure *r, const struct planned_rule *rule, unsigned int number)
{
	uint64_t missed = 0;

	for (unsigned int i = 0; i < rule->n_bindings; i++)
		missed += r->counters[rule->first_binding + i].by_reason[REASON_MISSED];
	if (missed)
		measure_note(r,
			"rule %u: %llu calls were not delayed, as they came by " NO_FUNCTION,
			number + 1, (unsigned long long)missed);
	if (may_pass_by(r->plan, rule))
		measure_note(r,
			"rule %u: this kernel doesn't show calls that come by " NO_FUNCTION
			"; they are neither delayed nor counted (--mechanisms task-work-tp,spin-tp "
			"reaches them)",
			number + 1);
}

static void no_such_call(struct measure *r, const struct fault_spec *f, unsigned int rule)
{
	char others[160];

	/* nginx, PostgreSQL: those that work were there before. */
	const char *children = r->plan->scenario->targets[f->target].kind == TARGET_PID
				       ? "; existing children are not included: use the cgroup"
				       : "";

	if (!strikes_calls(f)) {
		measure_note(r,
			"rule %u: no packets of the target's sockets: a socket belongs to the "
			"cgroup in which it was made",
			rule + 1);
		return;
	}
	if (strikes_bios(f)) {
		measure_note(r,
			"rule %u: nothing was asked of a device for the target; what it wrote may "
			"not be written back yet, or not be known as its own (docs/scenario.md, "
			"bios)",
			rule + 1);
		return;
	}
	if (f->points[0] == POINT_instruction) {
		measure_note(r,
			"rule %u: no thread of the target was preempted: each takes that much CPU "
			"time in its own code first",
			rule + 1);
		return;
	}
	name_kin(f, others, sizeof(others));
	if (f->n_points == 1 && is_user_code(f->points[0]))
		measure_note(r,
			"rule %u: the target never came by %s; is it inlined, or in another copy "
			"of "
			"the file (docs/why-nothing-matched.md)?%s",
			rule + 1, points[f->points[0]].name, children);
	else if (f->n_points == 1)
		measure_note(r, "rule %u: the target never called %s%s%s", rule + 1,
			points[f->points[0]].name, others, children);
	else
		measure_note(r, "rule %u: the target made none of its calls%s", rule + 1, children);
}

static void none_meant(
	struct measure *r, const struct fault_spec *f, unsigned int rule, uint64_t eligible)
{
	static const struct {
		unsigned int asks;
		const char *hint;
	} causes[] = {
		{FILTER_PATH, "; path: links are followed for whole names, not for names with *"},
		{FILTER_STACK, "; stack: programs need frame pointers"},
		{FILTER_PEER, "; ports and addresses are those of the target's own sockets"},
		{FILTER_FD, "; fd: see what it is in /proc/PID/fd"},
		{FILTER_WHO | FILTER_THREAD,
			"; comm is the process's name, thread_name a thread's"},
	};
	const char *hint = "";
	char others[160] = "";

	if (where_asks(&f->where) & (FILTER_FD | FILTER_PATH | FILTER_PEER))
		name_kin(f, others, sizeof(others));
	for (size_t i = 0; i < ARRAY_SIZE(causes) && !*hint; i++)
		if (where_asks(&f->where) & causes[i].asks)
			hint = causes[i].hint;
	measure_note(r, "rule %u: of %llu %s none was what %s%s%s", rule + 1,
		(unsigned long long)eligible, strikes_bios(f) ? "bios" : "calls",
		where_asks(&f->where) ? "`where` means" : "only and except let through", hint,
		others);
}

void why_not(struct measure *r)
{
	const struct plan *plan = r->plan;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct planned_rule *rule = &plan->rules[i];
		uint64_t eligible = 0, matched = 0;

		if (rule->refused || !r->phases[rule->fault->phase].reached)
			continue;
		for (unsigned int b = 0; b < rule->n_bindings; b++) {
			eligible += r->counters[rule->first_binding + b].eligible;
			matched += r->counters[rule->first_binding + b].matched;
		}
		tell_passed_by(r, rule, i);
		if (!eligible && strikes_singly(rule->fault))
			no_such_call(r, rule->fault, i);
		else if (!matched && strikes_calls(rule->fault))
			none_meant(r, rule->fault, i, eligible);
	}
}
