/* SPDX-License-Identifier: GPL-2.0 */
/* The run as a trace, for a collector (--otlp). */
#ifndef JINX_TRACE_H
#define JINX_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct experiment;
struct snapshot;

/* Notes what has been injected until now. */
void trace_look(struct experiment *x, uint64_t now_ns);
/*
 * Sends it, once nothing is attached any more, and waits for a few seconds at the most. False: the
 * collector did not take it, of which there is a note in x->measure now.
 */
bool trace_send(struct experiment *x, const struct snapshot *s);

#endif
