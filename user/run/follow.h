/* SPDX-License-Identifier: GPL-2.0 */
/* What changes during an experiment: targets that get another cgroup, paths that mean other files.
 */
#ifndef JINX_FOLLOW_H
#define JINX_FOLLOW_H

#include <stdint.h>

struct experiment;

/*
 * A descriptor that becomes readable when cgroups are made or removed beside a target's, so that
 * what comes back is hit from its first call on; or -1, and then looking at each tick must do.
 */
int follow_open(struct experiment *x);
/* Reads that descriptor empty, and looks. */
void follow_handle(struct experiment *x);

/* At the start: which roots paths were looked up in, if not in jinx's own, goes into the report. */
void follow_tell_roots(struct experiment *x);

/* At each tick: also at the paths that rules name. */
void follow_look(struct experiment *x, uint64_t now);

/* At the end: what has happened to targets goes into the report. */
void follow_tell(struct experiment *x);

#endif
