/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a process's command line holds a text. It is read where the process has it, as
 * /proc/PID/cmdline is; there arguments end with a NUL, which counts as a space.
 */
#ifndef JINX_CMDLINE_BPF_H
#define JINX_CMDLINE_BPF_H

#include "abi.h"

struct cmdline_look {
	const struct identity *who;
	unsigned long start, length;
	bool found;
};

/* Spaces become NUL, eight bytes at a time and without branches; exact for every byte. */
static __always_inline __u64 spaces_to_nul(__u64 word)
{
	const __u64 low = 0x7f7f7f7f7f7f7f7full;
	__u64 differs = word ^ 0x2020202020202020ull;
	__u64 spaces = ~(((differs & low) + low) | differs | low) >> 7;

	return word & ~(spaces * 0xff);
}

/* The text begins at this byte. */
static long cmdline_step(__u32 at, void *context)
{
	struct cmdline_look *l = context;
	__u64 words[CMDLINE_WORDS] = {};
	unsigned long left = l->length - at;
	const struct identity *who = l->who;
	long err;

	if (at >= l->length)
		return 1;
	if (left >= sizeof(words))
		err = bpf_probe_read_user(words, sizeof(words), (void *)(l->start + at));
	else
		err = bpf_probe_read_user(
			words, left & (sizeof(words) - 1), (void *)(l->start + at));
	if (err)
		return 1;
	for (int w = 0; w < CMDLINE_WORDS; w++)
		words[w] = spaces_to_nul(words[w]);
	for (__u32 i = 0; i < MAX_CMDLINES; i++) {
		const struct cmdline_test *t = &who->cmdline[i];
		__u64 differs = 0;

		if (i >= who->n_cmdline)
			break;
		for (int w = 0; w < CMDLINE_WORDS; w++)
			differs |= (words[w] ^ t->words[w]) & t->mask[w];
		if (!differs) {
			l->found = true;
			return 1;
		}
	}
	return 0;
}

static __always_inline bool cmdline_listed(const struct identity *who)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct cmdline_look l = {.who = who};

	l.start = BPF_CORE_READ(task, mm, arg_start);
	l.length = BPF_CORE_READ(task, mm, arg_end) - l.start;
	if (l.length > CMDLINE_LOOKED_AT)
		l.length = CMDLINE_LOOKED_AT;
	bpf_loop(CMDLINE_LOOKED_AT, cmdline_step, &l, 0);
	return l.found;
}

#endif
