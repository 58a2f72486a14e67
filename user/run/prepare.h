/* SPDX-License-Identifier: GPL-2.0 */
/* All that stands before the first phase. */
#ifndef JINX_PREPARE_H
#define JINX_PREPARE_H

struct experiment;

/*
 * Finds and makes the targets, attaches everything, disarmed, and drops the privileges that are
 * not needed any more. 0, or an exit code having said what went wrong.
 */
int prepare(struct experiment *x);

#endif
