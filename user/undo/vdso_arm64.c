// SPDX-License-Identifier: GPL-2.0
#if defined(__aarch64__)
#include "undo/vdso_code.h"

#include <string.h>

#define INSTRUCTION 4 /* bytes */
#define PIECE 12      /* a function in the code: mov, svc, ret */
#define BRANCH 0x14000000u

const unsigned int n_spots = 3;

struct spot spots[MAX_SPOTS] = {
	/* clock_gettime(): mov x8, #113; svc #0; ret. gettimeofday(): mov x8, #169; svc #0; ret */
	{NULL,
		{0x28, 0x0e, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, 0xc0, 0x03, 0x5f, 0xd6, 0x28, 0x15,
			0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, 0xc0, 0x03, 0x5f, 0xd6},
		3, 0, 0, {}, {}},
	/* bti c, as it is called by its address, which is nothing where there is no such check; b
	 */
	{"__kernel_clock_gettime", {0x5f, 0x24, 0x03, 0xd5}, 1, 0, 0, {}, {}},
	{"__kernel_gettimeofday", {0x5f, 0x24, 0x03, 0xd5}, 1, PIECE, 0, {}, {}},
};

/* How far it is, from the second instruction, in instructions. */
void vdso_code_lead(struct spot *p, const struct spot *code)
{
	int64_t distance = code->at + p->jump - (p->at + INSTRUCTION);
	uint32_t branch = BRANCH | (distance / INSTRUCTION & 0x3ffffff);

	memcpy((unsigned char *)p->after + INSTRUCTION, &branch, sizeof(branch));
}

/*
 * Before the call it begins its function anew, its arguments are where they were. After it the
 * first one has what came of it, and nothing is left but to return.
 */
bool vdso_code_leave(const struct tracing *t, struct user_regs_struct *r, uint64_t vdso)
{
	(void)t;
	for (unsigned int i = 1; i < n_spots; i++) {
		uint64_t at = r->pc - vdso - spots[0].at - spots[i].jump;

		if (r->pc != vdso + spots[i].at + INSTRUCTION && at >= PIECE)
			continue;
		r->pc = at == PIECE - INSTRUCTION ? r->regs[30] : vdso + spots[i].at;
		return true;
	}
	return false;
}
#endif
