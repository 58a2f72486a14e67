/* SPDX-License-Identifier: GPL-2.0 */
/* What `jinx check` prints for people. */
#ifndef JINX_CHECK_TEXT_H
#define JINX_CHECK_TEXT_H

#include <stdbool.h>

struct plan;

/* What the scenario would do on this kernel, to standard output. */
void plan_print(const struct plan *plan, bool supported, const char *no_nodes);

#endif
