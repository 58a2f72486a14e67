/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_URING_H
#define JINX_URING_H

#include <stdbool.h>

#include "target/target.h"

/*
 * Whether a process of the target has an io_uring: what it does by that are no system calls, so most
 * mechanisms don't see it. Looks at the open descriptors; what can't be read has none.
 */
bool target_has_uring(const struct target *t);

#endif
