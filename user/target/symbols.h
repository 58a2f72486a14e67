/* SPDX-License-Identifier: GPL-2.0 */
/* Where functions are: in programs and libraries, and in the kernel. */
#ifndef JINX_SYMBOLS_H
#define JINX_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Calls `found` for each function of an ELF file that is open for reading whose name is `wanted`,
 * with its bytes, until it returns true. Symbols are in two tables: one may come twice. 0, or
 * -ENOEXEC when it is no such file.
 */
typedef bool (*symbol_wanted)(const char *name, void *context);
typedef bool (*symbol_found)(const char *name, uint64_t low, uint64_t high, void *context);
int symbols_each(int fd, symbol_wanted wanted, symbol_found found, void *context);

/*
 * The bytes of a function in an ELF file that is open for reading, *ret_high excluded, as offsets
 * in it; of "*" all that it has; `file` is its name for messages. 0, or with the reason in `why`
 * (size bytes) -ENOENT when it has no such function, -ENOEXEC when it is no such file.
 */
int symbol_find(int fd, const char *file, const char *symbol, uint64_t *ret_low, uint64_t *ret_high,
	struct error *why);

/*
 * The same of a function of the kernel, as addresses: -EEXIST when it has several of that name,
 * -EACCES when it hides its addresses.
 */
int symbol_find_kernel(
	const char *symbol, uint64_t *ret_low, uint64_t *ret_high, struct error *why);

/*
 * Calls `found` for each function of the kernel and its modules until it doesn't return 0, which is
 * returned. -errno when there is no list (/proc/kallsyms).
 */
struct kernel_symbol {
	uint64_t address;	   /* 0: hidden */
	const char *name, *module; /* "": the kernel's own */
};
typedef int (*kernel_symbol_found)(const struct kernel_symbol *s, void *context);
int kernel_symbols_each(kernel_symbol_found found, void *context);

#endif
