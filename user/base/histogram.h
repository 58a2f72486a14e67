/* SPDX-License-Identifier: GPL-2.0 */
/* Log-linear histogram of durations; its buckets are bpf/bucket.h's. */
#ifndef JINX_HISTOGRAM_H
#define JINX_HISTOGRAM_H

#include <linux/types.h>
#include <stdint.h>

#include "../../bpf/bucket.h"

struct histogram {
	uint64_t count, sum, max;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t ns);
void histogram_add_many(struct histogram *h, uint64_t ns, uint64_t n);

/*
 * The value below or at which a share q (0..1) of all values lies: the upper bound
 * of its bucket, never above the maximum. 0 when the histogram is empty.
 */
uint64_t histogram_quantile(const struct histogram *h, double q);

/* The largest value of a bucket; for the tests. */
uint64_t histogram_bucket_end(unsigned int bucket);

#endif
