/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jitter did shortly before something failed: an operation, a probe, or a command that was to
 * succeed. Of a race that is the part that one has to know.
 */
#ifndef JINX_BEFORE_FAILURE_H
#define JINX_BEFORE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../bpf/abi.h"

struct experiment;
struct plan;

#define BEFORE_FAILURE_NS 10000000ull
#define MAX_BEFORE_FAILURE 4096u /* injections that are kept; a power of two */
#define MAX_FAILURES_TOLD 3

struct before_failure {
	struct event last[MAX_BEFORE_FAILURE];
	uint64_t n; /* so many there have been */
	unsigned int told;
};

/* Whether the plan has a rule of which it is told. */
bool before_failure_asks(const struct plan *plan);

/* An injection; they come in about the order in which they were. */
void before_failure_add(struct before_failure *b, const struct event *e);

/*
 * "pread64 3.85 ms (worker 4711) 8.1 ms before, ...": those that ended less than `long_ns`
 * before that moment or later, or before such a one began; the last ones where there are many.
 * Returns how many there are.
 */
unsigned int before_failure_text(
	const struct before_failure *b, uint64_t at_ns, uint64_t long_ns, char *ret, size_t size);

/* `what` has failed at that moment: a note of it, if the experiment has such a rule. */
void before_failure_tell(struct experiment *x, uint64_t at_ns, const char *what);

#endif
