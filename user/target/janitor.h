/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The janitor removes an experiment's cgroup, and what runs in it, when jinx is
 * gone, whichever way it went: it waits for the end of a pipe that only jinx holds.
 */
#ifndef JINX_JANITOR_H
#define JINX_JANITOR_H

struct janitor {
	int pipe; /* closing it is the order to clean up */
	int pid;
};

/* Starts the janitor of the cgroup directory `path` (need not exist yet). 0 or -errno. */
int janitor_start(struct janitor *j, const char *path);

/* Orders the clean-up and waits for it. Returns 0, or -EBUSY when something could not be removed.
 */
int janitor_finish(struct janitor *j);

#endif
