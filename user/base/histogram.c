// SPDX-License-Identifier: GPL-2.0
#include "base/histogram.h"

#include <math.h>

uint64_t histogram_bucket_end(unsigned int bucket)
{
	unsigned int octave;

	if (bucket < HISTOGRAM_SUB)
		return bucket;
	octave = bucket / HISTOGRAM_SUB - 1;
	return ((HISTOGRAM_SUB + bucket % HISTOGRAM_SUB + 1ull) << octave) - 1;
}

void histogram_add(struct histogram *h, uint64_t ns)
{
	histogram_add_many(h, ns, 1);
}

void histogram_add_many(struct histogram *h, uint64_t ns, uint64_t n)
{
	h->count += n;
	h->sum += ns * n;
	if (ns > h->max)
		h->max = ns;
	h->buckets[histogram_bucket(ns)] += n;
}

uint64_t histogram_quantile(const struct histogram *h, double q)
{
	uint64_t rank = ceil(q * h->count), seen = 0;

	if (!rank)
		rank = 1;
	for (unsigned int b = 0; b < HISTOGRAM_BUCKETS; b++) {
		seen += h->buckets[b];
		if (seen >= rank) {
			uint64_t end = histogram_bucket_end(b);

			return end < h->max ? end : h->max;
		}
	}
	return 0;
}
