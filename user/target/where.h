/* SPDX-License-Identifier: GPL-2.0 */
/* What a `where` names: on this host, in the roots of the targets. */
#ifndef JINX_WHERE_H
#define JINX_WHERE_H

#include "base/error.h"
#include "target/target.h"

/*
 * Looks for the directories, functions and hosts that faults name; what is found of functions and
 * hosts is kept in *t. Hosts are asked for by the host's own resolver, which may take its time. 0,
 * or -EINVAL with *why: one isn't there.
 */
int where_find(const struct scenario *s, struct targets *t, struct error *why);

/* Closes the files that functions are in: nothing of the target's is held open any longer. */
void where_close(struct targets *t);

#endif
