/* SPDX-License-Identifier: GPL-2.0 */
/* Who sleeps in the gate and until when: a heap of its slots, the one that is due first on top. */
#ifndef JINX_DEADLINES_H
#define JINX_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

#include "../../bpf/abi.h"

struct deadlines {
	uint32_t n;
	uint32_t heap[MAX_SLEEPERS]; /* slots */
	struct {
		uint64_t until_ns;
		uint32_t place; /* in the heap, from 1 on; 0: not in it */
	} slot[MAX_SLEEPERS];
};

static inline bool deadlines_has(const struct deadlines *d, uint32_t slot)
{
	return d->slot[slot].place;
}

/* The slot that is due first; only when there is one (d->n). */
static inline uint32_t deadlines_first(const struct deadlines *d)
{
	return d->heap[0];
}

/* A slot (below MAX_SLEEPERS) that is not in the heap, and its time (CLOCK_MONOTONIC). */
void deadlines_add(struct deadlines *d, uint32_t slot, uint64_t until_ns);
/* A slot that is in the heap. */
void deadlines_remove(struct deadlines *d, uint32_t slot);

#endif
