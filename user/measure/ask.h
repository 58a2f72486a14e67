/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A metric of an expectation, asked of a snapshot: a file ask_SUBJECT.c for each of its subjects,
 * with one function, which is a row of the table in ask.c.
 */
#ifndef JINX_ASK_H
#define JINX_ASK_H

#include "base/span.h"
#include "expect/expect.h"
#include "measure/snapshot.h"

/*
 * `ret` is zero; one of answer() and answer_unknown() fills it. `within`: NULL; or a guard's, which
 * looks at the last seconds: operations that ended then (CLOCK_MONOTONIC).
 */
typedef void (*ask_function)(const struct snapshot *s, const struct metric *m,
	const struct span *within, struct measured *ret);

/* What the metric is now, or why nobody knows. */
void snapshot_ask(const struct snapshot *s, const struct metric *m, struct measured *ret);
void snapshot_ask_within(const struct snapshot *s, const struct metric *m,
	const struct span *within, struct measured *ret);

/* n: of how many samples; 0 where that means nothing. */
void answer(struct measured *ret, double value, uint64_t n);
void answer_unknown(struct measured *ret, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The phases that the metric's scope means, a bit each: those that were reached. 0 when there is
 * none, and then *ret says so.
 */
uint32_t ask_phases(const struct snapshot *s, const struct metric *m, struct measured *ret);

/* The subjects. */
ask_function ask_function_of(const struct metric *m);
void ask_workload(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);
void ask_run(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);
void ask_rules(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);
/* What the kernel measured at a point: "calls[read]", "errors[..]", "p99[fsync, natural]". */
void ask_points(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);
void ask_probe(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);
void ask_target(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);
void ask_log(const struct snapshot *s, const struct metric *m, const struct span *within,
	struct measured *ret);

#endif
