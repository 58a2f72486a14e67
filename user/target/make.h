/* SPDX-License-Identifier: GPL-2.0 */
/* For target.c: making the experiment's cgroup, and the targets that are in it. */
#ifndef JINX_TARGET_MAKE_H
#define JINX_TARGET_MAKE_H

#include "base/error.h"
#include "target/target.h"

/* With the janitor that removes it. 0 or -errno with *why; targets_release() takes back what was
 * made. */
int targets_make(const struct scenario *s, struct targets *all, struct error *why);

/* Sets *why, with the place of the target unless that is NULL. Returns err. */
int target_complain(struct error *why, const struct target_spec *t, int err, const char *format,
	...) __attribute__((format(printf, 4, 5)));

#endif
