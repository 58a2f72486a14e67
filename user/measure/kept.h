/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a log as they came. So much is kept; what comes after it is lost, and whoever asks how
 * often something occurs learns that.
 */
#ifndef JINX_KEPT_H
#define JINX_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_KEPT (16u << 20) /* bytes */

struct pattern;
struct kept_blocks;

/* All zero: empty. A copy made by kept_share() never changes. */
struct kept {
	struct kept_blocks *blocks;
	uint64_t n_lines;
	bool cut; /* lines were lost */
};

/* A line that came then (CLOCK_MONOTONIC). */
void kept_add(struct kept *j, uint64_t now_ns, const char *line, size_t size);

/* What there is now; costs no copy. */
struct kept kept_share(const struct kept *j);
void kept_done(struct kept *j);

/*
 * How many lines that came at from_ns or later, and before to_ns, match. -E2BIG: for one of them
 * the regular expression takes too long.
 */
int kept_count(const struct kept *j, const struct pattern *p, uint64_t from_ns, uint64_t to_ns,
	uint64_t *ret);

#endif
