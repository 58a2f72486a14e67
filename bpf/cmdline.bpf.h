/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which texts a process's command line holds. It is read where the process has it, as
 * /proc/PID/cmdline is; there arguments end with a NUL, which counts as a space. Looked for once a
 * call, for all rules, and from high up the stack: the way down to a single rule leaves no room for
 * it.
 */
#ifndef JINX_CMDLINE_BPF_H
#define JINX_CMDLINE_BPF_H

#include "abi.h"

/* Spaces become NUL, eight bytes at a time and without branches; exact for every byte. */
static __always_inline __u64 spaces_to_nul(__u64 word)
{
	const __u64 low = 0x7f7f7f7f7f7f7f7full;
	__u64 differs = word ^ 0x2020202020202020ull;
	__u64 spaces = ~(((differs & low) + low) | differs | low) >> 7;

	return word & ~(spaces * 0xff);
}

/* The texts that begin at this address, a bit each. */
SHARED __u32 texts_at(__u64 address, __u64 left)
{
	__u64 words[CMDLINE_WORDS] = {};
	__u32 found = 0;

	if (left > sizeof(words))
		left = sizeof(words);
	if (bpf_probe_read_user(words, left, (void *)address))
		return 0;
	for (int w = 0; w < CMDLINE_WORDS; w++)
		words[w] = spaces_to_nul(words[w]);
	for (__u32 i = 0; i < MAX_CMDLINES; i++) {
		const struct cmdline_test *t = &cmdline_tests[i];
		__u64 differs = 0;

		if (i >= n_cmdline_tests)
			break;
		for (int w = 0; w < CMDLINE_WORDS; w++)
			differs |= (words[w] ^ t->words[w]) & t->mask[w];
		found |= (__u32)!differs << i;
	}
	return found;
}

struct cmdline_look {
	__u64 start;
	__u32 length, found;
};

static long cmdline_step(__u32 at, void *context)
{
	struct cmdline_look *l = context;

	if (at >= l->length)
		return 1;
	l->found |= texts_at(l->start + at, (__u64)l->length - at);
	return 0;
}

/* Of the current process, a bit each. */
SHARED __u32 texts_of_cmdline(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct cmdline_look l = {.start = BPF_CORE_READ(task, mm, arg_start)};
	__u64 length = BPF_CORE_READ(task, mm, arg_end) - l.start;

	l.length = length < CMDLINE_LOOKED_AT ? length : CMDLINE_LOOKED_AT;
	bpf_loop(CMDLINE_LOOKED_AT, cmdline_step, &l, 0);
	return l.found;
}

#endif
