// SPDX-License-Identifier: GPL-2.0
#include "actors/actor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "target/cgroup.h"

extern const struct actor actor_FREEZE, actor_HOLD, actor_HOG, actor_LIMIT;

const struct actor *const actors[NR_MECHANISMS] = {
	[MECHANISM_HOLD] = &actor_HOLD,
	[MECHANISM_FREEZE] = &actor_FREEZE,
	[MECHANISM_HOG] = &actor_HOG,
	[MECHANISM_LIMIT] = &actor_LIMIT,
};

int probe_cgroups(struct error *why)
{
	const char *mount = cgroup_mount();

	if (!mount)
		return error_set(why, -EOPNOTSUPP, "no cgroup v2");
	if (faccessat(AT_FDCWD, mount, W_OK, AT_EACCESS))
		return error_errno(why, -errno, "writing in cgroups");
	return 0;
}
