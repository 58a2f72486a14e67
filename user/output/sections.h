/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of the table that have a file of their own. */
#ifndef JINX_SECTIONS_H
#define JINX_SECTIONS_H

#include <stdio.h>

#include "measure/snapshot.h"

/* The value by a format that takes a double, or "-" where there is none. Of the last 16 each stays
 * valid. */
const char *shown(double value, const char *format);

/* The workloads, each by itself, where there may be several; else nothing. */
void print_workloads(const struct snapshot *s, FILE *to);

#endif
