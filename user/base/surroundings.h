/* SPDX-License-Identifier: GPL-2.0 */
/* What jinx finds where it is started; the kernel is not to blame for what is missing there. */
#ifndef JINX_SURROUNDINGS_H
#define JINX_SURROUNDINGS_H

#include <stdbool.h>

#include "base/error.h"

/* /proc and /sys; with `probing` also descriptors for the probes of the kernel. 0 or -EIO. */
int surroundings_check(bool probing, struct error *why);

#endif
