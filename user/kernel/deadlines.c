// SPDX-License-Identifier: GPL-2.0
#include "kernel/deadlines.h"

static void place(struct deadlines *d, uint32_t at, uint32_t slot)
{
	d->heap[at] = slot;
	d->slot[slot].place = at + 1;
}

static bool before(const struct deadlines *d, uint32_t a, uint32_t b)
{
	return d->slot[a].until_ns < d->slot[b].until_ns;
}

static void sift_up(struct deadlines *d, uint32_t at)
{
	uint32_t slot = d->heap[at];

	for (; at && before(d, slot, d->heap[(at - 1) / 2]); at = (at - 1) / 2)
		place(d, at, d->heap[(at - 1) / 2]);
	place(d, at, slot);
}

static void sift_down(struct deadlines *d, uint32_t at)
{
	uint32_t slot = d->heap[at];

	for (uint32_t child; (child = 2 * at + 1) < d->n; at = child) {
		if (child + 1 < d->n && before(d, d->heap[child + 1], d->heap[child]))
			child++;
		if (!before(d, d->heap[child], slot))
			break;
		place(d, at, d->heap[child]);
	}
	place(d, at, slot);
}

void deadlines_add(struct deadlines *d, uint32_t slot, uint64_t until_ns)
{
	d->slot[slot].until_ns = until_ns;
	place(d, d->n++, slot);
	sift_up(d, d->n - 1);
}

void deadlines_remove(struct deadlines *d, uint32_t slot)
{
	uint32_t at = d->slot[slot].place - 1, last = d->heap[--d->n];

	d->slot[slot].place = 0;
	if (last == slot)
		return;
	place(d, at, last);
	sift_up(d, at);
	sift_down(d, d->slot[last].place - 1);
}
