/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cgroups of containers and of Kubernetes pods, found without asking any daemon: by the names
 * that runtimes give to cgroups, and by what they keep on disk.
 */
#ifndef JINX_CONTAINER_H
#define JINX_CONTAINER_H

#include <stddef.h>

#include "base/error.h"
#include "target/cgroup.h"

#define CONTAINER_ID_LENGTH 64 /* hexadecimal digits */

/* Where to look. */
struct container_places {
	const char *cgroups; /* the cgroup v2 mount */
	const char *root;    /* put before the paths of runtimes' files: "" but in tests */
};

/*
 * The cgroup of the running container with that id, that name, or an id that begins so (4 digits or
 * more); the first of these that fits. 0; -ENOENT or -EEXIST (several) with the reason in `why`.
 */
int container_find(const struct container_places *places, const char *wanted,
	char ret_path[CGROUP_PATH_MAX], struct error *why);

/* The cgroup of the pod with that UID; the same errors. */
int pod_find(
	const char *cgroups, const char *uid, char ret_path[CGROUP_PATH_MAX], struct error *why);

/* The id in the name of a container's cgroup; false: it is none. */
bool container_id(const char *cgroup_name, char ret[CONTAINER_ID_LENGTH + 1]);

#endif
