/* SPDX-License-Identifier: GPL-2.0 */
/* What the processes of a target are like. */
#ifndef JINX_PROCESSES_H
#define JINX_PROCESSES_H

#include <stdbool.h>

#include "target/target.h"

/*
 * A process of the target, or of a cgroup below it, for which f says yes; 0 when there is none.
 * What can't be read is passed over.
 */
pid_t target_find(
	const struct target *t, bool (*f)(pid_t pid, const void *context), const void *context);

/*
 * Whether a process of the target has an io_uring: what it does by that are no system calls, so
 * most mechanisms don't see it.
 */
bool target_has_uring(const struct target *t);

#endif
