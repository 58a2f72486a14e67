/* SPDX-License-Identifier: GPL-2.0 */
/* The root directories of a target's processes: a path means something else in each. */
#ifndef JINX_ROOTS_H
#define JINX_ROOTS_H

#include "target/target.h"

#define MAX_ROOTS 8

/* Of each root a process that has it; 0 is jinx's own. */
struct roots {
	unsigned int n;
	pid_t pids[MAX_ROOTS];
};

/*
 * The roots (and mount namespaces) of the target's processes, each once, or jinx's own while there
 * are none. Of a large target the first processes are asked, and at most MAX_ROOTS are kept.
 */
void roots_of(const struct target *t, struct roots *ret);

/*
 * Opens a path in the root of a process of roots_of(), symbolic links included; one below /proc in
 * jinx's own. A descriptor (close-on-exec), or -errno.
 */
int root_open(pid_t pid, const char *path, int flags);

/* The same for reading, of a regular file alone: of anything else -ENOEXEC. */
int root_open_file(pid_t pid, const char *path);

/* The same in the first root of the target in which there is such a path. */
int target_open(const struct target *t, const char *path, int flags);
int target_open_file(const struct target *t, const char *path);

/* What one of these says by its -errno. */
const char *open_error(int err);

#endif
