/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The gate, the kernel's side of it: how a thread is put to sleep. A sleepable program reads a page
 * of a file that the gate's server (user/kernel/gate_server.c) serves, through another process's
 * mapping; the page fault lasts until the server answers, and it answers when the time is over.
 */
#ifndef JINX_GATE_BPF_H
#define JINX_GATE_BPF_H

#define SLOT_TRIES 64

struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;
void bpf_task_release(struct task_struct *p) __ksym __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct gate_shared);
} gate SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* user space sets it to MAX_SLEEPERS when there are delays */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct gate_slot);
} slots SEC(".maps");

/* Beside the slots, as a map with a field of the kernel's can't be mapped into memory. */
struct work {
	struct bpf_task_work work;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* as slots */
	__type(key, __u32);
	__type(value, struct work);
} works SEC(".maps");

static __always_inline struct gate_shared *the_gate(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&gate, &zero);
}

static __always_inline struct gate_slot *slot_at(__u32 index)
{
	return bpf_map_lookup_elem(&slots, &index);
}

/*
 * The thread's own slot, or a free one that is the thread's from now on; *ret_own tells which.
 * MAX_SLEEPERS when there is none. `after` tries to leave out.
 */
static __always_inline __u32 slot_claim(__u32 tid, __u32 after, bool *ret_own)
{
	for (__u32 i = after; i < SLOT_TRIES; i++) {
		__u32 index = (tid + i) & (MAX_SLEEPERS - 1);
		struct gate_slot *slot = slot_at(index);
		__u64 owner;

		if (!slot)
			break;
		owner = __sync_val_compare_and_swap(&slot->owner, 0, tid);
		*ret_own = owner == tid;
		if (!owner || owner == tid)
			return index;
	}
	return MAX_SLEEPERS;
}

static long spin_step(__u32 i, void *until)
{
	return bpf_ktime_get_ns() >= *(__u64 *)until;
}

/* At most some 100 ms: bpf_loop() has its limit (kernel/bpf/bpf_iter.c: BPF_MAX_LOOPS, 6.12). */
static __always_inline void spin_until(__u64 until_ns)
{
	bpf_loop(1 << 23, spin_step, &until_ns, 0);
}

/*
 * The server is told to answer a bit too early, by what answering and waking took lately. Too late
 * moves it slowly, too early quickly: most wake-ups are late by a little and need no spinning.
 */
static __always_inline void adjust_lead(struct gate_shared *g, __s64 late_ns)
{
	__s64 lead = g->lead_ns;

	if (late_ns > 2 * (__s64)MAX_LEAD_NS)
		late_ns = 2 * MAX_LEAD_NS;
	lead += late_ns > 0 ? late_ns >> 4 : late_ns >> 1;
	if (lead < 0)
		lead = 0;
	if (lead > (__s64)MAX_LEAD_NS)
		lead = MAX_LEAD_NS;
	g->lead_ns = lead;
}

/* Who holds the gate's mapping, for programs that may look for a process by its number. */
static __always_inline struct task_struct *mapper_by_pid(struct gate_shared *g)
{
	return bpf_task_from_pid && bpf_task_release ? bpf_task_from_pid(g->mapper) : NULL;
}

/* Sleeps until slot->until_ns, or until the gate or a signal ends it. Returns the access's error.
 */
static __always_inline long pass_gate(
	struct gate_shared *g, __u32 index, struct task_struct *mapper)
{
	long ret;
	char byte;

	__sync_fetch_and_add(&g->entered, 1);
	ret = bpf_copy_from_user_task(
		&byte, 1, (void *)(g->address + (__u64)index * g->page_size), mapper, 0);
	__sync_fetch_and_add(&g->left, 1);
	return ret;
}

/*
 * To be read before the look at what is armed: who was late for the end of that phase is sent on
 * by the server, even if the next one has begun. An atomic operation, as it must not be read later.
 */
static __always_inline __u32 gate_phase(struct gate_shared *g)
{
	return __sync_fetch_and_add(&g->phase, 0);
}

/*
 * Sleeps for slot->wanted_ns from now, if it is still the gate's `phase`. Returns how much too long
 * it was, or -1 when it was cut short.
 */
static __always_inline __s64 sleep_by(struct gate_shared *g, __u32 index, struct gate_slot *slot,
	__u32 phase, struct task_struct *mapper, long *ret_access)
{
	__u64 until = bpf_ktime_get_ns() + slot->wanted_ns;
	__s64 late;

	slot->phase = phase;
	slot->until_ns = until;
	*ret_access = pass_gate(g, index, mapper);
	late = bpf_ktime_get_ns() - until;
	if (late < -(__s64)MAX_LEAD_NS)
		return -1;
	adjust_lead(g, late);
	if (late < 0) {
		spin_until(until);
		late = bpf_ktime_get_ns() - until;
	}
	return late;
}

static __always_inline __s64 sleep_in(
	struct gate_shared *g, __u32 index, struct gate_slot *slot, __u32 phase, long *ret_access)
{
	struct task_struct *mapper = mapper_by_pid(g);
	__s64 late;

	*ret_access = -1;
	if (!mapper)
		return -1;
	late = sleep_by(g, index, slot, phase, mapper, ret_access);
	bpf_task_release(mapper);
	return late;
}

#endif
