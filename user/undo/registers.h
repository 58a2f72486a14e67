/* SPDX-License-Identifier: GPL-2.0 */
/* What tracing.c has to know of an architecture: registers, and what is on the stack under a signal
 * handler. */
#ifndef JINX_REGISTERS_H
#define JINX_REGISTERS_H

/*
 * Where a thread was that is in a signal handler stands on its stack (struct rt_sigframe): in words
 * from there, the alternative stack that it had, and a mark by which the frame is known.
 */
#if defined(__x86_64__)
#define AT_INSTRUCTION(regs) ((regs)->rip)
#define AT_STACK(regs) ((regs)->rsp)
#define RED_ZONE 128
enum { STACK_FROM = -19, STACK_SIZE = -17, MARK = 2 };
#define MARK_MASK 0xffff
#define MARK_VALUE 0x33 /* the user's code segment */
#elif defined(__aarch64__)
#define AT_INSTRUCTION(regs) ((regs)->pc)
#define AT_STACK(regs) ((regs)->sp)
#define RED_ZONE 0
enum { STACK_FROM = -53, STACK_SIZE = -51, MARK = 3 };
#define MARK_MASK 0xffffffff
#define MARK_VALUE 0x46508001 /* FPSIMD_MAGIC (arch/arm64/include/uapi/asm/sigcontext.h) */
#else
#error "name this architecture's registers"
#endif

#endif
