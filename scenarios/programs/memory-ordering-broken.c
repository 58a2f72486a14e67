// SPDX-License-Identifier: GPL-2.0
/* A result that is announced by a flag, without a lock or a system call. The stores are in the
 * order that a compiler or a processor may give them where neither is told not to: the flag comes
 * first. */
#define RACE_LATER_MS 40
#include "race.h"

static unsigned long result, seen;
static int ready;

/* Of some length, and no system call in it: a tenth of a millisecond. */
static unsigned long digest_of(unsigned long n)
{
	for (int i = 0; i < 80000; i++)
		n = (n ^ n >> 7) * 0x9e3779b97f4a7c15ul;
	return n | 1;
}

static void begin(void)
{
	result = seen = 0;
	ready = 0;
}

static void first(void)
{
	__atomic_store_n(&ready, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&result, digest_of(7), __ATOMIC_RELAXED);
}

static void second(void)
{
	int is_ready = __atomic_load_n(&ready, __ATOMIC_RELAXED);

	seen = is_ready ? __atomic_load_n(&result, __ATOMIC_RELAXED) : 1;
}

static const char *wrong(void)
{
	return seen ? NULL : "what is announced is not there";
}
