/* SPDX-License-Identifier: GPL-2.0 */
/* The programs of others at a cgroup's hooks. */
#ifndef JINX_CGROUP_HOOK_H
#define JINX_CGROUP_HOOK_H

#include <linux/bpf.h>

/*
 * Whether a program can be attached at this hook of the cgroup directory `path` beside those that
 * are there. 0; -EBUSY: one there or above would keep it out, or lose its effect below `path` by
 * it.
 */
int cgroup_hook_is_free(const char *path, enum bpf_attach_type hook);

#endif
