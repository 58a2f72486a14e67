/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The janitor makes an experiment's cgroup and removes it, with what runs in it, when jinx is
 * gone, whichever way it went: it waits for the end of a socket that only jinx holds. It moves to
 * the root cgroup where it may, so that it outlives jinx's own.
 */
#ifndef JINX_JANITOR_H
#define JINX_JANITOR_H

#include "target/cgroup.h"

struct janitor {
	int socket; /* closing it is the order to clean up */
	int pid;
	char path[CGROUP_PATH_MAX]; /* of the cgroup */
};

/*
 * Starts a janitor, which makes the cgroup jinx-ID in the directory `mount`. id is the wish; if it
 * is taken, another is made up. 0 or -errno: of making it, too.
 */
int janitor_start(struct janitor *j, const char *mount, char id[8]);

/*
 * Orders the clean-up and waits for it; does it itself if the janitor is gone. Returns 0, or -EBUSY
 * when something could not be removed.
 */
int janitor_finish(struct janitor *j);

#endif
