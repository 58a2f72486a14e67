/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording: which call of which task was hit. The first line says of which rules; each other
 * line is one injection. docs/report.md
 */
#ifndef JINX_RECORDING_H
#define JINX_RECORDING_H

#include <stdio.h>

#include "kernel/plan.h"

/* 0 or -errno. */
int recording_begin(FILE *to, const struct plan *plan);
void recording_add(FILE *to, const struct event *e);

struct recorded_call {
	struct recorded call;
	int64_t result;
};

/*
 * Reads a recording of the same rules. 0 and *ret (free it) with *ret_n calls; or -EINVAL or
 * another -errno with the reason in `why`.
 */
int recording_read(const char *path, const struct plan *plan, struct recorded_call **ret,
	size_t *ret_n, char *why, size_t size);

#endif
