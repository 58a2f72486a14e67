/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other experiments on the same processes: a call that two of them hit may count in both, so each
 * report says that the other was there.
 */
#ifndef JINX_NEIGHBOURS_H
#define JINX_NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>

struct experiment;

/*
 * Asks the running experiments of this user whether any of their targets holds one of ours, or the
 * other way round, and notes those in the report. Waits for no more than a fraction of the
 * heartbeat. What can't be asked is left out.
 */
void neighbours_ask(struct experiment *x);

/* The other side: `question` (size bytes) is what another one has sent. Whether it is a neighbour.
 */
bool neighbours_answer(struct experiment *x, const char *question, size_t size);

/* One of these cgroups is the other or holds it. Both are absolute paths. */
bool neighbours_share(const char *path, const char *other);

#endif
