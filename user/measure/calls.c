// SPDX-License-Identifier: GPL-2.0
#include "measure/calls.h"

#include <string.h>

void calls_histogram(const struct meter_row *row, struct histogram *ret)
{
	_Static_assert(METER_FIRST_BUCKET + METER_BUCKETS <= HISTOGRAM_BUCKETS, "a part of it");
	memset(ret, 0, sizeof(*ret));
	ret->sum = row->sum_ns;
	ret->max = row->max_ns;
	for (unsigned int b = 0; b < METER_BUCKETS; b++) {
		ret->buckets[METER_FIRST_BUCKET + b] = row->buckets[b];
		ret->count += row->buckets[b];
	}
}

uint64_t calls_failed(const struct meter_row *row)
{
	uint64_t failed = 0;

	for (unsigned int e = 0; e < METER_ERRORS; e++)
		failed += row->errors[e];
	return failed;
}

/* Read while calls go on, one may have ended that is not seen to have begun. */
uint64_t calls_unfinished(const struct meter_row *row, uint64_t ended)
{
	return row->begun > ended ? row->begun - ended : 0;
}

void histogram_pool(struct histogram *to, const struct histogram *from)
{
	to->count += from->count;
	to->sum += from->sum;
	if (from->max > to->max)
		to->max = from->max;
	for (unsigned int b = 0; b < HISTOGRAM_BUCKETS; b++)
		to->buckets[b] += from->buckets[b];
}
