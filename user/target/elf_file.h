/* SPDX-License-Identifier: GPL-2.0 */
/* Programs and libraries as libelf reads them, for the files of this folder that look for places in
 * them. */
#ifndef JINX_ELF_FILE_H
#define JINX_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gelf.h>

#include "base/error.h"

#define ELF_NAME_MAX 65536 /* of a symbol: a longer one is nonsense, and left out */

/* A function that the file has, in one of its tables of symbols. Valid as long as the Elf is. */
struct elf_symbol {
	Elf *elf;
	const char *name;
	GElf_Sym sym;
	const char *version; /* NULL: it has none, or the name says it */
	bool is_old;	     /* what is linked anew gets another version */
};

/* To be closed with elf_end(), the descriptor being the caller's. 0, or -ENOEXEC. Whatever the file
 * says, and whoever writes to it meanwhile, looking into it takes no longer than its size does. */
int elf_open(int fd, Elf **ret);

/* What to say of a file that is none. Returns -ENOEXEC. */
int elf_refuse(int fd, const char *file, struct error *why);

/* Calls `found` for each function, also those that are chosen when the program starts
 * (STT_GNU_IFUNC), until it returns true. A function may come twice: there are two tables. */
typedef bool (*elf_symbol_found)(const struct elf_symbol *s, void *context);
void elf_symbols(Elf *elf, elf_symbol_found found, void *context);

/* It has no such function itself, and calls the one of a library. */
bool elf_takes_from_library(Elf *elf, const char *name);

bool elf_is_of_go(Elf *elf);

/*
 * Why functions of the file don't only return: their callers' frames are looked through by the
 * addresses that they return to, by exceptions of C++, by panics of Rust, or by Go, which moves
 * stacks; or they are left for those on another stack. A process in which such an address is
 * another one dies, or what is to be cleaned up isn't. NULL: nothing is known of that.
 */
const char *elf_unwinds(Elf *elf);

/* False: it is stripped, and has the symbols that other files are linked with alone. */
bool elf_has_symbols(Elf *elf);

/* The place in the file of an address as the file is linked, in a part that is loaded with these
 * flags (PF_X), 0: any. */
bool elf_offset(Elf *elf, uint64_t address, unsigned int flags, uint64_t *ret);

/* How many bytes of code the file has from this offset on, in one part that is loaded. */
uint64_t elf_code_left(Elf *elf, uint64_t offset);

/* The section of that name. NULL: there is none. */
Elf_Scn *elf_section(Elf *elf, const char *name, GElf_Shdr *ret);

/* Whether it is loaded by 64-bit processes of this machine. 0, or -ENOEXEC with the reason. */
int elf_check_loadable(Elf *elf, const char *file, struct error *why);

#endif
