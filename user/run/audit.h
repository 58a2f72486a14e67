/* SPDX-License-Identifier: GPL-2.0 */
/* A line in the host's journal when an experiment begins, is stopped, and ends: who, what, where.
 */
#ifndef JINX_AUDIT_H
#define JINX_AUDIT_H

struct experiment;
struct snapshot;

void audit_start(struct experiment *x);
/* Somebody, or something, wants an end. */
void audit_stop(struct experiment *x, const char *reason);
void audit_guard(struct experiment *x, const char *reason);
void audit_end(struct experiment *x, const struct snapshot *s);

#endif
