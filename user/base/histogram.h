/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log-linear histogram of durations: 32 equal buckets an octave, so that a
 * quantile is at most 1/32 above the true one, from 1 ns to centuries.
 */
#ifndef JINX_HISTOGRAM_H
#define JINX_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 5
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

struct histogram {
	uint64_t count, sum, max;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t ns);

/*
 * The value below or at which a share q (0..1) of all values lies: the upper bound
 * of its bucket, never above the maximum. 0 when the histogram is empty.
 */
uint64_t histogram_quantile(const struct histogram *h, double q);

/* The bucket of a value and the largest value of a bucket; for the tests. */
unsigned int histogram_bucket(uint64_t ns);
uint64_t histogram_bucket_end(unsigned int bucket);

#endif
