/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The books of the kernel side: which rules wait at a point, the counters of each at each, what
 * rules remember of the calls so far, and the events that tell of injections.
 */
#ifndef JINX_ACCOUNT_BPF_H
#define JINX_ACCOUNT_BPF_H

static __always_inline void count(__u64 *counter)
{
	/* Per-CPU, but a thread can be preempted between load and store. */
	__sync_fetch_and_add(counter, 1);
}

/* Of whatever target. */
static __always_inline __u64 rules_waiting(__u32 mechanism, __u32 point)
{
	__u32 row = mechanism * MAX_POINTS + point;

	/* Or clang leaves the second test out, as the first one implies it, and the verifier can't
	 * tell. */
	barrier_var(row);
	if (point >= MAX_POINTS || row >= NR_MECHANISMS * MAX_POINTS)
		return 0;
	return point_rules[row] & armed;
}

static __always_inline __u64 rules_of_targets(__u32 targets)
{
	__u64 rules = 0;

	for (int i = 0; i < MAX_TARGETS; i++)
		if (targets & (1u << i))
			rules |= target_rules[i];
	return rules;
}

static __always_inline __u64 rules_at(__u32 mechanism, __u32 point, __u32 targets)
{
	__u64 waiting = rules_waiting(mechanism, point);

	return waiting ? rules_of_targets(targets) & waiting : 0;
}

static __always_inline struct counters *counters_at(__u32 rule, __u32 point)
{
	__u32 row;

	if (rule >= MAX_RULES || point >= MAX_POINTS)
		return 0;
	row = bindings[rule][point];
	return bpf_map_lookup_elem(&counters, &row);
}

static __always_inline void settle(struct counters *row, enum reason reason)
{
	if (reason < NR_REASONS)
		count(&row->by_reason[reason]);
}

static __always_inline struct event *event_begin(__u32 rule, __u32 mechanism, __u32 point)
{
	struct event *e;

	if (!events_size)
		return 0;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e) {
		count(&events_lost);
		return 0;
	}
	__builtin_memset(e, 0, sizeof(*e));
	e->time_ns = bpf_ktime_get_ns();
	e->rule = rule;
	e->point = point;
	e->mechanism = mechanism;
	return e;
}

/* Whether jinx must be woken to take events: once each time that a quarter of the buffer is full.
 */
static __always_inline bool must_wake(void)
{
	return !events_told && bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > events_size / 4 &&
	       !__sync_lock_test_and_set(&events_told, 1);
}

/*
 * jinx looks by itself every tick. A wake-up an event would cost ten times the event, and let jinx
 * preempt the target inside this program; while a tracing program is under way on a CPU the kernel
 * skips it for everybody else there (kernel/bpf/trampoline.c: __bpf_prog_enter_recur).
 */
static __always_inline void event_end(struct event *e)
{
	bpf_ringbuf_submit(e, must_wake() ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

static __always_inline struct rule_state *state_of_call(__u32 index, __u32 point)
{
	__u32 row;

	if (index >= MAX_RULES || point >= MAX_POINTS)
		return 0;
	row = bindings[index][point];
	return bpf_map_lookup_elem(&call_states, &row);
}

static __always_inline struct rule_state *state_of_task(__u32 index)
{
	struct task_rule key = {
		bpf_get_current_task_btf()->start_boottime, bpf_get_current_pid_tgid(), index};
	struct rule_state *state = bpf_map_lookup_elem(&task_states, &key);

	if (state || index >= MAX_RULES)
		return state;
	bpf_map_update_elem(&task_states, &key, &states[MAX_RULES], BPF_NOEXIST);
	state = bpf_map_lookup_elem(&task_states, &key);
	if (state)
		state->stream = __sync_fetch_and_add(&states[index].tasks, 1) + 1;
	return state;
}

/* What the rule remembers of the calls that are counted with this one. */
static __always_inline struct rule_state *state_of(__u32 index, __u32 per, __u32 point)
{
	if (per == PER_CALL)
		return state_of_call(index, point);
	if (per == PER_TASK)
		return state_of_task(index);
	return index < MAX_RULES ? &states[index] : 0;
}

#endif
