/* SPDX-License-Identifier: GPL-2.0 */
/* The arguments of USDT probes: "-4@$5 8@%rdi -4@-24(%rbp)". */
#ifndef JINX_USDT_ARGUMENTS_H
#define JINX_USDT_ARGUMENTS_H

#include "base/error.h"
#include "target/operand.h"

typedef const char *(*operand_reader)(const char *text, struct probe_argument *ret);

/* This architecture's. */
extern const operand_reader operand_here;

/* What can't be had is OPERAND_NONE. Returns how many there are, which may be more than that. */
unsigned int usdt_arguments(const char *text, operand_reader reader, struct probe_arguments *ret);

/* Why argument n can't be had. 0 or -EOPNOTSUPP with *why. */
int usdt_argument_check(const char *text, operand_reader reader, unsigned int n, struct error *why);

#endif
