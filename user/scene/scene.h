/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is around a scenario that stands on its own: its scratch directory, and its `setup` and
 * `teardown`, outside of any fault. A process that outlives the experiment's and keeps its
 * privileges sees to that; the janitor removes what it leaves.
 */
#ifndef JINX_SCENE_H
#define JINX_SCENE_H

#include "scenario/scenario.h"

struct scene_options {
	bool keep;    /* the scratch directory stays */
	bool dry_run; /* hooks are told so */
	int ready_fd; /* the experiment's alone; 0: none */
	/* Runs the experiment, in a process of its own. Returns its exit code. */
	int (*run)(const struct scenario *s, void *context);
	void *context;
};

/* A name for a scratch directory that is not there yet. Returns ret. */
const char *scene_choose_dir(char *ret, size_t size);

/*
 * Makes the scratch directory, runs `setup`, the experiment and `teardown`, and removes everything.
 * Returns the experiment's exit code, or says what went wrong and returns another.
 */
int scene_run(struct scenario *s, const struct scene_options *o);

#endif
