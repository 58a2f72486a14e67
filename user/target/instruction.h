/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel can put a breakpoint (a uprobe). */
#ifndef JINX_INSTRUCTION_H
#define JINX_INSTRUCTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define MOST_BYTES 15 /* of an instruction */

/*
 * Whether it can at that place of a file that is open for reading, `name` being the place's for
 * messages. The kernel looks when a process maps the file: before, it attaches anywhere, and at an
 * instruction that it refuses nothing ever hits. That an instruction begins there is
 * instruction_begins()'s business. 0, or with the reason -EOPNOTSUPP, or an error of reading.
 */
int instruction_eligible(int fd, uint64_t offset, const char *name, struct error *why);

/*
 * Whether one begins so many bytes behind that place, where one does. In the middle of one a
 * breakpoint makes another instruction of it, in each process of the host that maps the file. 0,
 * or with the reason -EOPNOTSUPP, or an error of reading.
 */
int instruction_begins(int fd, uint64_t offset, uint64_t more, const char *name, struct error *why);

/* How many of the n bytes the first instruction has. 0: nobody knows. */
size_t instruction_length_x86_64(const unsigned char *code, size_t n);

#endif
