/* SPDX-License-Identifier: GPL-2.0 */
/* The clock by which victims tell how long something took, and by which they wait. */
#ifndef JINX_CLOCK_H
#define JINX_CLOCK_H

#include <stdint.h>
#include <time.h>

#define MS 1000000ull

static inline uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static inline long now_ms(void)
{
	return now() / MS;
}

static inline void pause_ns(uint64_t ns)
{
	struct timespec t = {ns / 1000000000, ns % 1000000000};

	nanosleep(&t, NULL);
}

#endif
