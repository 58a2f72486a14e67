/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When the operations of an open-loop workload are due: at fixed times, whether those before have
 * ended or not. Who starts them tells the time; this knows no clock. Shared memory may hold it.
 */
#ifndef JINX_PACE_H
#define JINX_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	uint64_t began_ns, interval_ns;
	uint64_t next; /* the number of the next one, from 0 */
	/* Those that had to wait for a worker, and those that none began before their time was
	 * over. */
	uint64_t late, dropped;
};

/* When the next one is due. */
static inline uint64_t pace_due(const struct pace *p)
{
	return p->began_ns + p->next * p->interval_ns;
}

/*
 * Takes the next one, if it is due; those that have waited for longer than the patience are
 * dropped first. `waited`: no worker was idle when it became due.
 */
static inline bool pace_take(struct pace *p, uint64_t now_ns, uint64_t patience_ns, bool waited,
	uint64_t *ret_planned_ns)
{
	uint64_t latest = now_ns > patience_ns ? now_ns - patience_ns : 0, behind;

	if (pace_due(p) < latest) {
		behind = (latest - pace_due(p) + p->interval_ns - 1) / p->interval_ns;
		p->dropped += behind;
		p->next += behind;
	}
	if (pace_due(p) > now_ns)
		return false;
	*ret_planned_ns = pace_due(p);
	p->late += waited;
	p->next++;
	return true;
}

#endif
