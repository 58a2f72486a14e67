/* SPDX-License-Identifier: GPL-2.0 */
/* A rule's `where`: which of the target's calls and packets it means. */
#ifndef JINX_FILTER_BPF_H
#define JINX_FILTER_BPF_H

/* The point of the current thread's call; NO_POINT for none, or a 32-bit one. */
static __always_inline __u32 call_under_way(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	long nr = syscall_number((struct pt_regs *)bpf_task_pt_regs(task));

	return in_compat_syscall(task) || nr < 0 || nr >= MAX_SYSCALLS ? NO_POINT
								       : point_of_syscall[nr];
}

static __always_inline bool compare(__u64 a, __u32 comparison, __u64 b)
{
	switch (comparison) {
	case IS_EQUAL:
		return a == b;
	case IS_NOT:
		return a != b;
	case IS_LESS:
		return a < b;
	case IS_AT_MOST:
		return a <= b;
	case IS_MORE:
		return a > b;
	case HAS_BITS:
		return a & b;
	default:
		return a >= b;
	}
}

static __always_inline bool argument_matches(const struct argument_test *t, struct pt_regs *regs)
{
	return (!code_arguments || argument_is_known(t->argument)) &&
	       compare(call_argument(regs, t->argument), t->comparison, t->value);
}

static __always_inline bool arguments_match(const struct filter *f, struct pt_regs *regs)
{
	for (__u32 i = 0; i < MAX_FILTERS; i++)
		if (i < f->n_arguments && !argument_matches(&f->arguments[i], regs))
			return false;
	return true;
}

static __always_inline bool thread_matches(const struct filter *f)
{
	__u64 id = bpf_get_current_pid_tgid();

	return f->thread & (id >> 32 == (__u32)id ? THREAD_MAIN : THREAD_OTHER);
}

/*
 * The rules whose `where` means what the call at this point is about, as far as its entry tells;
 * asked only for those that are pending.
 */
static __always_inline __u64 rules_by_call(__u64 pending, __u32 point)
{
	__u64 fitting = ~0ull;

	if (pending & rules_with_fd)
		fitting &= rules_by_kind_of_call(point);
	if (pending & rules_with_path)
		fitting &= rules_by_path_of_call(point);
	if (pending & rules_with_peer)
		fitting &= rules_by_peer_of_call(point);
	return fitting;
}

/* All that the filter asks of the caller and the arguments holds; or none of it. */
static __always_inline bool caller_agrees(
	const struct filter *f, struct pt_regs *regs, __u32 texts, bool wanted)
{
	if (f->asks & FILTER_THREAD && thread_matches(f) != wanted)
		return false;
	if (f->asks & FILTER_ARGUMENT && arguments_match(f, regs) != wanted)
		return false;
	return !(f->asks & FILTER_WHO) || identity_agrees(&f->who, texts, wanted);
}

/* 1 when the current thread and its arguments are such as the rule means. */
SHARED int caller_matches(__u32 rule, __u32 texts)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	if (rule >= MAX_RULES)
		return 0;
	return caller_agrees(&filters[rule], regs, texts, true) &&
	       caller_agrees(&nots[rule], regs, texts, false);
}

#endif
