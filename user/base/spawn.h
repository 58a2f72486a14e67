/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_SPAWN_H
#define JINX_SPAWN_H

#include <sys/types.h>

/*
 * Starts argv[0] (searched in PATH) as a child that dies with jinx, inside the
 * cgroup `cgroup_fd`. With go_fd >= 0 the child waits, before it executes the
 * program, for one byte from there; the end of that stream makes it give up. Returns 0 with the pid
 * and, if asked for, a pollable descriptor; or -errno. A program that can't be executed exits with
 * 127.
 */
int spawn(char *const argv[], int cgroup_fd, int go_fd, pid_t *ret_pid, int *ret_pidfd);

/*
 * The same for a process that works for its parent: the new one is the parent's child, who may wait
 * for it, and dies with the parent. Its input and output are this process's.
 */
int spawn_sibling(char *const argv[], int cgroup_fd, pid_t *ret_pid);

/* Whether PATH (or argv0 itself, with a slash) has an executable of that name. 0, -ENOENT, -EACCES
 */
int find_program(const char *argv0);

#endif
