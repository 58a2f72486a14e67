/* SPDX-License-Identifier: GPL-2.0 */
/* Files that processes go on to map when another one has taken their place, as after an update, or
 * none has. */
#ifndef JINX_REPLACED_H
#define JINX_REPLACED_H

#include <limits.h>
#include <stdint.h>

#include "target/roots.h"

#define MAX_REPLACED 32

struct replaced_file {
	uint64_t device, inode; /* as /proc/PID/maps says */
	char path[PATH_MAX];	/* where it was, as jinx sees it */
	char mapping[80];	/* leads to it, as long as the process maps it */
};

struct replaced {
	unsigned int n;
	struct replaced_file all[MAX_REPLACED];
};

/* Those with code, of processes of the target, each once. Of a large target the first processes are
 * looked at. NULL: there are none, or no memory. To be freed. */
struct replaced *replaced_of(const struct target *t);

/* Opens for reading the one that was `file` in the root of a process of roots_of(). A descriptor
 * (close-on-exec), or -errno: -ENOENT when it was another one. */
int replaced_open(const struct replaced_file *r, pid_t root, const char *file);

/* The first of all of them that was this file in a root of the target. */
int replaced_open_any(const struct target *t, const char *file);

#endif
