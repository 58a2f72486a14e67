/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recovery time: from the end of the injection to the first success that no failure
 * follows. An operation that began before the end counts when it fails after it.
 */
#ifndef JINX_RECOVERY_H
#define JINX_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

struct recovery {
	uint64_t ended_ns; /* of the injection; 0: none has ended yet */
	uint64_t good_ns;  /* the first success since the last failure; 0: none */
};

static inline void recovery_begin(struct recovery *r, uint64_t now_ns)
{
	*r = (struct recovery){.ended_ns = now_ns};
}

static inline void recovery_add(struct recovery *r, uint64_t ended_ns, bool succeeded)
{
	if (!r->ended_ns || ended_ns < r->ended_ns)
		return;
	if (!succeeded)
		r->good_ns = 0;
	else if (!r->good_ns)
		r->good_ns = ended_ns;
}

/* UINT64_MAX when it has not recovered. */
static inline uint64_t recovery_time(const struct recovery *r)
{
	return r->ended_ns && r->good_ns ? r->good_ns - r->ended_ns : UINT64_MAX;
}

#endif
