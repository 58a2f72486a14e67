// SPDX-License-Identifier: GPL-2.0
#include "actors/actor.h"

extern const struct actor actor_FREEZE, actor_HOLD, actor_HOG, actor_LIMIT;

const struct actor *const actors[NR_MECHANISMS] = {
	[MECHANISM_HOLD] = &actor_HOLD,
	[MECHANISM_FREEZE] = &actor_FREEZE,
	[MECHANISM_HOG] = &actor_HOG,
	[MECHANISM_LIMIT] = &actor_LIMIT,
};
