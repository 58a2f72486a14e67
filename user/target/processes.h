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
 * What the processes of the target have been doing that rules of system calls don't see: a bit for
 * each enum notice. `go_on` is called between any two of the many small looks that this takes; when
 * it says no, what was found so far is returned.
 */
unsigned int target_look(const struct target *t, bool (*go_on)(void *context), void *context);

#endif
