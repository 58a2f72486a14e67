/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between kernels and architectures, and nowhere else. */
#ifndef JINX_COMPAT_BPF_H
#define JINX_COMPAT_BPF_H

/*
 * bpf_set_retval() with the argument as wide as the register: since 7.3 the verifier wants to see
 * that it is an errno, and an int comes to it zero-extended.
 */
static long (*const set_retval)(long error) = (void *)BPF_FUNC_set_retval;

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h */
#define O_DIRECT 040000	 /* include/uapi/asm-generic/fcntl.h */

/* A 32-bit call: its number means something else. */
static __always_inline bool in_compat_syscall(struct task_struct *task)
{
	return task->thread_info.status & TS_COMPAT;
}

static __always_inline long syscall_number(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, orig_ax);
}

static __always_inline __u64 user_frame_pointer(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, bp);
}

static __always_inline __u64 user_stack_pointer(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, sp);
}

#define POPPED_BY_RETURN 8 /* the address, from the stack */

/* Where a function without a frame of its own returns to. */
static __always_inline __u64 user_caller(struct pt_regs *regs)
{
	__u64 caller = 0;

	bpf_probe_read_user(&caller, sizeof(caller), (void *)BPF_CORE_READ(regs, sp));
	return caller;
}

/* The arguments of the call under way, 0 to 5. */
static __always_inline __u64 syscall_argument(struct pt_regs *regs, __u32 n)
{
	switch (n) {
	case 0:
		return BPF_CORE_READ(regs, di);
	case 1:
		return BPF_CORE_READ(regs, si);
	case 2:
		return BPF_CORE_READ(regs, dx);
	case 3:
		return BPF_CORE_READ(regs, r10);
	case 4:
		return BPF_CORE_READ(regs, r8);
	default:
		return BPF_CORE_READ(regs, r9);
	}
}

/* The arguments of a C function at its first instruction, 0 to 6. */
static __always_inline __u64 function_argument(struct pt_regs *regs, __u32 n)
{
	__u64 value = 0;

	if (n == 3)
		return BPF_CORE_READ(regs, cx);
	if (n < 6)
		return syscall_argument(regs, n);
	bpf_probe_read_user(&value, sizeof(value), (void *)(BPF_CORE_READ(regs, sp) + 8));
	return value;
}

/* Those of a Go function (ABIInternal). */
static __always_inline __u64 go_argument(struct pt_regs *regs, __u32 n)
{
	switch (n) {
	case 0:
		return BPF_CORE_READ(regs, ax);
	case 1:
		return BPF_CORE_READ(regs, bx);
	case 2:
		return BPF_CORE_READ(regs, cx);
	case 3:
		return BPF_CORE_READ(regs, di);
	case 4:
		return BPF_CORE_READ(regs, si);
	case 5:
		return BPF_CORE_READ(regs, r8);
	default:
		return BPF_CORE_READ(regs, r9);
	}
}

/* COUNT_ARGUMENT of a C function, of one that is told the call's number first, and of Go's. */
#define COUNT(regs) ((regs)->dx)
#define LATER_COUNT(regs) ((regs)->cx)
#define GO_COUNT(regs) ((regs)->di)
/* What a function returns, and where the thread goes on. */
#define RESULT(regs) ((regs)->ax)
#define NEXT_INSTRUCTION(regs) ((regs)->ip)

#elif defined(__TARGET_ARCH_arm64)

#define TIF_32BIT 22	 /* arch/arm64/include/asm/thread_info.h */
#define O_DIRECT 0200000 /* arch/arm64/include/uapi/asm/fcntl.h */

static __always_inline bool in_compat_syscall(struct task_struct *task)
{
	return task->thread_info.flags & (1ul << TIF_32BIT);
}

static __always_inline long syscall_number(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, syscallno);
}

static __always_inline __u64 user_frame_pointer(struct pt_regs *regs)
{
	return BPF_CORE_READ((struct user_pt_regs *)regs, regs[29]);
}

static __always_inline __u64 user_stack_pointer(struct pt_regs *regs)
{
	return BPF_CORE_READ((struct user_pt_regs *)regs, sp);
}

#define POPPED_BY_RETURN 0

static __always_inline __u64 user_caller(struct pt_regs *regs)
{
	return BPF_CORE_READ((struct user_pt_regs *)regs, regs[30]);
}

/* The first one's register also gets the result: the call's own copy is kept beside. */
static __always_inline __u64 syscall_argument(struct pt_regs *regs, __u32 n)
{
	struct user_pt_regs *user = (void *)regs;
	__u64 value = 0;

	if (!n)
		return BPF_CORE_READ(regs, orig_x0);
	bpf_probe_read_kernel(&value, sizeof(value), &user->regs[n & 7]);
	return value;
}

static __always_inline __u64 user_register(struct pt_regs *regs, __u32 n)
{
	struct user_pt_regs *user = (void *)regs;
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &user->regs[n & 7]);
	return value;
}

static __always_inline __u64 function_argument(struct pt_regs *regs, __u32 n)
{
	return user_register(regs, n);
}

static __always_inline __u64 go_argument(struct pt_regs *regs, __u32 n)
{
	return user_register(regs, n);
}

#define COUNT(regs) (((struct user_pt_regs *)(regs))->regs[2])
#define LATER_COUNT(regs) (((struct user_pt_regs *)(regs))->regs[3])
#define GO_COUNT(regs) (((struct user_pt_regs *)(regs))->regs[3])
#define RESULT(regs) (((struct user_pt_regs *)(regs))->regs[0])
#define NEXT_INSTRUCTION(regs) (((struct user_pt_regs *)(regs))->pc)

#else
#error "an architecture is three functions here and a vmlinux.h"
#endif

#endif
