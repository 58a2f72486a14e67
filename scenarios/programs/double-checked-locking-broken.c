// SPDX-License-Identifier: GPL-2.0
/* A configuration that the first one who asks for it loads from a file, with a look at the pointer
 * before the lock. The pointer is there before the configuration is. */
#include <fcntl.h>

#include "race.h"

struct configuration {
	int loaded;
};

static struct configuration storage;
static _Atomic(struct configuration *) instance;
static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int unready;

static void load(struct configuration *c)
{
	int fd = open("configuration", O_RDONLY | O_CREAT, 0600);
	char text[16];

	if (fd < 0 || read(fd, text, sizeof(text)) < 0)
		exit(2);
	close(fd);
	c->loaded = 1;
}

static struct configuration *get(void)
{
	if (!instance) {
		pthread_mutex_lock(&once);
		if (!instance) {
			instance = &storage;
			load(instance);
		}
		pthread_mutex_unlock(&once);
	}
	return instance;
}

static void use(void)
{
	if (!get()->loaded)
		unready = 1;
}

static void begin(void)
{
	storage.loaded = 0;
	instance = NULL;
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
	return unready ? "it was used before it was loaded" : NULL;
}
