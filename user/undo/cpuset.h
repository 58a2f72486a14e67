/* SPDX-License-Identifier: GPL-2.0 */
/* The cores that a thread's cpuset gives to whoever asks for none in particular. */
#ifndef JINX_CPUSET_H
#define JINX_CPUSET_H

#include <stdbool.h>
#include <sys/types.h>

#include "undo/sched.h"

/* "0-3,8" as a mask. False: it is no such list, or has no core. */
bool cores_parse(const char *list, struct cores *ret);
/* What the cpuset of this thread has, of cgroup v1 or v2. False: there is none that can be read. */
bool cpuset_of(pid_t tid, struct cores *ret);

#endif
