// SPDX-License-Identifier: GPL-2.0
/* A hash table in memory: the slot is looked for before the hash of the value is computed. No
 * system call is made on the way. */
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
static int free_slot(void)
{
	int i = 0;

	while (i < SLOTS && __atomic_load_n(&slots[i].key, __ATOMIC_SEQ_CST))
		i++;
	return i;
}

static void insert(int key)
{
	int i = free_slot();

	slots[i].digest = digest_of(key);
	__atomic_store_n(&slots[i].key, key, __ATOMIC_SEQ_CST);
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
}

static const char *wrong(void)
{
	return slots[0].key && slots[1].key ? NULL : "a key is lost";
}
