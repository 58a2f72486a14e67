// SPDX-License-Identifier: GPL-2.0
/*
 * environment: the time zone of commands that start, of which nothing is the kernel's. With a clock
 * that lies as well actors/clock.c gives it to them.
 */
#include "actors/actor.h"

static int arm(struct scene *s, uint64_t until_ns)
{
	(void)until_ns;
	return s->acts ? 0 : s->zone(s->context, s->index, s->fault->skew.zone);
}

static void disarm(struct scene *s)
{
	(void)s->zone(s->context, s->index, NULL);
}

/* The keeper starts them in any case. */
static int probe(struct error *why)
{
	(void)why;
	return 0;
}

const struct actor actor_ENVIRONMENT = {
	.by_rule = true,
	.probe = probe,
	.arm = arm,
	.disarm = disarm,
	.does = "TZ is in the environment of its commands that are started",
};
