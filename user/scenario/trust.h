/* SPDX-License-Identifier: GPL-2.0 */
/* Whose words root carries out: a scenario names commands. */
#ifndef JINX_TRUST_H
#define JINX_TRUST_H

#include "scenario/scenario.h"

/*
 * Whether root may act on the open file: it and its directory belong to root, or to the user who
 * became root by sudo, and nobody else can write them. Goes by the descriptor, so nothing can be
 * exchanged in between. For other users than root all is well. 0 or -EPERM with why->message.
 */
int trust_check(int fd, struct error *why);

#endif
