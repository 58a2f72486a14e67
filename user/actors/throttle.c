// SPDX-License-Identifier: GPL-2.0
/*
 * throttle: the kernel side puts threads to sleep until what the target used is paid for
 * (bpf/hold.bpf.h); here is said how much of a core that is. Nothing of it stays: without the
 * kernel side that is only a number.
 */
#include "actors/actor.h"

static int probe(struct error *why)
{
	(void)why;
	return 0; /* what it takes is the kernel side's */
}

static int arm(struct scene *s, uint64_t until_ns)
{
	(void)until_ns;
	return s->acts ? 0 : s->throttle(s->context, s->index, s->fault->limit.amount);
}

static void disarm(struct scene *s)
{
	(void)s->throttle(s->context, s->index, 0); /* which nothing stands in the way of */
}

const struct actor actor_THROTTLE = {
	.by_rule = true,
	.probe = probe,
	.arm = arm,
	.disarm = disarm,
	.does = "its threads sleep in the kernel, as they return to user space, until it has paid",
};
