/* SPDX-License-Identifier: GPL-2.0 */
/* Places that a program's authors have named: USDT, of sys/sdt.h (.note.stapsdt). */
#ifndef JINX_USDT_H
#define JINX_USDT_H

#include "target/functions.h"

/* The texts are valid in the call. */
struct usdt_place {
	struct function_place place; /* name: "provider:name"; size 0 */
	const char *provider, *name;
	const char *arguments; /* as the assembler has them: "8@%rdi -4@-20(%rbp)" */
};

/*
 * Calls `found` for each place of a probe in an ELF file that is open for reading (a function that
 * was inlined has it in several), until it returns true; provider NULL: any. 0, or with the reason
 * -ENOENT: no such probe; -ENOEXEC; -EOPNOTSUPP: nothing can be attached at one of them.
 */
typedef bool (*usdt_found)(const struct usdt_place *p, void *context);
int usdt_find(int fd, const char *file, const char *provider, const char *name, usdt_found found,
	void *context, struct error *why);

/*
 * The same of all whose "provider:name" or name matches the pattern (of fnmatch()). 0, or with the
 * reason -ENOENT: none does; -ENOEXEC.
 */
int usdt_each(int fd, const char *file, const char *pattern, usdt_found found, void *context,
	struct error *why);

#endif
