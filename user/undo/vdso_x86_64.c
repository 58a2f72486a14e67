// SPDX-License-Identifier: GPL-2.0
#if defined(__x86_64__)
#include "undo/vdso_code.h"

#include <string.h>

#define TIME_AT 0
#define CLOCK_GETTIME_AT 40
#define GETTIMEOFDAY_AT 48

const unsigned int n_spots = 4;

struct spot spots[MAX_SPOTS] = {
	/*
	 * time() by clock_gettime(CLOCK_REALTIME), as what the call of that name returns can't be
	 * rewritten. push %rdi; sub $16, %rsp; xor %edi, %edi; mov %rsp, %rsi; mov $228, %eax;
	 * syscall; mov (%rsp), %rax; add $16, %rsp; pop %rdi; test %rdi, %rdi; jz 1f;
	 * mov %rax, (%rdi); 1: ret
	 * clock_gettime(): mov $228, %eax; syscall; ret
	 * gettimeofday(): mov $96, %eax; syscall; ret
	 */
	{NULL,
		{0x57, 0x48, 0x83, 0xec, 0x10, 0x31, 0xff, 0x48, 0x89, 0xe6, 0xb8, 228, 0, 0, 0,
			0x0f, 0x05, 0x48, 0x8b, 0x04, 0x24, 0x48, 0x83, 0xc4, 0x10, 0x5f, 0x48,
			0x85, 0xff, 0x74, 0x03, 0x48, 0x89, 0x07, 0xc3, 0, 0, 0, 0, 0, 0xb8, 228, 0,
			0, 0, 0x0f, 0x05, 0xc3, 0xb8, 96, 0, 0, 0, 0x0f, 0x05, 0xc3},
		CODE_WORDS, 0, 0, {}, {}},
	/* jmp */
	{"__vdso_time", {0xe9}, 1, TIME_AT, 0, {}, {}},
	{"__vdso_clock_gettime", {0xe9}, 1, CLOCK_GETTIME_AT, 0, {}, {}},
	{"__vdso_gettimeofday", {0xe9}, 1, GETTIMEOFDAY_AT, 0, {}, {}},
};

/* How far it is, from the end of the instruction. */
void vdso_code_lead(struct spot *p, const struct spot *code)
{
	int32_t distance = code->at + p->jump - (p->at + 5);

	memcpy((unsigned char *)p->after + 1, &distance, sizeof(distance));
}

/* How much time() has on the stack, where its code is at an instruction. */
static unsigned int pushed(unsigned int at)
{
	if (at >= 1 && at < 5)
		return 8;
	if (at >= 5 && at < 25)
		return 24;
	return at == 25 ? 8 : 0;
}

/* It begins its function anew: its arguments are where they were, or, of time(), at the bottom of
 * what it has pushed. */
bool vdso_code_leave(const struct tracing *t, struct user_regs_struct *r, uint64_t vdso)
{
	uint64_t at = r->rip - vdso - spots[0].at;
	unsigned int on_stack = at < CLOCK_GETTIME_AT ? pushed(at) : 0;
	const struct spot *function = &spots[1];

	if (at >= CODE_WORDS * 8 ||
		(on_stack && tracing_read(t, r->rsp + on_stack - 8, (uint64_t *)&r->rdi)))
		return false;
	for (size_t i = 2; i < n_spots; i++)
		if (spots[i].jump <= at)
			function = &spots[i];
	r->rsp += on_stack;
	r->rip = vdso + function->at;
	r->orig_rax = -1; /* it is in no call */
	return true;
}
#endif
