// SPDX-License-Identifier: GPL-2.0
#include "kernel/plan.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "faults/kind.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/plan_code.h"
#include "kernel/plan_meters.h"
#include "scenario/code.h"

#define MAX_NAMED 8 /* calls, in place of others */

/* "fmod_ret, lsm: not permitted; override: ...": each reason once. */
static void append_reasons(char *ret, size_t size, const enum mechanism *tried,
	const char *const *reasons, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		unsigned int first = 0;

		while (strcmp(reasons[first], reasons[i]))
			first++;
		if (first < i)
			continue;
		text_append(ret, size, "%s", i ? "; " : "");
		for (unsigned int k = i; k < n; k++)
			if (!strcmp(reasons[k], reasons[i]))
				text_append(ret, size, "%s%s", k > i ? ", " : "",
					mechanisms[tried[k]].name);
		text_append(ret, size, ": %s", reasons[i]);
	}
}

/* The first mechanism of the ladder that works at this point; or -1 with the reason of each. */
static int choose(const struct scenario *s, const struct fault_spec *f, enum point p,
	const struct caps *caps, char *reason, size_t size)
{
	const enum mechanism *candidates;
	unsigned int n = kind_of(f)->ladder(f, &candidates);
	enum mechanism tried[NR_MECHANISMS];
	const char *reasons[NR_MECHANISMS];
	unsigned int n_tried = 0;

	for (unsigned int i = 0; i < n; i++) {
		enum mechanism m = candidates[i];
		const struct mechanism_kind *kind = mechanism_kinds[m];
		const char *why;

		if (!is_for_point(m, p))
			continue;
		why = caps->mechanisms[m].usable ? kind->out_of_reach(p, caps)
						 : caps->mechanisms[m].reason;
		if (!why && points[p].kind == KIND_CODE)
			why = code_unfit(f, p, m, caps);
		if (!why)
			why = kind->blind(where_asks(&f->where), p, caps);
		if (!why && kind_of(f)->unfit)
			why = kind_of(f)->unfit(s, f, m);
		if (!why)
			return m;
		tried[n_tried] = m;
		reasons[n_tried++] = why;
	}
	append_reasons(reason, size, tried, reasons, n_tried);
	return -1;
}

static void refuse(struct planned_rule *r, const char *what, const char *reason)
{
	if (!r->refused)
		text_append(
			r->reason, sizeof(r->reason), "%s%s%s", what, *what ? ": " : "", reason);
	r->refused = true;
}

static void leave_out(struct planned_rule *r, enum point p)
{
	text_append(r->left_out, sizeof(r->left_out), "%s%s", r->n_left_out++ ? ", " : "",
		points[p].name);
}

static void bind_rule(struct plan *plan, unsigned int index, const struct caps *caps)
{
	struct planned_rule *r = &plan->rules[index];
	const struct fault_spec *f = r->fault;

	r->first_binding = plan->n_bindings;
	if (caps->fatal[0]) {
		refuse(r, "", caps->fatal);
		return;
	}
	for (unsigned int i = 0; i < f->n_points; i++) {
		char reason[800] = "";
		int m = choose(plan->scenario, f, f->points[i], caps, reason, sizeof(reason));

		if (m >= 0 && plan->n_bindings < MAX_BINDINGS)
			plan->bindings[plan->n_bindings++] = (struct binding){
				.rule = index, .point = f->points[i], .mechanism = m};
		else if (m < 0 && f->from_group[i])
			leave_out(r, f->points[i]);
		else {
			refuse(r, points[f->points[i]].name, m < 0 ? reason : "too many points");
			text_append(r->beyond, sizeof(r->beyond), "%s%s", r->n_beyond++ ? ", " : "",
				points[f->points[i]].name);
		}
	}
	if (r->n_beyond == f->n_points)
		r->beyond[0] = '\0';
	if (!r->refused && plan->n_bindings == r->first_binding)
		refuse(r, "", "this kernel can do it to no call of the group");
	if (r->refused)
		plan->n_bindings = r->first_binding;
	r->n_bindings = plan->n_bindings - r->first_binding;
}

unsigned int plan_n_places(const struct plan *p)
{
	return p->n_bindings + p->n_meters;
}

const struct binding *plan_place(const struct plan *p, unsigned int index)
{
	return index < p->n_bindings ? &p->bindings[index] : &p->meters[index - p->n_bindings].at;
}

/* The number of a point, which is given to it if it has none. */
static unsigned int number_of(struct plan *plan, enum point p)
{
	unsigned int n = 0;

	while (n < plan->n_points && plan->points[n] != p)
		n++;
	if (n == plan->n_points)
		plan->points[plan->n_points++] = p;
	return n;
}

/* The kernel side's tables go by numbers of the points in use, and don't grow with the others. */
static void number_points(struct plan *plan)
{
	_Static_assert(NR_POINTS <= MAX_POINTS, "a plan has room for every point");
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		plan->bindings[i].number = number_of(plan, plan->bindings[i].point);
	for (unsigned int i = 0; i < plan->n_meters; i++)
		plan->meters[i].at.number = number_of(plan, plan->meters[i].at.point);
}

void plan_make(const struct scenario *s, const struct caps *caps, struct plan *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->scenario = s;
	ret->caps = caps;
	ret->n_rules = s->n_faults;
	for (unsigned int i = 0; i < s->n_faults; i++) {
		ret->rules[i].fault = &s->faults[i];
		bind_rule(ret, i, caps);
	}
	plan_meters(ret);
	number_points(ret);
}

uint64_t plan_candidates(const struct scenario *s)
{
	uint64_t wanted = plan_meter_candidates(s);

	for (unsigned int i = 0; i < s->n_faults; i++) {
		const enum mechanism *candidates;
		unsigned int n = kind_of(&s->faults[i])->ladder(&s->faults[i], &candidates);

		while (n--)
			if (is_for_any(candidates[n], s->faults[i].points, s->faults[i].n_points))
				wanted |= 1ull << candidates[n];
	}
	return wanted;
}

bool plan_uses(const struct plan *p, unsigned int any)
{
	for (unsigned int i = 0; i < p->n_bindings; i++)
		if (any & mechanisms[p->bindings[i].mechanism].flags)
			return true;
	return false;
}

unsigned int plan_targets_by(const struct plan *p, enum mechanism m)
{
	unsigned int targets = 0;

	for (unsigned int i = 0; i < p->n_bindings; i++)
		if (p->bindings[i].mechanism == m)
			targets |= fault_targets(p->rules[p->bindings[i].rule].fault);
	return targets;
}

bool plan_refused(const struct plan *p)
{
	for (unsigned int i = 0; i < p->n_rules; i++)
		if (p->rules[i].refused && !p->rules[i].fault->optional)
			return true;
	return false;
}

bool plan_empty(const struct plan *p)
{
	return !p->n_bindings && !p->n_meters;
}

static bool rules_complete(const struct plan *p)
{
	for (unsigned int i = 0; i < p->n_rules; i++)
		if (p->rules[i].refused || p->rules[i].n_left_out)
			return false;
	return true;
}

const char *plan_spins(const struct plan *p, unsigned int rule)
{
	const struct planned_rule *r = &p->rules[rule];

	for (unsigned int i = 0; i < r->n_bindings; i++)
		if (mechanisms[p->bindings[r->first_binding + i].mechanism].flags & SPINS)
			return p->caps->no_gate.message;
	return "";
}

bool plan_lacks(const struct plan *p, enum mechanism m)
{
	return mechanisms[m].flags & MEASURES ? p->n_unmetered : !rules_complete(p);
}

unsigned int plan_kills_late(const struct plan *p, unsigned int rule, char *ret, size_t size)
{
	const struct planned_rule *r = &p->rules[rule];
	unsigned int n = 0;

	*ret = '\0';
	for (unsigned int i = 0; i < r->n_bindings && prevents_call(r->fault); i++) {
		const struct binding *b = &p->bindings[r->first_binding + i];

		/* A breakpoint comes before its function. */
		if (mechanisms[b->mechanism].flags & SEES_CALLS && !is_user_code(b->point))
			text_append(ret, size, "%s%s", n++ ? ", " : "", points[b->point].name);
	}
	return n;
}

/* Of functions, what can be done to system calls says nothing. */
static bool is_in_code(const struct fault_spec *f)
{
	for (unsigned int i = 0; i < f->n_points; i++)
		if (points[f->points[i]].kind == KIND_CODE)
			return true;
	return false;
}

const char *plan_reason(const struct planned_rule *r)
{
	const char *name = points[r->fault->points[0]].name;
	size_t length = strlen(name);
	bool alone = r->fault->n_points == 1 && !strncmp(r->reason, name, length) &&
		     !strncmp(r->reason + length, ": ", 2);

	return alone ? r->reason + length + 2 : r->reason;
}

const char *plan_instead(const struct plan *p, unsigned int rule, char *ret, size_t size)
{
	const struct fault_spec *f = p->rules[rule].fault;
	unsigned int n = 0;
	char reason[800];

	*ret = '\0';
	if (strikes_bios(f) || is_in_code(f))
		return ret;
	for (enum point at = 0; at < NR_POINTS && strikes_calls(f) && !p->caps->fatal[0]; at++) {
		if (points[at].syscall_nr < 0)
			continue;
		*reason = '\0';
		if (choose(p->scenario, f, at, p->caps, reason, sizeof(reason)) < 0)
			continue;
		if (n++ < MAX_NAMED)
			text_append(ret, size, "%s%s", n > 1 ? ", " : "", points[at].name);
	}
	if (n > MAX_NAMED)
		text_append(ret, size, " and %u others", n - MAX_NAMED);
	return ret;
}

privileges privileges_to_attach(const struct plan *p)
{
	privileges all = 0;

	for (unsigned int i = 0; i < plan_n_places(p); i++)
		all |= mechanisms[plan_place(p, i)->mechanism].needs;
	return all;
}

static privileges to_attach_again(const struct mechanism_row *m)
{
	if (!(m->flags & ON_CGROUP))
		return 0;
	return PRIVILEGE(BPF) |
	       (m->flags & IN_GATE ? privileges_for_events() : PRIVILEGE(NET_ADMIN));
}

privileges privileges_needed(const struct plan *p)
{
	privileges needed = 0;

	/* A cgroup that is made anew has to be attached to again. */
	for (unsigned int i = 0; i < p->n_bindings; i++)
		needed |= to_attach_again(&mechanisms[p->bindings[i].mechanism]);
	/* What the keeper has stopped goes on, should nobody else be left. */
	if (plan_uses(p, SUSPENDS))
		needed |= PRIVILEGE(KILL);
	/* Likewise, its threads get back what they had. */
	if (plan_uses(p, RESCHEDULES))
		needed |= PRIVILEGE(SYS_NICE);
	/* An operation that takes too long is ended, whichever user it has become. */
	if (p->scenario->n_workloads || p->scenario->n_probes || p->scenario->n_logs)
		needed |= PRIVILEGE(KILL);
	/* Root reads its logs as root can; who isn't reads them as that user. */
	for (unsigned int i = 0; i < p->scenario->n_logs; i++)
		if (p->scenario->logs[i].kind == LOG_FILE && !getuid())
			needed |= PRIVILEGE(DAC_READ_SEARCH);
	return needed;
}
