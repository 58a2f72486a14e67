/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Delays. Where the kernel lets a thread do work on its way back to user space (task work) the
 * delay is decided at the call's entry and slept at its end; else the program itself sleeps, which
 * only some may (sleep.bpf.h), or spins.
 */
#ifndef JINX_DELAY_BPF_H
#define JINX_DELAY_BPF_H

static __always_inline void note_sleep(__u32 rule, __s64 late_ns)
{
	struct sleeps *s = bpf_map_lookup_elem(&sleeps, &rule);
	__u32 bucket;

	if (!s)
		return;
	if (late_ns < 0) {
		count(&s->cut_short);
		return;
	}
	bucket = histogram_bucket(late_ns);
	count(&s->slept);
	__sync_fetch_and_add(&s->late_sum_ns, late_ns);
	if (s->late_max_ns < (__u64)late_ns)
		s->late_max_ns = late_ns;
	if (bucket < HISTOGRAM_BUCKETS)
		count(&s->late[bucket]);
}

struct sleepers {
	__u64 rules;
	__s64 late_ns;
};

static long note_step(__u32 rule, void *context)
{
	struct sleepers *s = context;

	if (s->rules >> (rule & (MAX_RULES - 1)) & 1)
		note_sleep(rule, s->late_ns);
	return 0;
}

static __always_inline void note_sleeps(__u64 rules, __s64 late_ns)
{
	struct sleepers s = {rules, late_ns};

	bpf_loop(MAX_RULES, note_step, &s, 0);
}

/* Returns by how much it was too long. */
static __always_inline __s64 spin_for(__u64 wanted_ns)
{
	__u64 until = bpf_ktime_get_ns() + wanted_ns;

	spin_until(until);
	return bpf_ktime_get_ns() - until;
}

/* The phase may have ended while the call was under way. */
static __always_inline bool still_sleeps(const struct gate_slot *slot)
{
	return slot->rules & armed && bpf_ktime_get_ns() <= deadline_ns;
}

static __always_inline void slot_leave(struct gate_slot *slot, __s64 late_ns)
{
	note_sleeps(slot->rules, late_ns);
	slot->rules = 0;
	__sync_lock_test_and_set(&slot->owner, 0);
}

/* In a thread that may sleep and owns the slot. */
static __always_inline void sleep_off(__u32 index, struct gate_slot *slot)
{
	struct gate_shared *g = the_gate();
	__u32 phase = g ? gate_phase(g) : 0;
	__u64 began = bpf_ktime_get_ns();
	__s64 late = -1;
	long access;

	if (g && still_sleeps(slot))
		late = slot->wanted_ns < spin_below_ns ? spin_for(slot->wanted_ns)
						       : sleep_in(g, index, slot, phase, &access);
	slot_leave(slot, late);
	meter_injected(bpf_ktime_get_ns() - began, true);
}

static int resumed(struct bpf_map *map, void *key, void *value)
{
	__u32 index = *(__u32 *)key;
	struct gate_slot *slot = slot_at(index);

	if (slot)
		sleep_off(index, slot);
	return 0;
}

static __always_inline void slot_fill(struct gate_slot *slot, __u32 rule, __u64 wanted_ns)
{
	slot->wanted_ns = wanted_ns;
	slot->interruptible = rules[rule & (MAX_RULES - 1)].interruptible;
	slot->rules = 1ull << (rule & (MAX_RULES - 1));
}

static __always_inline void slot_add(struct gate_slot *slot, __u32 rule, __u64 wanted_ns)
{
	slot->wanted_ns += wanted_ns;
	slot->interruptible &= rules[rule & (MAX_RULES - 1)].interruptible;
	slot->rules |= 1ull << (rule & (MAX_RULES - 1));
}

/* The thread will sleep as it returns to user space. */
static __always_inline bool defer(__u32 rule, __u64 wanted_ns)
{
	__u32 tid = bpf_get_current_pid_tgid(), tried = 0;

	for (int i = 0; i < 2; i++) {
		bool own = false;
		__u32 index = slot_claim(tid, tried, &own);
		struct gate_slot *slot = slot_at(index);
		struct work *w = bpf_map_lookup_elem(&works, &index);

		if (!slot || !w)
			return false;
		if (own) { /* a second rule at the same call */
			slot_add(slot, rule, wanted_ns);
			return true;
		}
		slot_fill(slot, rule, wanted_ns);
		if (!schedule_resume(&w->work, resumed)) {
			meter_put_off();
			return true;
		}
		/* Its last user is about to leave it. */
		slot->rules = 0;
		__sync_lock_test_and_set(&slot->owner, 0);
		tried = ((index - tid) & (MAX_SLEEPERS - 1)) + 1;
	}
	return false;
}

/* To the end of the rule or its phase; where that has none the gate is opened before. */
static __always_inline __u64 wanted_hang(const struct rule *rule)
{
	__u64 since = bpf_ktime_get_ns() - phase_began_ns;

	if (!rule->end_ns)
		return MAX_DELAY_NS;
	return since < rule->end_ns ? rule->end_ns - since : 0;
}

static __always_inline __u64 wanted_delay(const struct attempt *b)
{
	__u32 distribution = b->rule->distribution;

	if (b->rule->fault == FAULT_HANG)
		return wanted_hang(b->rule);
	if (replaying)
		return b->recorded ? *b->recorded : 0;
	return distribution < NR_DISTRIBUTIONS
		       ? draw_delay(b->rule, quantiles[distribution], &b->draw)
		       : 0;
}

/* The delays at one call. */
struct delays_here {
	__u64 pending;
	__u32 mechanism, point;
	bool left;     /* for a clone, already */
	bool locked;   /* see sleep_at() */
	__u64 fitting; /* see rules_that_fit() */
	__u64 known;   /* see known_of_call() */
};

/* What is left for a clone is settled when it takes it over, or when it didn't. */
struct settling {
	__u64 rules;
	__u32 point;
	enum reason reason;
	__u64 wanted_ns;
};

static long settle_step(__u32 rule, void *context)
{
	struct settling *s = context;
	struct counters *row;

	if (rule >= MAX_RULES || !(s->rules >> rule & 1))
		return 0;
	row = counters_at(rule, s->point);
	if (row)
		settle(row, s->reason);
	if (s->reason == REASON_INJECTED)
		tell_call(0, rule, MECHANISM_CLONES, s->point, s->wanted_ns);
	return 0;
}

static __always_inline void settle_left(const struct gate_slot *slot, enum reason reason)
{
	struct settling s = {slot->rules, slot->point, reason, slot->wanted_ns};

	bpf_loop(MAX_RULES, settle_step, &s, 0);
}

/* A clone (linger.bpf.c) is called next, if the kernel doesn't skip it, and finds what is to do. */
static __always_inline bool leave_to_clone(struct delays_here *d, __u32 rule, __u64 wanted_ns)
{
	__u32 tid = bpf_get_current_pid_tgid();
	bool own = false;
	struct gate_slot *slot = slot_at(slot_claim(tid, 0, &own));

	if (!slot)
		return false;
	if (own && d->left) {
		slot_add(slot, rule, wanted_ns);
		return true;
	}
	if (own && slot->rules) /* of the thread's last call: the clone was skipped */
		settle_left(slot, REASON_RECURSION);
	slot_fill(slot, rule, wanted_ns);
	slot->point = d->point;
	d->left = true;
	return true;
}

static __always_inline void delay_rule(struct delays_here *d, __u32 index)
{
	struct attempt b = {};
	__u64 wanted;

	aim_attempt(&b, index, d->point, d->fitting, d->known, false);
	if (!b.rule)
		return;
	wanted = wanted_delay(&b);
	if (b.reason == REASON_INJECTED && d->mechanism == MECHANISM_CLONES) {
		if (leave_to_clone(d, index, wanted))
			return;
		b.reason = REASON_REFUSED;
	} else if (b.reason == REASON_INJECTED && resumes && wanted >= spin_at_once_ns) {
		if (!defer(index, wanted))
			b.reason = REASON_REFUSED;
	} else if (b.reason == REASON_INJECTED) {
		__s64 late = spin_for(wanted);

		note_sleep(index, late);
		meter_injected(wanted + late, false);
		meter_injected_at(d->point, wanted + late);
	}
	settle(b.row, b.reason);
	if (b.reason == REASON_INJECTED)
		tell_call(&b, index, d->mechanism, d->point, wanted);
}

static long delay_step(__u32 rule, void *context)
{
	struct delays_here *d = context;

	if (rule < MAX_RULES && d->pending >> rule & 1)
		delay_rule(d, rule);
	return 0;
}

/*
 * For a thread that can't sleep here. Not global: the verifier takes a global function that
 * arranges for a later sleep for one that sleeps (kernel/bpf/verifier.c:
 * mark_subprog_might_sleep, 6.18). Not a loop either: it would go through every round of it, in
 * each program.
 */
static __noinline int delay(__u32 mechanism, __u32 point, __u32 targets)
{
	struct delays_here d = {.pending = rules_at(mechanism, point, targets),
		.mechanism = mechanism,
		.point = point};

	if (!d.pending)
		return 0;
	d.fitting = rules_that_fit_call(d.pending, point);
	d.known = known_of_call(d.pending, 0);
	bpf_loop(MAX_RULES, delay_step, &d, 0);
	return 0;
}

struct missing {
	__u64 pending, fitting, known;
	__u32 point;
};

static long missed_step(__u32 index, void *context)
{
	struct missing *m = context;
	struct counters *row;

	if (index >= MAX_RULES || !(m->pending >> index & 1))
		return 0;
	row = counters_at(index, m->point);
	if (!row)
		return 0;
	count(&row->eligible);
	if (!narrowing_matches(rules[index].target, m->known >> TEXTS_SHIFT) ||
		(filtering && !is_meant(index, m->fitting, m->known)))
		return 0;
	count(&row->matched);
	settle(row, REASON_MISSED);
	return 0;
}

/* At the entry of a call: if the thread has come by no wrapper its delay is lost, and told. */
SHARED int count_missed(__u32 point, __u32 targets)
{
	struct missing m = {.pending = rules_at(MECHANISM_UPROBE_SLEEP, point, targets) |
				       rules_at(MECHANISM_SHORTEN, point, targets),
		.point = point};
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 *cookie;

	if (!m.pending)
		return 0;
	cookie = bpf_map_lookup_elem(&came_by, &thread);
	if (cookie && WRAPPER_POINT(*cookie) == point) {
		bpf_map_delete_elem(&came_by, &thread);
		return 0;
	}
	note_strangers(STRANGER_MISSED, targets);
	m.fitting = rules_that_fit_call(m.pending, point);
	m.known = known_of_call(m.pending, 0);
	bpf_loop(MAX_RULES, missed_step, &m, 0);
	return 0;
}

/* What a program at the entry of a call does for a target. */
static __always_inline void enter(enum mechanism sees, enum mechanism sleeps, enum mechanism spins,
	__u32 point, __u32 targets)
{
	strike(sees, point, targets, 0);
	if (wrapped)
		count_missed(point, targets);
	if (!delays)
		return;
	delay(resumes ? sleeps : spins, point, targets);
	if (clones && sleeps == MECHANISM_TASK_WORK)
		delay(MECHANISM_CLONES, point, targets);
}

#endif
