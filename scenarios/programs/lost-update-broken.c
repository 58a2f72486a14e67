// SPDX-License-Identifier: GPL-2.0
/* Two threads add one to the number in a file, without a lock. */
#include <fcntl.h>
#include <sys/file.h>

#include "race.h"

static void add_one(void)
{
	long n = 0;
	int fd = open("number", O_RDWR);

	if (fd < 0 || pread(fd, &n, sizeof(n), 0) != sizeof(n))
		exit(2);
	n++;
	if (pwrite(fd, &n, sizeof(n), 0) != sizeof(n))
		exit(2);
	close(fd);
}

static void begin(void)
{
	long none = 0;
	int fd = open("number", O_RDWR | O_CREAT, 0600);

	if (fd < 0 || pwrite(fd, &none, sizeof(none), 0) != sizeof(none))
		exit(2);
	close(fd);
}

static void first(void)
{
	add_one();
}

static void second(void)
{
	add_one();
}

static const char *wrong(void)
{
	long n = 0;
	int fd = open("number", O_RDONLY);

	if (fd < 0 || pread(fd, &n, sizeof(n), 0) != sizeof(n))
		exit(2);
	close(fd);
	return n == 2 ? NULL : "an update was lost";
}
