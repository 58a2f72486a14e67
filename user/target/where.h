/* SPDX-License-Identifier: GPL-2.0 */
/* What a `where` names on this host. */
#ifndef JINX_WHERE_H
#define JINX_WHERE_H

#include "scenario/scenario.h"

/* 0, or -EINVAL with *why: a directory or a function that a fault's `where` names isn't there. */
int where_check(const struct scenario *s, struct complaint *why);

#endif
