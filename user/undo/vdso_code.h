/* SPDX-License-Identifier: GPL-2.0 */
/* What the vDSO's functions are made to be: each architecture's in a file of its own, vdso_*.c. */
#ifndef JINX_VDSO_CODE_H
#define JINX_VDSO_CODE_H

#include <stdint.h>

#include "undo/tracing.h"

#define CODE_WORDS 7 /* of eight bytes, at most */
#define MAX_SPOTS 4

/*
 * A spot in the vDSO, as the kernel made it and as it is to be. Of a function it is one word, which
 * is there whole or not at all, whoever is killed while it is written; so it only leads to the code
 * that is at the end of the last page, where nothing was. A thread may be in that code for long: it
 * stays until none is.
 */
struct spot {
	const char *name; /* of the function; NULL: the code */
	unsigned char code[CODE_WORDS * 8];
	unsigned int n_words;
	unsigned int jump; /* to where in the code */
	uint64_t at;	   /* in the vDSO; 0: it has none */
	uint64_t before[CODE_WORDS], after[CODE_WORDS];
};

/* The code first: no function leads to what is not there. */
extern struct spot spots[MAX_SPOTS];
extern const unsigned int n_spots;

/* Writes the jump of a function's word, once it is known where both are. */
void vdso_code_lead(struct spot *function, const struct spot *code);

/*
 * A thread that is in the code, or on its way to it, is made to leave it, by its registers: where
 * the functions are as the kernel made them by then. False: it is elsewhere. vdso: where it is
 * mapped.
 */
bool vdso_code_leave(const struct tracing *t, struct user_regs_struct *regs, uint64_t vdso);

#endif
