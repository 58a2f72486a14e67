/* SPDX-License-Identifier: GPL-2.0 */
/* Targets that lose their cgroup during an experiment, and get another one. */
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

/* At each tick. */
void follow_look(struct experiment *x, uint64_t now);

/* At the end: what has happened to targets goes into the report. */
void follow_tell(struct experiment *x);

#endif
