// SPDX-License-Identifier: GPL-2.0
/*
 * hold: the kernel side puts the threads to sleep as they return to user space (bpf/hold.bpf.h);
 * here is said until when. Nothing of it stays: without the kernel side that is only a number.
 */
#include "actors/actor.h"

static int probe(struct error *why)
{
	(void)why;
	return 0; /* what it takes is the kernel side's */
}

static int arm(struct scene *s, uint64_t until_ns)
{
	s->hold(s->context, s->index, until_ns);
	return 0;
}

static void disarm(struct scene *s)
{
	s->hold(s->context, s->index, 0);
}

const struct actor actor_HOLD = {
	.probe = probe,
	.arm = arm,
	.disarm = disarm,
	.does = "its threads sleep in the kernel as they return to user space",
};
