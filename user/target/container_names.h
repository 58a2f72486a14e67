/* SPDX-License-Identifier: GPL-2.0 */
/* What runtimes call their containers, from the files in which they remember it. */
#ifndef JINX_CONTAINER_NAMES_H
#define JINX_CONTAINER_NAMES_H

typedef void (*container_name_function)(const char *id, const char *name, void *context);

/*
 * Calls f for each name of each container that podman, CRI-O, docker and nerdctl know as root,
 * running or not; a container may have several. What can't be read is passed over. `root` is put
 * before all paths.
 */
void container_names(const char *root, container_name_function f, void *context);

#endif
