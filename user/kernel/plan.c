// SPDX-License-Identifier: GPL-2.0
#include "kernel/plan.h"

#include <string.h>

#include "base/text.h"
#include "faults/kind.h"

/* Of a call that may make a file, both. */
static bool has_hook(const bool *has, const struct point_row *p)
{
	return has[p->hook] && (!(p->traits & CREATES) || has[HOOK_inode_create]);
}

/* Why a mechanism that works on this kernel doesn't reach this point, or NULL when it does. */
static const char *out_of_reach(enum mechanism m, enum point p, const struct caps *caps)
{
	const struct point_row *row = &points[p];

	switch (m) {
	case MECHANISM_FMOD_RET:
	case MECHANISM_FENTRY:
	case MECHANISM_TASK_WORK:
	case MECHANISM_CLONES:
	case MECHANISM_SPIN:
		return caps->traceable[p] ? NULL : "the call has no traceable function";
	case MECHANISM_OVERRIDE_EXIT:
		if (row->traits & REPLACES)
			return "the old program is gone by then";
		/* fall through */
	case MECHANISM_OVERRIDE:
	case MECHANISM_TRACEPOINT:
	case MECHANISM_TASK_WORK_TP:
	case MECHANISM_SPIN_TP:
		return row->syscall_nr >= 0 ? NULL : "not a call on this architecture";
	case MECHANISM_SECURITY:
		if (row->hook == HOOK_none)
			return "no hook inside the call";
		return has_hook(caps->security, row) ? NULL : "this kernel lacks the hook";
	case MECHANISM_LSM:
		if (row->hook == HOOK_none)
			return "no hook inside the call";
		return has_hook(caps->lsm, row) ? NULL : "this kernel lacks the hook";
	case MECHANISM_LSM_SLEEP:
		if (row->hook == HOOK_none)
			return "no hook inside the call";
		if (row->locked || hooks[row->hook].locked)
			return row->locked ?: hooks[row->hook].locked;
		return caps->sleepable[row->hook] ? NULL : "the call's hook may not sleep";
	case MECHANISM_SOCK_ADDR:
		return row->socket_hook ? NULL : "no such hook";
	case MECHANISM_SKB:
		return row->kind == KIND_PACKET ? NULL : "not a packet";
	case NR_MECHANISMS:
		break;
	}
	return "no such mechanism";
}

/* The hook's arguments say which file the call is about. */
static bool has_subject(const struct caps *caps, bool lsm, enum hook hook)
{
	for (int i = 0; i < MAX_HOOK_ARGUMENTS; i++)
		if (caps->subjects[lsm][hook][i] != SUBJECT_NONE)
			return true;
	return false;
}

/* Why a mechanism can't tell which path the call at this point is about, or NULL when it can. */
static const char *blind_to_path(enum mechanism m, enum point p, const struct caps *caps)
{
	switch (m) {
	case MECHANISM_SECURITY:
	case MECHANISM_LSM:
	case MECHANISM_LSM_SLEEP:
		return has_subject(caps, m != MECHANISM_SECURITY, points[p].hook)
			       ? NULL
			       : "the call's hook is about no file";
	case MECHANISM_SOCK_ADDR:
		return "a socket has no path";
	case MECHANISM_FMOD_RET:
	case MECHANISM_OVERRIDE:
	case MECHANISM_OVERRIDE_EXIT:
	case MECHANISM_FENTRY:
	case MECHANISM_TRACEPOINT:
	case MECHANISM_TASK_WORK:
	case MECHANISM_TASK_WORK_TP:
	case MECHANISM_CLONES:
	case MECHANISM_SPIN:
	case MECHANISM_SPIN_TP:
		return point_has_descriptor(p) ? NULL
					       : "at its entry the call's path is not resolved yet";
	case MECHANISM_SKB:
	case NR_MECHANISMS:
		break;
	}
	return "a packet has no path";
}

/* The first mechanism of the ladder that works at this point; or -1 with the reason of each. */
static int choose(const struct scenario *s, const struct fault_spec *f, enum point p,
	const struct caps *caps, char *reason, size_t size)
{
	const enum mechanism *candidates;
	unsigned int n = kind_of(f)->ladder(f, &candidates);

	for (unsigned int i = 0; i < n; i++) {
		enum mechanism m = candidates[i];
		const char *why = caps->mechanisms[m].usable ? out_of_reach(m, p, caps)
							     : caps->mechanisms[m].reason;

		if (!why && where_asks(&f->where) & FILTER_PATH)
			why = blind_to_path(m, p, caps);
		if (!why && where_asks(&f->where) & FILTER_STACK && m == MECHANISM_SOCK_ADDR)
			why = "its programs can't look at the stack";
		if (!why && kind_of(f)->unfit)
			why = kind_of(f)->unfit(s, f, m);
		if (!why)
			return m;
		text_append(reason, size, "%s%s: %s", i ? "; " : "", mechanisms[m].name, why);
	}
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
	const struct target_spec *t = &plan->scenario->targets[f->target];
	const char *never = kind_of(f)->impossible ? kind_of(f)->impossible(f, t) : NULL;

	r->first_binding = plan->n_bindings;
	if (caps->fatal[0] || never) {
		refuse(r, "", never ? never : caps->fatal);
		return;
	}
	for (unsigned int i = 0; i < f->n_points; i++) {
		char reason[800] = "";
		int m = choose(plan->scenario, f, f->points[i], caps, reason, sizeof(reason));

		if (m >= 0 && plan->n_bindings < MAX_BINDINGS)
			plan->bindings[plan->n_bindings++] =
				(struct binding){index, f->points[i], m};
		else if (m < 0 && f->from_group[i])
			leave_out(r, f->points[i]);
		else
			refuse(r, points[f->points[i]].name, m < 0 ? reason : "too many points");
	}
	if (!r->refused && plan->n_bindings == r->first_binding)
		refuse(r, "", "none of the group's calls can be had on this kernel");
	if (r->refused)
		plan->n_bindings = r->first_binding;
	r->n_bindings = plan->n_bindings - r->first_binding;
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
}

unsigned int plan_candidates(const struct scenario *s)
{
	unsigned int wanted = 0;

	for (unsigned int i = 0; i < s->n_faults; i++) {
		const enum mechanism *candidates;
		unsigned int n = kind_of(&s->faults[i])->ladder(&s->faults[i], &candidates);

		while (n)
			wanted |= 1u << candidates[--n];
	}
	return wanted;
}

bool plan_refused(const struct plan *p)
{
	for (unsigned int i = 0; i < p->n_rules; i++)
		if (p->rules[i].refused && !p->rules[i].fault->optional)
			return true;
	return false;
}

bool plan_complete(const struct plan *p)
{
	for (unsigned int i = 0; i < p->n_rules; i++)
		if (p->rules[i].refused || p->rules[i].n_left_out)
			return false;
	return true;
}

unsigned int plan_kills_late(const struct plan *p, unsigned int rule, char *ret, size_t size)
{
	const struct planned_rule *r = &p->rules[rule];
	unsigned int n = 0;

	*ret = '\0';
	for (unsigned int i = 0; i < r->n_bindings && prevents_call(r->fault); i++) {
		const struct binding *b = &p->bindings[r->first_binding + i];

		if (b->mechanism == MECHANISM_FENTRY || b->mechanism == MECHANISM_TRACEPOINT)
			text_append(ret, size, "%s%s", n++ ? ", " : "", points[b->point].name);
	}
	return n;
}

privileges privileges_to_attach(const struct plan *p)
{
	privileges all = 0;

	for (unsigned int i = 0; i < p->n_bindings; i++)
		all |= mechanisms[p->bindings[i].mechanism].needs;
	return all;
}

privileges privileges_needed(const struct plan *p)
{
	privileges needed = 0;

	/* A cgroup that is made anew has to be attached to again. */
	for (unsigned int i = 0; i < p->n_bindings; i++)
		if (p->bindings[i].mechanism == MECHANISM_SOCK_ADDR ||
			p->bindings[i].mechanism == MECHANISM_SKB)
			needed |= PRIVILEGE(BPF) | PRIVILEGE(NET_ADMIN);
	/* An operation that takes too long is ended, whichever user it has become. */
	if (p->scenario->has_workload)
		needed |= PRIVILEGE(KILL);
	return needed;
}
