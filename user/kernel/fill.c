// SPDX-License-Identifier: GPL-2.0
#include "kernel/fill.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/process.h"
#include "faults/kind.h"
#include "jinx.skel.h"
#include "kernel/fill_where.h"
#include "kernel/metering.h"
#include "kernel/quantiles.h"
#include "scenario/code.h"
#include "shape/line.h"
#include "target/protected.h"

#define NO_LEVEL (-1)
#define ON_ITS_WAY_NS 2000000000ull /* no packet is longer, but what jinx keeps */

/* How long what is noted of a packet that was sent holds. */
static uint64_t sent_fresh(const struct plan *plan)
{
	uint64_t longest = 0, one;

	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct planned_rule *r = &plan->rules[plan->bindings[i].rule];

		if (plan->bindings[i].mechanism != MECHANISM_DETOUR)
			continue;
		one = r->n_bindings * line_longest(&r->fault->shape, plan->scenario->max_delay_ns);
		longest = one > longest ? one : longest;
	}
	return ON_ITS_WAY_NS + longest;
}

/* Which thread it is makes a difference. */
static bool asks_of_thread(const struct scenario *s, const struct fault_spec *f)
{
	const struct target_spec *t = &s->targets[f->target];

	return where_asks(&f->where) & (FILTER_CALLER | FILTER_STACK) || has_identities(&t->only) ||
	       has_identities(&t->except) || f->trigger.per == PER_TASK;
}

/* What has its arguments in places of its own. */
static bool takes_arguments(const struct fault_spec *f)
{
	for (unsigned int i = 0; i < f->n_points; i++) {
		const struct code_place *place = code_place(f->points[i]);

		if (place && place->kind != CODE_USER)
			return true;
	}
	return false;
}

void fill_constants(struct jinx_bpf *skel, const struct plan *plan, const struct targets *t)
{
	for (enum point p = 0; p < NR_POINTS; p++)
		skel->rodata->numbers[p] = NO_POINT;
	for (unsigned int i = 0; i < plan->n_points; i++)
		skel->rodata->numbers[plan->points[i]] = i;
	for (unsigned int i = 0; i < plan->n_rules; i++)
		if (plan->rules[i].fault->fault == FAULT_PARTITION)
			skel->rodata->partitions |= 1ull << i;
	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct fault_spec *fault = plan->rules[i].fault;
		const struct trigger *trigger = &fault->trigger;

		if (fault->fault == FAULT_DNS) {
			skel->rodata->dns_rules |= 1ull << i;
			skel->rodata->n_dns_tests += fault->dns.n;
		}
		if (fault->fault == FAULT_RESPOND) {
			skel->rodata->http_rules |= 1ull << i;
			skel->rodata->n_http_tests += fault->respond.n;
		}
		if (where_asks(&fault->where) & FILTER_ARGUMENT && takes_arguments(fault)) {
			skel->rodata->code_arguments = true;
			bpf_map__set_max_entries(skel->maps.arguments, MAX_ENTERED);
		}
		if (fault->partition.isolates)
			skel->rodata->isolations |= 1ull << i;
		/* Which bytes are meant is looked at as `where` is. */
		skel->rodata->filtering |= fault->corruption.kind != CORRUPT_NONE;
		skel->rodata->counts_bytes |= trigger->after_bytes > 0;
		skel->rodata->counts_fds |= trigger->open_fds > 0;
		if (fault->everyone)
			skel->rodata->rules_of_everyone |= 1ull << i;
		if (!asks_of_thread(plan->scenario, fault))
			skel->rodata->rules_without_caller |= 1ull << i;
	}
	skel->rodata->sent_fresh_ns = sent_fresh(plan);
	skel->rodata->aim = t->n == 1 ? AIM_ONE : AIM_SEVERAL;
	for (unsigned int i = 0; i < t->n; i++) {
		if (t->all[i].spec->kind == TARGET_PID)
			skel->rodata->aim = AIM_MIXED;
		else
			skel->rodata->cgroup_slots++;
	}
}

static uint64_t marks(const struct targets *t)
{
	int level = NO_LEVEL;
	uint64_t bits = 0;

	for (unsigned int i = 0; i < t->n; i++) {
		const struct target *one = &t->all[i];

		if (one->spec->kind == TARGET_PID)
			continue;
		if (level != NO_LEVEL && level != one->level)
			return ~0ull;
		level = one->level;
		bits |= 1ull << (one->cgroup_id & 63);
	}
	return bits;
}

void fill_cgroup(struct jinx_bpf *skel, const struct targets *t, const unsigned int *slot,
	unsigned int index)
{
	const struct target *one = &t->all[index];

	if (one->spec->kind == TARGET_PID)
		return;
	/* In between everybody takes the slow path, so that no other target is missed. */
	__atomic_store_n(&skel->bss->target_marks, ~0ull, __ATOMIC_SEQ_CST);
	__atomic_store_n(&skel->bss->target_cgroup[slot[index]], NO_CGROUP, __ATOMIC_SEQ_CST);
	__atomic_store_n(&skel->bss->target_level[slot[index]], one->level, __ATOMIC_SEQ_CST);
	if (!one->gone)
		__atomic_store_n(
			&skel->bss->target_cgroup[slot[index]], one->cgroup_id, __ATOMIC_SEQ_CST);
	__atomic_store_n(&skel->bss->target_marks, marks(t), __ATOMIC_SEQ_CST);
}

static void fill_rule(struct jinx_bpf *skel, unsigned int index, const struct fault_spec *f,
	unsigned int slot, uint64_t cap_ns, uint64_t phase_ns, uint64_t seed)
{
	skel->bss->rules[index] = (struct rule){
		.fault = f->fault,
		.target = slot,
		.chance_ppm = f->trigger.chance_ppm,
		.every = f->trigger.every,
		.after = f->trigger.after,
		.limit = f->trigger.limit,
		.cap_ns = cap_ns,
		.per = f->trigger.per,
		.from_ns = f->from_ns,
		.until_ns = f->until_ns,
		.on_ns = f->trigger.on_ns,
		.off_ns = f->trigger.off_ns,
		.ramp_ns = f->trigger.has_ramp ? (f->until_ns ?: phase_ns) - f->from_ns : 0,
		.ramp_ppm = f->trigger.ramp_ppm,
		.interval_ns = f->trigger.interval_ns,
		.after_bytes = f->trigger.after_bytes,
		.open_fds = f->trigger.open_fds,
		.end_ns = f->until_ns ?: phase_ns,
		/* Rules of one scenario must not roll the same dice. */
		.seed = seed + index * 0xd1b54a32d192ed03ull,
	};
	if (kind_of(f)->fill)
		kind_of(f)->fill(f, &skel->bss->rules[index]);
}

/* Whose calls and packets a rule is asked for. */
static void aim_rule(struct jinx_bpf *skel, unsigned int index, const struct fault_spec *f,
	const unsigned int *slot)
{
	for (unsigned int to = 0; to < MAX_TARGETS; to++) {
		if (fault_targets(f) & 1u << to)
			skel->bss->target_rules[slot[to]] |= 1ull << index;
		for (unsigned int from = 0; from < MAX_TARGETS; from++)
			if (f->partition.from[to] & 1u << from)
				skel->bss->cuts[slot[to]][slot[from]] |= 1ull << index;
	}
}

/* Of a rule's delays; spinning ones are shorter. */
static uint64_t longest(const struct plan *plan, unsigned int rule)
{
	const struct planned_rule *r = &plan->rules[rule];
	uint64_t cap = plan->scenario->max_delay_ns;

	for (unsigned int i = 0; i < r->n_bindings; i++) {
		enum mechanism m = plan->bindings[r->first_binding + i].mechanism;

		if (mechanisms[m].flags & SPINS)
			cap = cap < plan->scenario->max_spin_ns ? cap : plan->scenario->max_spin_ns;
	}
	return cap;
}

static void fill_rules(
	struct jinx_bpf *skel, const struct plan *plan, const unsigned int *slot, uint64_t seed)
{
	memset(skel->bss->bindings, 0xff, sizeof(skel->bss->bindings));
	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct fault_spec *f = plan->rules[i].fault;

		if (plan->rules[i].refused)
			continue;
		fill_rule(skel, i, f, slot[f->target], longest(plan, i),
			plan->scenario->phases[f->phase].duration_ns, seed);
		skel->bss->corruptions[i] = f->corruption;
		aim_rule(skel, i, f, slot);
	}
	for (unsigned int i = 0; i < plan->n_bindings; i++) {
		const struct binding *b = &plan->bindings[i];

		skel->bss->bindings[b->rule][b->number] = i;
		skel->bss->point_rules[b->mechanism * MAX_POINTS + b->number] |= 1ull << b->rule;
		if (mechanisms[b->mechanism].flags & AT_SYS_ENTER)
			skel->bss->at_tracepoint[b->number] = 1;
	}
}

/* Rules that count each call for itself draw for each from another stream. */
static int fill_call_states(struct jinx_bpf *skel, const struct plan *plan)
{
	int err = 0;

	for (__u32 i = 0; i < plan->n_bindings && !err; i++) {
		struct rule_state state = {.stream = plan->bindings[i].point + 1};

		err = bpf_map__update_elem(
			skel->maps.call_states, &i, sizeof(i), &state, sizeof(state), BPF_ANY);
	}
	return err;
}

/* The n-th argument of a call that is a descriptor; NO_ARGUMENT: there are not so many. */
static uint8_t descriptor_argument(const struct point_row *row, int n)
{
	for (int i = 0; i < FD_ARGUMENTS; i++)
		if (row->traits & FD(i) && !n--)
			return i;
	return NO_ARGUMENT;
}

static void fill_point(struct plan_point *ret, const struct point_row *row)
{
	*ret = (struct plan_point){.kind = row->kind,
		.hook = row->hook,
		.address_kind = row->address.kind,
		.address_argument = row->address.argument,
		.traits = row->traits,
		.amount_kind = row->amount.kind,
		.amount_argument = row->amount.argument,
		.buffer_kind = row->buffer.kind,
		.buffer_argument = row->buffer.argument,
		.offset_argument = row->buffer.offset};
	for (int n = 0; n < MAX_DESCRIPTORS; n++)
		ret->descriptors[n] = descriptor_argument(row, n);
}

static void fill_points(struct jinx_bpf *skel, const struct plan *plan)
{
	memset(skel->bss->point_of_syscall, 0xff, sizeof(skel->bss->point_of_syscall));
	for (unsigned int i = 0; i < plan->n_points; i++) {
		const struct point_row *row = &points[plan->points[i]];

		fill_point(&skel->bss->plan_points[i], row);
		if (row->syscall_nr >= 0 && row->syscall_nr < MAX_SYSCALLS)
			skel->bss->point_of_syscall[row->syscall_nr] = i;
	}
}

static void fill_subjects(struct jinx_bpf *skel, const struct caps *caps)
{
	_Static_assert(sizeof(skel->bss->hook_subjects) == sizeof(caps->subjects), "the same");
	memcpy(skel->bss->hook_subjects, caps->subjects, sizeof(caps->subjects));
}

static int fill_target(struct jinx_bpf *skel, const struct target *t, unsigned int slot)
{
	struct narrowing *n = &skel->bss->narrowings[slot];
	int err = fill_identity(skel, &n->only, &t->spec->only, t);

	if (!err)
		err = fill_identity(skel, &n->except, &t->spec->except, t);
	return err;
}

static int protect(struct jinx_bpf *skel, const struct scenario *s, const unsigned int *slot)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	unsigned int n = protected_comms(s, skel->bss->protected_names);

	for (unsigned int i = 0; i < s->n_targets; i++)
		for (unsigned int k = 0; k < n; k++)
			if (target_asks_for(&s->targets[i], skel->bss->protected_names[k]))
				skel->bss->names_asked_for[slot[i]] |= 1u << k;
	return bpf_prog_test_run_opts(bpf_program__fd(skel->progs.protect_ancestors), &opts);
}

static void fill_names(struct jinx_bpf *skel, const struct plan *plan)
{
	struct dns_test *t = skel->bss->dns_tests;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct dns *d = &plan->rules[i].fault->dns;

		for (unsigned int k = 0; k < d->n; k++, t++) {
			memcpy(t->name, d->names[k].name, sizeof(t->name));
			t->length = d->names[k].length;
			t->below = d->names[k].below;
			t->port = d->port;
			t->rules = 1ull << i;
		}
	}
}

static void fill_requests(struct jinx_bpf *skel, const struct plan *plan)
{
	struct http_test *t = skel->bss->http_tests;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct respond *r = &plan->rules[i].fault->respond;

		for (unsigned int k = 0; k < r->n; k++, t++) {
			memcpy(t->path, r->paths[k].path, sizeof(t->path));
			t->length = r->paths[k].length;
			t->begins = r->paths[k].begins;
			t->rules = 1ull << i;
		}
	}
}

static void fill_quantiles(struct jinx_bpf *skel, const struct plan *plan)
{
	bool filled[NR_DISTRIBUTIONS] = {[SPREAD_UNIFORM] = true};

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		enum distribution d = plan->rules[i].fault->delay.distribution;

		if (!filled[d])
			quantiles_fill(d, skel->bss->quantiles[d]);
		filled[d] = true;
	}
}

int fill_variables(struct jinx_bpf *skel, const struct plan *plan, const struct targets *t,
	const unsigned int *slot, uint64_t seed)
{
	int err;

	for (unsigned int i = 0; i < t->n; i++)
		fill_cgroup(skel, t, slot, i);
	fill_rules(skel, plan, slot, seed);
	metering_variables(skel, plan, slot);
	fill_quantiles(skel, plan);
	skel->bss->max_injections = plan->scenario->safety.max_injections;
	fill_names(skel, plan);
	fill_requests(skel, plan);
	fill_points(skel, plan);
	fill_subjects(skel, plan->caps);
	err = protect(skel, plan->scenario, slot);
	err = err ?: fill_call_states(skel, plan);
	err = err ?: fill_where(skel, plan, t);
	for (unsigned int i = 0; i < t->n && !err; i++)
		err = fill_target(skel, &t->all[i], slot[i]);
	return err;
}

static int fill_pid(struct bpf_map *pids, const struct target *t, unsigned int slot)
{
	__u32 tgid = t->pid, mask = 0;
	int err;

	/* Several targets may name one process; there is no entry before the first. */
	(void)bpf_map__lookup_elem(pids, &tgid, sizeof(tgid), &mask, sizeof(mask), 0);
	mask |= 1u << slot;
	err = bpf_map__update_elem(pids, &tgid, sizeof(tgid), &mask, sizeof(mask), 0);
	/* It may have ended before the entry was there to be removed; nothing is armed yet. */
	if (!err && process_has_ended(t->pidfd)) {
		err = bpf_map__delete_elem(pids, &tgid, sizeof(tgid), 0);
		err = err == -ENOENT ? 0 : err;
	}
	return err;
}

/* After the fork tracepoint is attached: a child of before is no later child. */
int fill_pids(struct jinx_bpf *skel, const struct targets *t, const unsigned int *slot)
{
	int err = 0;

	for (unsigned int i = 0; i < t->n && !err; i++)
		if (t->all[i].spec->kind == TARGET_PID)
			err = fill_pid(skel->maps.pid_targets, &t->all[i], slot[i]);
	return err;
}
