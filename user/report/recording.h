/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording: which call of which task was hit. The first line says of which rules; each other
 * line is one injection. docs/report.md
 */
#ifndef JINX_RECORDING_H
#define JINX_RECORDING_H

#include <stddef.h>

#include "base/error.h"
#include "kernel/plan.h"

/* The first line, to be freed. NULL: out of memory. */
char *recording_head(const struct plan *plan);

/* The line of an event; `ret` has room for EVENT_LINE_SIZE bytes. Returns its length. */
size_t recording_line(const struct event *e, char *ret);

struct recorded_call {
	struct recorded call;
	int64_t result;
};

/*
 * Reads a recording of the same rules. 0 and *ret (free it) with *ret_n calls; or -EINVAL or
 * another -errno with the reason in `why`.
 */
int recording_read(const char *path, const struct plan *plan, struct recorded_call **ret,
	size_t *ret_n, struct error *why);

#endif
