/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel can put a breakpoint (a uprobe). */
#ifndef JINX_INSTRUCTION_H
#define JINX_INSTRUCTION_H

#include <stdint.h>

#include "base/error.h"

/*
 * Whether it can at that place of a file that is open for reading, `name` being the place's for
 * messages. The kernel looks when a process maps the file: before, it attaches anywhere, and at an
 * instruction that it refuses nothing ever hits. That an instruction begins there is taken on
 * trust. 0, or with the reason -EOPNOTSUPP, or an error of reading.
 */
int instruction_eligible(int fd, uint64_t offset, const char *name, struct error *why);

#endif
