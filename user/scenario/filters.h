/* SPDX-License-Identifier: GPL-2.0 */
/* Between filters.c, paths.c and peers.c, which read the values of where. */
#ifndef JINX_FILTERS_H
#define JINX_FILTERS_H

#include "scenario/scenario.h"

/* Complains that the key has MAX_FILTERS values already. Returns -EINVAL. */
int filter_full(struct error *why, const char *what);

#endif
