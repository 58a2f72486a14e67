/* SPDX-License-Identifier: GPL-2.0 */
/* Functions at whose return nothing can be done. */
#ifndef JINX_RETURNS_H
#define JINX_RETURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "target/elf_file.h"

struct returns {
	const char *refused; /* why nothing can be done as it returns; NULL: it can */
	bool jumped_to;	     /* nobody calls it, so there is no address to return to */
};

/* Of the function that begins at that address. A breakpoint at a return puts another address in the
 * place of the one that is on the stack as the function begins. */
void returns_of(Elf *elf, uint64_t address, struct returns *ret);

#endif
