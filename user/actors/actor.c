// SPDX-License-Identifier: GPL-2.0
#include "actors/actor.h"

extern const struct actor actor_FREEZE;

const struct actor *const actors[NR_MECHANISMS] = {
	[MECHANISM_FREEZE] = &actor_FREEZE,
};
