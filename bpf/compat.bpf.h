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

/* A 32-bit call: its number means something else. */
static __always_inline bool in_compat_syscall(struct task_struct *task)
{
	return task->thread_info.status & TS_COMPAT;
}

static __always_inline long syscall_number(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, orig_ax);
}

#elif defined(__TARGET_ARCH_arm64)

#define TIF_32BIT 22 /* arch/arm64/include/asm/thread_info.h */

static __always_inline bool in_compat_syscall(struct task_struct *task)
{
	return task->thread_info.flags & (1ul << TIF_32BIT);
}

static __always_inline long syscall_number(struct pt_regs *regs)
{
	return BPF_CORE_READ((struct pt_regs___arm64 *)regs, syscallno);
}

#else
#error "an architecture is two functions here and a vmlinux.h"
#endif

#endif
