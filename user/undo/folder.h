/* SPDX-License-Identifier: GPL-2.0 */
/* A cgroup that jinx has made in one that is not its own. */
#ifndef JINX_FOLDER_H
#define JINX_FOLDER_H

/*
 * Kills what is in the cgroup `name` of the directory `parent`, and removes it. 1; 0: there is
 * none; -EBUSY: what is in it has not died within two seconds; else -errno.
 */
int folder_remove(int parent, const char *name);

#endif
