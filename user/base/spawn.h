/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Starting programs in cgroups. What jinx itself does in a new process, to prepare it, would count
 * as the target's: so either it is done before anything is attached, or there is none of it.
 */
#ifndef JINX_SPAWN_H
#define JINX_SPAWN_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Memory that the processes of spawn_stopped() share with jinx; NULL: errno. */
bool *spawn_signal(void);
void spawn_signal_free(bool *go);

struct user;

/*
 * Makes a child of the user (NULL: jinx's own) that dies with jinx, in the cgroup `cgroup_fd`, and
 * stops it where all it has left to do is to execute `program`. It is in the network namespace
 * `network`, or, -1, in jinx's. What it writes goes to `output`,
 * or, -1, to where jinx's does. That it does once *go is true and it is continued. It has what jinx
 * was started with: limits, signals and descriptors. Returns 0 with the pid and a pollable
 * descriptor, or -errno. A program that can't be executed exits with 127.
 */
int spawn_stopped(const char *program, char *const argv[], const struct user *user, int cgroup_fd,
	int network, int output, const bool *go, pid_t *ret_pid, int *ret_pidfd);

/*
 * Executes `program` in a sibling of this process, in the cgroup `cgroup_fd`: a child of its
 * parent, who may wait for it. It has this process's limits, blocked signals and descriptors, and
 * does nothing but execute. 0 or -errno.
 */
int spawn_sibling(const char *program, char *const argv[], int cgroup_fd, pid_t *ret_pid);

/* The same of a function, which begins with this process's memory and its descriptors 0 to 2. */
int spawn_sibling_function(
	void (*f)(void *argument), void *argument, int cgroup_fd, pid_t *ret_pid);

/* fork(), but the child is in the cgroup `cgroup_fd`. The pid, 0 in the child, or -errno. */
pid_t spawn_child(int cgroup_fd);

/*
 * The path of the executable that argv0 means: itself when it has a slash, else the first in PATH.
 * 0, -ENOENT, -EACCES or -ENAMETOOLONG.
 */
int find_program(const char *argv0, char ret[PATH_MAX]);

#endif
