/* SPDX-License-Identifier: GPL-2.0 */
/* Where functions are: in programs and libraries, and in the kernel. */
#ifndef JINX_SYMBOLS_H
#define JINX_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of a function, *ret_high excluded: offsets in the ELF file, or addresses of the kernel
 * where `file` is NULL. 0, or -errno with the reason in `why` (size bytes): -ENOENT when there is
 * no such file or function, -EEXIST when the kernel has several of that name, -EACCES when it hides
 * its addresses.
 */
int symbol_find(const char *file, const char *symbol, uint64_t *ret_low, uint64_t *ret_high,
	char *why, size_t size);

#endif
