/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the end of the injection to the first success that no failure follows. An operation that
 * began before the end counts when it fails after it. (How long recovery took goes by windows:
 * measure/recovery.c.)
 */
#ifndef JINX_LAST_FAILURE_H
#define JINX_LAST_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

struct last_failure {
	uint64_t ended_ns; /* of the injection; 0: none has ended yet */
	uint64_t good_ns;  /* the first success since the last failure; 0: none */
};

static inline void last_failure_begin(struct last_failure *r, uint64_t now_ns)
{
	*r = (struct last_failure){.ended_ns = now_ns};
}

static inline void last_failure_add(struct last_failure *r, uint64_t ended_ns, bool succeeded)
{
	if (!r->ended_ns || ended_ns < r->ended_ns)
		return;
	if (!succeeded)
		r->good_ns = 0;
	else if (!r->good_ns)
		r->good_ns = ended_ns;
}

/* UINT64_MAX when no such success was seen. */
static inline uint64_t last_failure_time(const struct last_failure *r)
{
	return r->ended_ns && r->good_ns ? r->good_ns - r->ended_ns : UINT64_MAX;
}

#endif
