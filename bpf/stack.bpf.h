/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions in the call chain of the current thread. User frames are followed by their frame
 * pointers, as the kernel does it (arch/x86/events/core.c: perf_callchain_user); kernel frames the
 * kernel finds.
 */
#ifndef JINX_STACK_BPF_H
#define JINX_STACK_BPF_H

struct mapped {
	__u64 address, offset;
	struct file_id file;
};

static long look_at_vma(struct task_struct *task, struct vm_area_struct *vma, void *context)
{
	struct mapped *m = context;
	__u64 start = BPF_CORE_READ(vma, vm_start), pages = BPF_CORE_READ(vma, vm_pgoff);

	read_id(BPF_CORE_READ(vma, vm_file, f_inode), &m->file);
	m->offset = m->address - start + pages * page_size;
	return 0;
}

/* Adds the rules that ask for the function at this place. */
static __always_inline void look_at_place(
	const struct file_id *file, __u64 offset, struct askers *found)
{
	for (int i = 0; i < MAX_STACK_TESTS; i++) {
		const struct stack_test *t = &stack_tests[i];

		if (!(t->by.rules | t->by.barred))
			break;
		if (!same_file(&t->file, file) || offset < t->low || offset >= t->high)
			continue;
		found->rules |= t->by.rules;
		found->barred |= t->by.barred;
	}
}

SHARED int look_at_user_address(__u64 address, struct askers *found)
{
	struct mapped m = {.address = address};

	if (!found || !address ||
		bpf_find_vma(bpf_get_current_task_btf(), address, look_at_vma, &m, 0) ||
		!m.file.inode)
		return 0;
	look_at_place(&m.file, m.offset, found);
	return 0;
}

struct walk {
	__u64 frame;
	struct askers found;
};

static long user_frame(__u32 n, void *context)
{
	struct walk *w = context;
	__u64 frame[2]; /* the caller's frame, the address to return to */

	if (bpf_probe_read_user(frame, sizeof(frame), (void *)w->frame))
		return 1;
	look_at_user_address(frame[1], &w->found);
	if (frame[0] <= w->frame) /* the stack grows down: its end, or nonsense */
		return 1;
	w->frame = frame[0];
	return 0;
}

SHARED int look_at_user_stack(struct askers *found)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct walk w = {user_frame_pointer(regs), {}};
	__u64 caller = user_caller(regs);

	if (!found)
		return 0;
	/*
	 * The C library's wrapper of a call makes no frame, so that the chain of frames leaves out
	 * who called it.
	 */
	look_at_user_address(PT_REGS_IP_CORE(regs), &w.found);
	look_at_user_address(caller, &w.found);
	bpf_loop(MAX_FRAMES, user_frame, &w, 0);
	*found = w.found;
	return 0;
}

static __always_inline struct kernel_stack *claim_stack(void)
{
	__u32 first = bpf_get_smp_processor_id();
	__u64 tid = bpf_get_current_pid_tgid();

	for (__u32 i = 0; i < 8; i++) {
		__u32 key = (first * 8 + i) & (MAX_STACKS - 1);
		struct kernel_stack *s = bpf_map_lookup_elem(&kernel_stacks, &key);

		if (s && !__sync_val_compare_and_swap(&s->owner, 0, tid))
			return s;
	}
	return 0;
}

struct kernel_walk {
	struct kernel_stack *stack;
	struct askers found;
	__u32 n;
};

static long kernel_frame(__u32 i, void *context)
{
	const struct file_id none = {};
	struct kernel_walk *w = context;

	if (i >= w->n || i >= MAX_FRAMES)
		return 1;
	look_at_place(&none, w->stack->frames[i], &w->found);
	return 0;
}

SHARED int look_at_kernel_stack(struct askers *found)
{
	struct kernel_walk w = {};
	long size;

	w.stack = found ? claim_stack() : 0;
	if (!w.stack || !found)
		return 0;
	size = bpf_get_task_stack(
		bpf_get_current_task_btf(), w.stack->frames, sizeof(w.stack->frames), 0);
	if (size > 0) {
		w.n = size / sizeof(w.stack->frames[0]);
		bpf_loop(MAX_FRAMES, kernel_frame, &w, 0);
	}
	__sync_lock_test_and_set(&w.stack->owner, 0);
	found->rules |= w.found.rules;
	found->barred |= w.found.barred;
	return 0;
}

/*
 * The rules that mean one of the functions in the call chain, or ask for none. `in_kernel`: not for
 * what runs with preemption off in a program that may sleep: there the kernel takes
 * bpf_get_task_stack() for what sleeps (7.3), even in a branch that is never taken.
 */
static __always_inline __u64 rules_by_stack(bool in_kernel)
{
	struct askers found = {};

	if (walks_user)
		look_at_user_stack(&found);
	if (in_kernel && walks_kernel)
		look_at_kernel_stack(&found);
	return (~ASKING(FILTER_STACK) | found.rules) & ~found.barred;
}

#endif
