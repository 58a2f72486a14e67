/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buckets of a log-linear histogram, for both sides: 32 equal buckets an octave, so that a
 * quantile is at most 1/32 above the true one, from 1 ns to centuries.
 */
#ifndef JINX_BUCKET_H
#define JINX_BUCKET_H

#define HISTOGRAM_SUB_BITS 5
#define HISTOGRAM_SUB (1u << HISTOGRAM_SUB_BITS)
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

static inline unsigned int histogram_bucket(__u64 ns)
{
	unsigned int octave = 0;

	if (ns < HISTOGRAM_SUB)
		return ns;
	/* By halves: there is no instruction for it on the BPF machine. */
	for (unsigned int step = 32; step; step /= 2)
		if (ns >> HISTOGRAM_SUB_BITS >> octave >> step)
			octave += step;
	return (octave + 1) * HISTOGRAM_SUB + (ns >> octave) - HISTOGRAM_SUB;
}

#endif
