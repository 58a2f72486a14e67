// SPDX-License-Identifier: GPL-2.0
#include "kernel/plan.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *to, size_t size, const char *format, ...)
{
	size_t used = strlen(to);
	va_list args;

	va_start(args, format);
	vsnprintf(to + used, size - used, format, args);
	va_end(args);
}

/* The cgroup hooks that realise a point for IP sockets. */
static bool has_socket_hook(enum point p)
{
	return p == POINT_connect || p == POINT_bind || p == POINT_sendto || p == POINT_sendmsg ||
	       p == POINT_sendmmsg;
}

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
		if (p == POINT_execve || p == POINT_execveat)
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
		if (p == POINT_mq_open) /* ipc/mqueue.c: do_mq_open */
			return "the directory of queues is locked there, and others would wait";
		if (hooks[row->hook].locked)
			return hooks[row->hook].locked;
		return caps->sleepable[row->hook] ? NULL : "the call's hook may not sleep";
	case MECHANISM_SOCK_ADDR:
		return has_socket_hook(p) ? NULL : "no such hook";
	case MECHANISM_SKB:
		return p == POINT_egress || p == POINT_ingress ? NULL : "not a packet";
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

/* Without a handler the process ends. */
static bool ends_by_default(int signal)
{
	return signal != SIGCHLD && signal != SIGCONT && signal != SIGURG && signal != SIGWINCH &&
	       signal != SIGSTOP && signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU;
}

/* A process that ends at a call is not to have made it. */
static bool kills_before(const struct fault_spec *f)
{
	return f->fault == FAULT_KILL && f->at == AT_ENTRY && ends_by_default(f->signal);
}

/* The ladder of each fault: the mechanisms that realise it, best first. Returns how many. */
static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism before[] = {MECHANISM_FMOD_RET, MECHANISM_OVERRIDE,
		MECHANISM_SECURITY, MECHANISM_LSM, MECHANISM_SOCK_ADDR};
	static const enum mechanism after[] = {MECHANISM_OVERRIDE_EXIT};
	/* Those that can leave the call out come first. */
	static const enum mechanism killing[] = {MECHANISM_FMOD_RET, MECHANISM_OVERRIDE,
		MECHANISM_SECURITY, MECHANISM_LSM, MECHANISM_FENTRY, MECHANISM_TRACEPOINT};
	static const enum mechanism seen[] = {MECHANISM_FENTRY, MECHANISM_TRACEPOINT};
	static const enum mechanism packets[] = {MECHANISM_SKB};
	static const enum mechanism slow[] = {MECHANISM_TASK_WORK, MECHANISM_TASK_WORK_TP,
		MECHANISM_LSM_SLEEP, MECHANISM_CLONES, MECHANISM_SPIN, MECHANISM_SPIN_TP};

	switch (f->fault) {
	case FAULT_FAIL:
		*ret = f->at == AT_EXIT ? after : before;
		return f->at == AT_EXIT ? 1 : 5;
	case FAULT_DELAY:
		*ret = slow;
		return 6;
	case FAULT_KILL:
		*ret = kills_before(f) ? killing : seen;
		return kills_before(f) ? 6 : 2;
	case FAULT_DROP:
		*ret = packets;
		return 1;
	case NR_FAULTS:
		break;
	}
	*ret = NULL;
	return 0;
}

static bool too_long_to_spin(const struct scenario *s, const struct fault_spec *f, enum mechanism m)
{
	return (m == MECHANISM_SPIN || m == MECHANISM_SPIN_TP) &&
	       f->delay.mean_ns + f->delay.jitter_ns > s->max_spin_ns;
}

/* The first mechanism of the ladder that works at this point; or -1 with the reason of each. */
static int choose(const struct scenario *s, const struct fault_spec *f, enum point p,
	const struct caps *caps, char *reason, size_t size)
{
	const enum mechanism *candidates;
	unsigned int n = ladder(f, &candidates);

	for (unsigned int i = 0; i < n; i++) {
		enum mechanism m = candidates[i];
		const char *why = caps->mechanisms[m].usable ? out_of_reach(m, p, caps)
							     : caps->mechanisms[m].reason;

		if (!why && where_asks(&f->where) & FILTER_PATH)
			why = blind_to_path(m, p, caps);
		if (!why && where_asks(&f->where) & FILTER_STACK && m == MECHANISM_SOCK_ADDR)
			why = "its programs can't look at the stack";
		if (!why && too_long_to_spin(s, f, m))
			why = "it would keep a CPU busy for too long (--max-spin allows it)";

		if (!why)
			return m;
		append(reason, size, "%s%s: %s", i ? "; " : "", mechanisms[m].name, why);
	}
	return -1;
}

/* What no kernel could do for this target; NULL when there is nothing. */
static const char *impossible(const struct fault_spec *f, const struct target_spec *t)
{
	if (f->fault != FAULT_DROP)
		return NULL;
	if (t->kind == TARGET_PID)
		return "packets belong to a cgroup, not to a process: use cgroup, unit or command";
	if (has_identities(&t->only) || has_identities(&t->except))
		return "packets have no comm, exe or uid: only and except can't narrow drop";
	return NULL;
}

static void refuse(struct planned_rule *r, const char *what, const char *reason)
{
	if (!r->refused)
		append(r->reason, sizeof(r->reason), "%s%s%s", what, *what ? ": " : "", reason);
	r->refused = true;
}

static void leave_out(struct planned_rule *r, enum point p)
{
	append(r->left_out, sizeof(r->left_out), "%s%s", r->n_left_out++ ? ", " : "",
		points[p].name);
}

static void bind_rule(struct plan *plan, unsigned int index, const struct caps *caps)
{
	struct planned_rule *r = &plan->rules[index];
	const struct fault_spec *f = r->fault;
	const char *never = impossible(f, &plan->scenario->targets[f->target]);

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
		unsigned int n = ladder(&s->faults[i], &candidates);

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
	for (unsigned int i = 0; i < r->n_bindings && kills_before(r->fault); i++) {
		const struct binding *b = &p->bindings[r->first_binding + i];

		if (b->mechanism == MECHANISM_FENTRY || b->mechanism == MECHANISM_TRACEPOINT)
			append(ret, size, "%s%s", n++ ? ", " : "", points[b->point].name);
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

static void describe_ns(uint64_t ns, char *ret, size_t size)
{
	if (ns >= 1000000000)
		snprintf(ret, size, "%gs", ns / 1e9);
	else if (ns >= 1000000)
		snprintf(ret, size, "%gms", ns / 1e6);
	else if (ns >= 1000)
		snprintf(ret, size, "%gus", ns / 1e3);
	else
		snprintf(ret, size, "%lluns", (unsigned long long)ns);
}

void plan_describe_delay(const struct spread *delay, char *ret, size_t size)
{
	char mean[24], jitter[24];

	describe_ns(delay->mean_ns, mean, sizeof(mean));
	describe_ns(delay->jitter_ns, jitter, sizeof(jitter));
	if (!delay->jitter_ns)
		snprintf(ret, size, "%s", mean);
	else
		snprintf(ret, size, "%s +- %s%s%s", mean, jitter,
			delay->distribution == SPREAD_UNIFORM ? "" : " ",
			delay->distribution == SPREAD_UNIFORM
				? ""
				: distribution_names[delay->distribution]);
}

void plan_describe(const struct fault_spec *f, char *ret, size_t size)
{
	static const unsigned int shown = 4;
	char text[64];

	snprintf(ret, size, "%s ", fault_names[f->fault]);
	if (f->fault == FAULT_FAIL)
		append(ret, size, "%s on ", errno_name(f->error));
	else if (f->fault == FAULT_KILL)
		append(ret, size, "%s on ", signal_name(f->signal));
	else if (f->fault == FAULT_DELAY) {
		plan_describe_delay(&f->delay, text, sizeof(text));
		append(ret, size, "%s on ", text);
	}
	for (unsigned int i = 0; i < f->n_points && i < shown; i++)
		append(ret, size, "%s%s", i ? ", " : "", points[f->points[i]].name);
	if (f->n_points > shown)
		append(ret, size, " and %u more", f->n_points - shown);
	if (f->at == AT_EXIT)
		append(ret, size, ", at exit");
	if (f->interruptible)
		append(ret, size, ", interruptible");
}
