/* SPDX-License-Identifier: GPL-2.0 */
/* All that stands before the first phase. */
#ifndef JINX_PREPARE_H
#define JINX_PREPARE_H

struct error;
struct experiment;

/*
 * Finds and makes the targets, attaches everything, disarmed, and drops the privileges that are
 * not needed any more. 0; -errno as experiment_run().
 */
int prepare(struct experiment *x, struct error *why);

#endif
