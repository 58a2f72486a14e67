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

/* Until when the targets, a bit each, are held; 0: they aren't. */
SHARED __u64 held_until(__u32 targets)
{
	__u64 until = 0;

	for (__u32 i = 0; i < MAX_TARGETS; i++)
		if (targets >> i & 1 && held_until_ns[i] > until)
			until = held_until_ns[i];
	return until;
}

/* In the thread, as it returns to user space. False: it has not slept to the end. */
static __always_inline bool sleep_held(struct gate_shared *g, __u32 index, struct slot *slot)
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
	struct slot *slot = slot_at(index);

	if (!slot)
		return 0;
	for (int i = 0; g && i < EXTENSIONS && sleep_held(g, index, slot); i++)
		;
	__sync_lock_test_and_set(&slot->owner, 0);
	return 0;
}

/* The thread will sleep as it returns to user space. Not global: see delay(). */
static __always_inline void hold(void)
{
	__u32 tid = bpf_get_current_pid_tgid(), tried = 0;
	__u64 now = bpf_ktime_get_ns(), until;

	if (now >= held_last_ns || now > deadline_ns)
		return;
	until = held_until(current_targets());
	if (now >= until)
		return;
	for (int i = 0; i < 2; i++) {
		bool own = false;
		__u32 index = slot_claim(tid, tried, &own);
		struct slot *slot = slot_at(index);
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
