/* SPDX-License-Identifier: GPL-2.0 */
/* What functions of a file are called, for the files that look for them. */
#ifndef JINX_FUNCTION_NAMES_H
#define JINX_FUNCTION_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "target/elf_file.h"

/* Longer ones are found by their symbols alone. */
#define MAX_NAME 4096

/* Said where a function isn't found and the file has no table for debuggers. */
#define STRIPPED " (it is stripped: only functions that other files may call have names)"

/* The symbol, with its version where it isn't the default one ("fcntl@GLIBC_2.2.5"). It is s->name
 * or in ret. */
const char *symbol_text(const struct elf_symbol *s, char *ret, size_t size);

/* Whether that is what it is called, with its version or without; without one it is the default
 * one's. */
bool symbol_is(const struct elf_symbol *s, const char *name);

/* What people call it: the name that its symbol stands for, with arguments or without, else the
 * symbol. */
void function_name(const struct elf_symbol *s, bool arguments, char *ret, size_t size);

#endif
