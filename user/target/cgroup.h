/* SPDX-License-Identifier: GPL-2.0 */
/* The cgroup v2 tree, wherever it is mounted. */
#ifndef JINX_CGROUP_H
#define JINX_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CGROUP_PATH_MAX 4096

/* The mount point of cgroup v2, or NULL where there is none (errno set). */
const char *cgroup_mount(void);

/* The cgroups below this one get the controller's files. 0 or -errno: -ENOENT: it has not got them
 * itself. */
int cgroup_delegate(const char *path, const char *controller);

/*
 * Creates the cgroup `name` below the mount and opens it. *ret_fd is the
 * caller's to close, the directory the caller's to remove. 0 or -errno.
 */
int cgroup_create(const char *name, char ret_path[CGROUP_PATH_MAX], int *ret_fd);

/*
 * Opens the cgroup at `path`, absolute (with or without the mount point before
 * it) or relative to the mount. *ret_level is its depth below the root (root: 0).
 * -ENOENT: no such cgroup; -ENOTDIR or -EINVAL: not a cgroup v2 directory.
 */
int cgroup_open(const char *path, char ret_path[CGROUP_PATH_MAX], int *ret_fd, uint64_t *ret_id,
	int *ret_level);

/* The cgroup v2 path of a process, below the mount, as in /proc/PID/cgroup. 0 or -errno. */
int cgroup_of_pid(pid_t pid, char ret_path[CGROUP_PATH_MAX]);

/*
 * The cgroup of a systemd unit: the directory with its name in the tree of cgroups `root`. -ENOENT:
 * none; -EEXIST: several, and not one of them alone in the system's manager.
 */
int cgroup_of_unit(const char *root, const char *unit, char ret_path[CGROUP_PATH_MAX]);

/*
 * The same after its first cgroup, `first`, was removed: there again, or elsewhere below the same
 * manager. What has the name below another one is another unit.
 */
int cgroup_of_unit_again(
	const char *root, const char *unit, const char *first, char ret_path[CGROUP_PATH_MAX]);

/* Whether the cgroup that fd is the directory of has been removed. */
bool cgroup_is_removed(int fd);

typedef int (*cgroup_visitor)(const char *path, const char *name, void *context);

/* Calls f for each cgroup below the directory `root`, outer before inner, until it returns not 0.
 */
int cgroup_walk(const char *root, cgroup_visitor f, void *context);

/* Moves this process to the root cgroup, the directory `mount`. 0 or -errno. */
int cgroup_leave(const char *mount);

/* Whether there is a process in the cgroup that `dir` is the directory of, or below it. */
bool cgroup_is_populated(int dir);

/* Of an experiment's rule: where it uses up what the cgroup above has (actors/hog.c). */
#define HOG_CGROUP "jinx-%.8s-hog%u"

/* The same without what jinx itself has put into cgroups of its own below it. */
bool cgroup_is_inhabited(int dir);

/* Kills what is in the cgroup `name` of the directory `dir`, and below it. 0 or -errno. */
int cgroup_kill(int dir, const char *name);

/* Kills what is in the cgroup and removes it with its children; waits up to timeout_ms. */
int cgroup_destroy(const char *path, int timeout_ms);

#endif
