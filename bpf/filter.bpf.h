/* SPDX-License-Identifier: GPL-2.0 */
/* A rule's `where`: which of the target's calls and packets it means. */
#ifndef JINX_FILTER_BPF_H
#define JINX_FILTER_BPF_H

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
	default:
		return a >= b;
	}
}

static __always_inline bool arguments_match(const struct filter *f, struct pt_regs *regs)
{
	for (__u32 i = 0; i < MAX_FILTERS; i++) {
		const struct argument_test *t = &f->arguments[i];

		if (i < f->n_arguments &&
			!compare(syscall_argument(regs, t->argument), t->comparison, t->value))
			return false;
	}
	return true;
}

static __always_inline bool thread_matches(const struct filter *f)
{
	__u64 id = bpf_get_current_pid_tgid();

	return f->thread == (id >> 32 == (__u32)id ? THREAD_MAIN : THREAD_OTHER);
}

static __always_inline bool descriptor_matches(
	const struct filter *f, struct pt_regs *regs, __u32 descriptor, __u32 address)
{
	struct peer p = {};
	struct file *file;

	if (descriptor == NO_ARGUMENT)
		return false;
	file = file_of(syscall_argument(regs, descriptor));
	if (!file)
		return false;
	if (f->asks & FILTER_FD && !(f->fd_kinds >> kind_of(file) & 1))
		return false;
	if (!(f->asks & (FILTER_PORT | FILTER_CIDR)))
		return true;
	if (kind_of(file) != FD_SOCKET)
		return false;
	read_sock(file, &p);
	if (address != NO_ARGUMENT)
		read_address(syscall_argument(regs, address), &p);
	return peer_matches(f, &p);
}

/* 1 when the current thread's call at this point has what the rule asks for, but for paths. */
SHARED int call_matches(__u32 rule, __u32 point)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	const struct filter *f;
	__u32 descriptor, address;

	if (rule >= MAX_RULES || point >= NR_POINTS)
		return 0;
	/* At once: later the verifier has forgotten the bounds. */
	descriptor = fd_argument[point];
	address = address_argument[point];
	f = &filters[rule];
	if (f->asks & FILTER_THREAD && !thread_matches(f))
		return 0;
	if (f->asks & FILTER_WHO && !identity_matches(&f->who))
		return 0;
	if (f->asks & FILTER_ARGUMENT && !arguments_match(f, regs))
		return 0;
	if (!(f->asks & (FILTER_FD | FILTER_PORT | FILTER_CIDR)))
		return 1;
	return descriptor_matches(f, regs, descriptor, address);
}

#endif
