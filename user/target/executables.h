/* SPDX-License-Identifier: GPL-2.0 */
/* What the keeper starts for a scenario; the numbers are in target.h. */
#ifndef JINX_EXECUTABLES_H
#define JINX_EXECUTABLES_H

#include "target/target.h"

void executables_init(const struct scenario *s, struct targets *all);
/* Looks for the programs. 0 or -EINVAL with *why. */
int executables_find(const struct scenario *s, struct targets *all, struct error *why);
/* Makes their cgroups below the experiment's. 0 or -errno. */
int executables_make(const struct scenario *s, struct targets *all);
void executables_done(struct targets *all);

#endif
