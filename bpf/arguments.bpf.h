/* SPDX-License-Identifier: GPL-2.0 */
/* The arguments of a call, at the call or at the function of user space that makes it. */
#ifndef JINX_ARGUMENTS_BPF_H
#define JINX_ARGUMENTS_BPF_H

#define AT_FDCWD (-100)
#define NO_CALL (-1) /* what is in place of a call's number when none is under way */

/* The thread is at a wrapper, and the call is that which it will make. */
SHARED __u64 wrapper_argument(__u32 n)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 *cookie = bpf_map_lookup_elem(&came_by, &thread);

	switch (cookie ? WRAPPER_LAYOUT(*cookie) : WRAPS_SAME) {
	case WRAPS_NUMBER:
		return function_argument(regs, n + 1);
	case WRAPS_FOUR:
		return n < 4 ? function_argument(regs, n) : 0;
	case WRAPS_HERE:
		return n ? function_argument(regs, n - 1) : AT_FDCWD;
	case WRAPS_GO:
		return go_argument(regs, n + 1);
	default:
		return function_argument(regs, n);
	}
}

/* Those of the kernel's function at which the thread is, which is the point; until
 * leave_arguments(). Functions of their own, for the stack's sake. */
static __noinline int note_arguments(void *ctx)
{
	struct function_arguments a = {.known = ~0ull};
	__u64 thread = bpf_get_current_pid_tgid();

	for (int i = 0; i < CALL_ARGUMENTS; i++)
		bpf_get_func_arg(ctx, i, &a.all[i]);
	return bpf_map_update_elem(&arguments, &thread, &a, BPF_ANY);
}

/* The same at a tracepoint, whose context they are. It may have fewer; the plan asks for none that
 * it hasn't. */
static __noinline int note_passed(void *ctx)
{
	struct function_arguments a = {.known = ~0ull};
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_probe_read_kernel(a.all, sizeof(a.all), ctx);
	return bpf_map_update_elem(&arguments, &thread, &a, BPF_ANY);
}

SHARED int forget_arguments(void)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return bpf_map_delete_elem(&arguments, &thread);
}

static __always_inline void take_arguments(void *ctx)
{
	if (code_arguments)
		note_arguments(ctx);
}

static __always_inline void take_passed(void *ctx)
{
	if (code_arguments)
		note_passed(ctx);
}

static __always_inline void leave_arguments(void)
{
	if (code_arguments)
		forget_arguments();
}

/* The n-th, or if the thread is at no such function the other one. */
SHARED __u64 kernel_argument(__u32 n, __u64 otherwise)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct function_arguments *a = bpf_map_lookup_elem(&arguments, &thread);

	barrier_var(n);
	return a && n < MAX_ARGUMENTS ? a->all[n] : otherwise;
}

/* Memory may be elsewhere, on a disk. What isn't known is no argument that anybody asks for. */
SHARED int argument_is_known(__u32 n)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct function_arguments *a = bpf_map_lookup_elem(&arguments, &thread);

	return !a || a->known >> (n & 63) & 1;
}

static __always_inline __u64 call_argument(struct pt_regs *regs, __u32 n)
{
	__u64 argument = wrapped && (int)syscall_number(regs) == NO_CALL
				 ? wrapper_argument(n)
				 : syscall_argument(regs, n);

	return code_arguments ? kernel_argument(n, argument) : argument;
}

#endif
