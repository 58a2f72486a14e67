/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of programs and libraries, as places at which the kernel can be asked to stop. */
#ifndef JINX_FUNCTIONS_H
#define JINX_FUNCTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct function_place {
	uint64_t offset;  /* in the file, as uprobes take it */
	uint64_t address; /* as the file is linked; nm shows it */
	uint64_t size;	  /* how many bytes of the function are left there; 0: not known */
	uint64_t inside;  /* so many bytes into the function; 0: it begins there, or nobody knows */
	uint64_t semaphore; /* of USDT: the offset in the file of the counter that turns it on; 0:
			       none */
	char name[128]; /* for people: "SSL_write", "shop::Cart::add+0x10"; cut when it is longer */
};

/*
 * The place that `wanted` names in an ELF file that is open for reading; `file` is its name for
 * messages. Of functions that is a symbol ("SSL_write", "_ZN4shop4Cart3addEi"; another version than
 * the default one as "fcntl@GLIBC_2.2.5"), or the name of a C++ or Rust program, with arguments or
 * without ("shop::Cart::add", "shop::Cart::add(int)"; spaces don't matter); "+0x10" or "+16" behind
 * it is so far into it. "0x11a9" is an address as the file is linked.
 *
 * 0, or with the reason -ENOENT: no such function; -EEXIST: several, which the reason lists;
 * -EOPNOTSUPP: nothing can be attached there; -ERANGE: the function ends before; -EINVAL: no name;
 * -ENOEXEC: no file that this machine's 64-bit processes load.
 */
int functions_find(int fd, const char *file, const char *wanted, struct function_place *ret,
	struct error *why);

/* One of a listing; the texts are valid in the call. */
struct listed_function {
	const char *symbol;
	const char *demangled; /* with arguments; NULL: its symbol is its name */
	uint64_t offset, address, size;
	bool chosen_at_start; /* IFUNC: the symbol is of a function that chooses one; nothing can be
				 attached by it */
};

/*
 * Calls `found` for each function whose symbol or whose name, with arguments or without, matches
 * the pattern (of fnmatch()), sorted by name, each once, until it returns true. 0, -ENOMEM, or with
 * the reason -ENOEXEC.
 */
typedef bool (*function_found)(const struct listed_function *f, void *context);
int functions_each(int fd, const char *file, const char *pattern, function_found found,
	void *context, struct error *why);

#endif
