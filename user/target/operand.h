/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operands as assemblers write them, of which the arguments of USDT probes consist. Each
 * architecture's are in a file of its own, which is compiled everywhere.
 */
#ifndef JINX_OPERAND_H
#define JINX_OPERAND_H

#include <stdbool.h>

#include "../../bpf/abi.h"

/*
 * Reads one, without the size before it: what it is, its registers, its value. NULL, or why jinx
 * can't have it.
 */
const char *operand_x86_64(const char *text, struct probe_argument *ret);
const char *operand_arm64(const char *text, struct probe_argument *ret);

/* A number with or without a sign, moving *at behind it. */
bool operand_number(const char **at, __s64 *ret);

#define OPERAND_OF_VARIABLE "it is a variable by its name, which has no address in the probe"
#define OPERAND_OF_FLOAT "it is not a whole number"
#define OPERAND_UNKNOWN "jinx does not know this operand"

#endif
