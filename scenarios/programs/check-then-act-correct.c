// SPDX-License-Identifier: GPL-2.0
/* Reads a file by a name that others may change, and opens it only if it is no link (O_NOFOLLOW).
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "race.h"

static char seen[16];
static _Atomic int swapped;

static int open_ours(void)
{
	int fd;

	if (access("ours", R_OK))
		return -1;
	if (swapped)
		race_meetings++;
	fd = open("ours", O_RDONLY | O_NOFOLLOW);
	return fd;
}

static void put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		exit(2);
	close(fd);
}

static void begin(void)
{
	swapped = 0;
	unlink("ours");
	put("ours", "ours");
	put("secret", "secret");
}

static void first(void)
{
	int fd = open_ours();

	memset(seen, 0, sizeof(seen));
	if (fd < 0)
		return;
	if (read(fd, seen, sizeof(seen) - 1) < 0)
		exit(2);
	close(fd);
}

/* What somebody else does, who may not read the secret. */
static void second(void)
{
	unlink("ours");
	if (symlink("secret", "ours"))
		exit(2);
	swapped = 1;
}

static const char *wrong(void)
{
	return strcmp(seen, "secret") ? NULL : "it has read the secret";
}
