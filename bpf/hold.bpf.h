/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A target that stands still. Its threads sleep in the gate on their way to user space: those that
 * come out of a system call, as each does that waited for something, and those that run without
 * any, as soon as the timer of the cgroup's perf event finds them. One that waits in the kernel
 * need not be woken: it won't get back to its program before the end.
 */
#ifndef JINX_HOLD_BPF_H
#define JINX_HOLD_BPF_H

#define EXTENSIONS 4 /* of a pause while a thread sleeps */

/* Until when the targets, a bit each, are held, or have to pay for what they used; 0: they aren't.
 */
SHARED __u64 held_until(__u32 targets)
{
	__u64 until = 0;

	for (__u32 i = 0; i < MAX_TARGETS; i++) {
		if (!(targets >> i & 1))
			continue;
		if (held_until_ns[i] > until)
			until = held_until_ns[i];
		if (throttles[i].share_ppm && throttles[i].due_ns > until)
			until = throttles[i].due_ns;
	}
	return until;
}

/* In the thread, as it returns to user space. False: it has not slept to the end. */
static __always_inline bool sleep_held(struct gate_shared *g, __u32 index, struct gate_slot *slot)
{
	__u32 phase = gate_phase(g);
	__u64 until = held_until(current_targets()), now = bpf_ktime_get_ns();
	long access;

	if (now >= until || now > deadline_ns || until - now < spin_below_ns)
		return false;
	slot->wanted_ns = until - now;
	slot->interruptible = false;
	return sleep_in(g, index, slot, phase, &access) >= 0;
}

static int held(struct bpf_map *map, void *key, void *value)
{
	__u32 index = *(__u32 *)key;
	struct gate_shared *g = the_gate();
	struct gate_slot *slot = slot_at(index);

	if (!slot)
		return 0;
	for (int i = 0; g && i < EXTENSIONS && sleep_held(g, index, slot); i++)
		;
	__sync_lock_test_and_set(&slot->owner, 0);
	return 0;
}

/* The thread will sleep as it returns to user space. Not global: see delay(). */
static __always_inline void sleep_until(__u64 now, __u64 until)
{
	__u32 tid = bpf_get_current_pid_tgid(), tried = 0;

	if (now >= until)
		return;
	for (int i = 0; i < 2; i++) {
		bool own = false;
		__u32 index = slot_claim(tid, tried, &own);
		struct gate_slot *slot = slot_at(index);
		struct work *w = bpf_map_lookup_elem(&works, &index);

		if (!slot || !w)
			return;
		if (own) { /* a delay at the same call, or this has been arranged already */
			if (slot->rules && slot->wanted_ns < until - now)
				slot->wanted_ns += until - now;
			return;
		}
		slot->rules = 0;
		if (!schedule_resume(&w->work, held))
			return;
		__sync_lock_test_and_set(&slot->owner, 0);
		tried = ((index - tid) & (MAX_SLEEPERS - 1)) + 1;
	}
}

static __always_inline void hold(void)
{
	__u64 now = bpf_ktime_get_ns();

	if (now < held_last_ns && now <= deadline_ns)
		sleep_until(now, held_until(current_targets()));
}

/*
 * The target has used so much CPU time, on any CPU: it is paid for when its share has come to that.
 * What it did not use counts for a while, as a tick tells of time that is over.
 */
SHARED int charge(__u32 target, __u64 used_ns, __u64 now)
{
	struct throttle *t;
	__u64 due, least = now - THROTTLE_CREDIT_NS;

	if (target >= MAX_TARGETS || !throttles[target].share_ppm)
		return 0;
	t = &throttles[target];
	due = t->due_ns;
	if (due < least)
		(void)__sync_val_compare_and_swap(&t->due_ns, due, least);
	__sync_fetch_and_add(&t->due_ns, used_ns * PPM / t->share_ppm);
	return 0;
}

/* What the target's event had counted on this CPU at the last tick. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MAX_TARGETS);
	__type(key, __u32);
	__type(value, __u64);
} ticked SEC(".maps");

/* The kernel may leave ticks out (kernel.perf_event_max_sample_rate), but goes on counting. */
static __always_inline __u64 used_since(struct bpf_perf_event_data *ctx, __u32 target)
{
	__u64 *last = bpf_map_lookup_elem(&ticked, &target), used;
	struct bpf_perf_event_value now = {};

	if (!last || bpf_perf_prog_read_value(ctx, &now, sizeof(now)))
		return 0;
	/* A cgroup that has come back has an event of its own, which counts from nothing. */
	used = now.counter < *last ? now.counter : now.counter - *last;
	*last = now.counter;
	return used;
}

/* The cookie says whose event it is: nested targets have one each. */
SEC("?perf_event")
int throttle_at_tick(struct bpf_perf_event_data *ctx)
{
	__u32 target = bpf_get_attach_cookie(ctx);
	__u64 now = bpf_ktime_get_ns(), used = used_since(ctx, target);
	__u32 targets = current_targets();

	if (!targets || now > deadline_ns)
		return 0;
	charge(target, used, now);
	sleep_until(now, held_until(targets));
	return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(hold_at_exit, struct pt_regs *regs, long ret)
{
	hold();
	return 0;
}

SEC("?perf_event")
int hold_at_tick(void *ctx)
{
	hold();
	return 0;
}

#endif
