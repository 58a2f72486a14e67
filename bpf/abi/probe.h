/* SPDX-License-Identifier: GPL-2.0 */
/* Where a probe that a program was built with (USDT) has its arguments. */
#ifndef JINX_ABI_PROBE_H
#define JINX_ABI_PROBE_H

#include "check.h"

#define MAX_ARGUMENTS 12    /* of such a probe, and of a tracepoint */
#define CALL_ARGUMENTS 6    /* of a system call; of a function those that are in registers */
#define MAX_PROBE_SPECS 256 /* of all files' probes, each once; a power of two */
#define NO_REGISTER 0xff

enum operand_kind { OPERAND_NONE, OPERAND_CONSTANT, OPERAND_REGISTER, OPERAND_MEMORY };

/* One of them. Registers are named by their place in struct pt_regs, in words. */
struct probe_argument {
	__s64 value;  /* the constant; of memory what is added to its registers */
	__u8 operand; /* enum operand_kind */
	__u8 size;    /* 1, 2, 4 or 8 bytes */
	__u8 has_sign;
	__u8 base, index; /* NO_REGISTER: none. The index is shifted left */
	__u8 shift;
	__u8 from_bit; /* of the register: 8 in %ah */
	__u8 unused;
};

SIZE_IS(probe_argument, 16);

struct probe_arguments {
	struct probe_argument all[MAX_ARGUMENTS];
};

SIZE_IS(probe_arguments, 192);

#endif
