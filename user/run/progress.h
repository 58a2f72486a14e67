/* SPDX-License-Identifier: GPL-2.0 */
/* How an experiment is doing: its numbers, read every now and then. */
#ifndef JINX_PROGRESS_H
#define JINX_PROGRESS_H

struct experiment;
struct status;

/* Reads them from now on. 0 or -errno. */
int progress_begin(struct experiment *x);

/* Takes over what measured calls have come to: not at each tick, as that may be a lot. */
void progress_read_calls(struct experiment *x);

/* Reads the last ones. */
void progress_end(struct experiment *x);

/* What jinx ps tells. */
void progress_status(const struct experiment *x, struct status *ret);

#endif
