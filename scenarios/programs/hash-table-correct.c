// SPDX-License-Identifier: GPL-2.0
/* A hash table in memory: the slot is claimed by compare-and-swap once the hash of the value is
 * there. No system call is made on the way. */
#define RACE_LATER_MS 40
#include "race.h"

#define SLOTS 8

static struct {
	int key;
	unsigned long digest;
} slots[SLOTS];

/* Of some length, and no system call in it: a tenth of a millisecond. */
static unsigned long digest_of(unsigned long n)
{
	for (int i = 0; i < 80000; i++)
		n = (n ^ n >> 7) * 0x9e3779b97f4a7c15ul;
	return n | 1;
}

/* Linear probing; both keys begin at the first slot. */
static void insert(int key)
{
	unsigned long digest = digest_of(key);
	int i = 0, none = 0;

	while (i < SLOTS && !__atomic_compare_exchange_n(&slots[i].key, &none, key, 0,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		none = 0;
		i++;
	}
	slots[i].digest = digest;
}

static void begin(void)
{
	memset(slots, 0, sizeof(slots));
}

static void first(void)
{
	insert(1);
}

static void second(void)
{
	insert(9);
	race_meetings += slots[0].key == 9;
}

static const char *wrong(void)
{
	return slots[0].key && slots[1].key ? NULL : "a key is lost";
}
