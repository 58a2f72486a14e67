/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The gate for programs at user functions. They may sleep, but not look for a process by its number
 * (their type is that of kprobes: kernel/trace/bpf_trace.c, kernel/bpf/helpers.c: generic_btf_ids
 * is not theirs, 6.12). So jinx puts a reference to the mapper into a map, before anything is
 * attached, and it stays there until the map goes.
 */
#ifndef JINX_HOLDER_BPF_H
#define JINX_HOLDER_BPF_H

void bpf_rcu_read_lock(void) __ksym __weak;
void bpf_rcu_read_unlock(void) __ksym __weak;
void bpf_preempt_disable(void) __ksym __weak;
void bpf_preempt_enable(void) __ksym __weak;

/* The kernel keeps stacks of programs at user functions by CPU: see UNDISTURBED(). */
const volatile bool private_stacks;

/* Without the tag, which clang writes from version 15 on, the kernel sees a plain number here. */
#define HELD __attribute__((btf_type_tag("kptr")))

struct holder {
	struct task_struct HELD *mapper;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct holder);
} holders SEC(".maps");

/*
 * What the kernel hands out of the map may only be used under RCU, where nobody sleeps. A pointer
 * that is read of it through fields of which the verifier knows nothing has no such condition
 * (kernel/bpf/verifier.c: check_ptr_to_btf_access, 6.12), and this one leads back to the process.
 */
static __always_inline struct task_struct *held_mapper(void)
{
	__u32 zero = 0;
	struct holder *h = bpf_map_lookup_elem(&holders, &zero);
	struct task_struct *held, *mapper = NULL;

	if (!h || !bpf_rcu_read_lock || !bpf_rcu_read_unlock)
		return NULL;
	bpf_rcu_read_lock();
	held = h->mapper;
	if (held)
		mapper = held->signal->curr_target;
	bpf_rcu_read_unlock();
	return mapper;
}

/*
 * From Linux 6.13 on a function of a program of this type that needs 64 bytes of stack or more has
 * them in memory of the CPU's, although the program may sleep or be preempted, and the next thread
 * there overwrites them (kernel/bpf/verifier.c: bpf_enable_priv_stack, BPF_PRIV_STACK_MIN_SIZE).
 * So what needs more is done where no other thread comes in between, and what sleeps needs less.
 * Not every kernel lets functions of the program's own be called there (6.12 doesn't, and needn't);
 * holder.bpf.c tries it.
 */
#define UNDISTURBED(what)                      \
	({                                     \
		__u64 _ret;                    \
		if (private_stacks)            \
			bpf_preempt_disable(); \
		_ret = (what);                 \
		if (private_stacks)            \
			bpf_preempt_enable();  \
		_ret;                          \
	})

/* sleep_in() for these programs. */
static __always_inline __s64 sleep_by_reference(
	struct gate_shared *g, __u32 index, struct gate_slot *slot, __u32 phase, long *ret_access)
{
	struct task_struct *mapper = held_mapper();

	*ret_access = -1;
	return mapper ? sleep_by(g, index, slot, phase, mapper, ret_access) : -1;
}

#endif
