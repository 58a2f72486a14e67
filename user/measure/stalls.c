// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "measure/steadiness.h"

static void add_gap(uint64_t gap, uint64_t than_ns, struct stalls *ret)
{
	ret->n += gap > than_ns;
	if (gap > ret->longest_ns)
		ret->longest_ns = gap;
}

void stalls_between(const struct samples *s, uint64_t from_ns, uint64_t to_ns, uint64_t than_ns,
	struct stalls *ret)
{
	uint64_t last = from_ns;

	*ret = (struct stalls){};
	for (size_t i = s->n ? samples_from(s, from_ns) : 0; i < s->n; i++) {
		const struct sample *one = sample_at(s, i);

		if (one->end_ns >= to_ns)
			break;
		if (one->result != SAMPLE_OK)
			continue;
		add_gap(one->end_ns - last, than_ns, ret);
		last = one->end_ns;
	}
	add_gap(to_ns - last, than_ns, ret);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t median_gap(const struct samples *s, uint64_t from_ns, uint64_t to_ns, int *ret_err)
{
	_cleanup_free_ uint64_t *gaps = malloc((s->n + 1) * sizeof(*gaps));
	uint64_t last = 0;
	size_t n = 0;

	*ret_err = gaps ? 0 : -ENOMEM;
	for (size_t i = s->n ? samples_from(s, from_ns) : 0; gaps && i < s->n; i++) {
		const struct sample *one = sample_at(s, i);

		if (one->end_ns >= to_ns)
			break;
		if (one->result != SAMPLE_OK)
			continue;
		if (last)
			gaps[n++] = one->end_ns - last;
		last = one->end_ns;
	}
	if (!n)
		return 0;
	qsort(gaps, n, sizeof(*gaps), by_size);
	return gaps[(n + 1) / 2 - 1];
}
