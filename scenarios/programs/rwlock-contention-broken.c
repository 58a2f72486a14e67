// SPDX-License-Identifier: GPL-2.0
/* A table in which each key is to stand once, behind a lock for reading and writing: nobody looks
 * again once the lock for writing is there. */
#include "race.h"

static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static int entries;

static int is_there(void)
{
	int found;

	pthread_rwlock_rdlock(&table_lock);
	found = entries > 0;
	pthread_rwlock_unlock(&table_lock);
	return found;
}

static void use(void)
{
	if (!is_there()) {
		trace("adding it\n");
		pthread_rwlock_wrlock(&table_lock);
		entries++;
		pthread_rwlock_unlock(&table_lock);
	}
}

static void begin(void)
{
	entries = 0;
}

static void first(void)
{
	use();
}

static void second(void)
{
	use();
}

static const char *wrong(void)
{
	return entries == 1 ? NULL : "the key stands there twice";
}
