/* SPDX-License-Identifier: GPL-2.0 */
/* What changes during an experiment: targets that get another cgroup, paths that mean other files.
 */
#ifndef JINX_FOLLOW_H
#define JINX_FOLLOW_H

#include <stdint.h>

#include "base/error.h"
#include "scenario/scenario.h"

struct experiment;

struct follow {
	int beside;	      /* an inotify that tells of cgroups beside the targets'; -1: none */
	uint64_t searched_ns; /* when targets that are gone were looked for everywhere */
	uint64_t returned_ns[MAX_TARGETS];
	struct error astray[MAX_TARGETS]; /* why a target that is gone isn't back */
};

/*
 * Looks from now on, at once when cgroups are made or removed beside a target's, so that what comes
 * back is hit from its first call on. 0 or -errno.
 */
int follow_begin(struct experiment *x);

/* At the start: which roots paths were looked up in, if not in jinx's own, goes into the report. */
void follow_tell_roots(struct experiment *x);

/* At the end: what has happened to targets goes into the report. */
void follow_tell(struct experiment *x);

void follow_end(struct experiment *x);

#endif
