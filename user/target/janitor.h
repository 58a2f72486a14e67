/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The janitor outlives jinx and its keeper, and puts in order what they leave: it waits for the end
 * of a socket that only jinx holds and of a pipe that only the keeper holds. It moves to the root
 * cgroup where it may, so that it outlives jinx's own.
 */
#ifndef JINX_JANITOR_H
#define JINX_JANITOR_H

#include "target/cgroup.h"
#include "undo/journal.h"

struct janitor {
	int socket; /* closing it is the order to clean up */
	int pid;
	char path[CGROUP_PATH_MAX]; /* of the cgroup that it made; "" for none */
	/* What is to be undone, and the pipe's end that only the keeper holds; NULL and -1: nothing
	 * ever is. A byte in the pipe says that there are records now. */
	struct journal *journal;
	int keeper;
	/* A scratch directory that it makes as well; NULL: none. Unless it is to be kept it goes
	 * with the cgroup. */
	const char *scratch;
	bool keep;
};

/*
 * Starts a janitor. With a directory `mount` it makes the cgroup jinx-ID there; id is the wish; if
 * it is taken, another is made up. With `undo` there is a journal. Its records are undone when the
 * keeper is gone, when jinx is, or when nobody has vouched for them any more. 0 or -errno: of
 * making the cgroup and the scratch directory, too, which *j may name.
 */
int janitor_start(struct janitor *j, const char *mount, char id[8], bool undo);

/* In jinx, once the keeper is there: it alone holds its end of the pipe and writes the journal. */
int janitor_hand_over(struct janitor *j);

/*
 * Orders the clean-up and waits for it; does it itself if the janitor is gone. Returns 0, or
 * -errno when something could not be removed: -EBUSY, the cgroup.
 */
int janitor_finish(struct janitor *j);

#endif
