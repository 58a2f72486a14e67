/* SPDX-License-Identifier: GPL-2.0 */
/* Before the first phase: the commands run, nothing is armed, and `ready` is asked until it is. */
#ifndef JINX_READY_H
#define JINX_READY_H

#include "base/error.h"

struct experiment;

/*
 * Lets the commands go and waits. 0, at once if the scenario has no `ready`; -ETIME: it took too
 * long; -ECANCELED: a signal or jinx stop ended it; another -errno; with *why.
 */
int ready_wait(struct experiment *x, struct error *why);

#endif
