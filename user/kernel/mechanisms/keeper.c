// SPDX-License-Identifier: GPL-2.0
/* What the keeper carries out: nothing of it is attached. */
#include <errno.h>
#include <stdio.h>

#include "actors/actor.h"
#include "kernel/mechanisms/places.h"

const char *whole_out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return p == POINT_target ? NULL : "not a whole target";
}

const char *whole_blind(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)p;
	(void)caps;
	return asks ? "it is of all of the target" : NULL;
}

/* What a fault of connections may ask for is seen (faults/reset.c: validate). */
static const char *reset_blind(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)asks;
	(void)p;
	(void)caps;
	return NULL;
}

/* What `where` chooses is the calls that the same fault makes longer. */
static const char *sched_blind(unsigned int asks, enum point p, const struct caps *caps)
{
	return reset_blind(asks, p, caps);
}

static void no_programs(enum point p, struct programs *ret)
{
	(void)p;
	(void)ret;
}

static int probe_actor(enum mechanism m, struct error *why)
{
	privileges kernel = PRIVILEGE(BPF) | PRIVILEGE(PERFMON);

	if (kernel & ~privileges_held())
		return error_set(why, -EPERM, "the kernel side, which every experiment has");
	return actors[m]->probe(why);
}

#define BY_ACTOR_THAT_SEES(id, sees)                                                       \
	static int probe_##id(const struct btf *btf, struct caps *caps, struct error *why) \
	{                                                                                  \
		(void)btf;                                                                 \
		(void)caps;                                                                \
		return probe_actor(MECHANISM_##id, why);                                   \
	}                                                                                  \
	static void describe_##id(enum point p, char *ret, size_t size)                    \
	{                                                                                  \
		(void)p;                                                                   \
		snprintf(ret, size, "%s", actors[MECHANISM_##id]->does);                   \
	}                                                                                  \
	const struct mechanism_kind mechanism_##id = {                                     \
		.probe = probe_##id,                                                       \
		.out_of_reach = whole_out_of_reach,                                        \
		.blind = sees,                                                             \
		.programs = no_programs,                                                   \
		.describe = describe_##id,                                                 \
	}

#define BY_ACTOR(id) BY_ACTOR_THAT_SEES(id, whole_blind)

BY_ACTOR(ENVIRONMENT);
BY_ACTOR(FREEZE);
BY_ACTOR(HOG);
BY_ACTOR(LIMIT);
BY_ACTOR(SIGNAL);
BY_ACTOR(SUSPEND);
BY_ACTOR_THAT_SEES(RESET, reset_blind);
BY_ACTOR_THAT_SEES(SCHED, sched_blind);
