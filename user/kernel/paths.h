/* SPDX-License-Identifier: GPL-2.0 */
/* The files that rules name, as the kernel numbers them. */
#ifndef JINX_PATHS_H
#define JINX_PATHS_H

#include "kernel/plan.h"
#include "target/target.h"

/*
 * Asks the program resolve_file, of which `resolver` is a descriptor: the caller has opened `fd`.
 * 0 and *ret, or -errno.
 */
int file_resolve(int resolver, int fd, struct resolve_file *ret);

/*
 * Looks the paths of all rules up, in the roots of their targets' processes, and writes those into
 * `tests` (*n of MAX_TESTS) that have changed. What isn't there matches nothing. Returns
 * whether something has changed, or -ENOMEM.
 */
int paths_look(const struct plan *plan, const struct targets *t, int resolver,
	struct path_test *tests, __u32 *n);

#endif
