// SPDX-License-Identifier: GPL-2.0
/* Reads a file by a name that others may change, after it has asked whether that is a link (lstat,
 * then open). */
#include <fcntl.h>
#include <sys/stat.h>

#include "race.h"

static char seen[16];
static _Atomic int swapped;

static int open_ours(void)
{
	struct stat found;

	if (lstat("ours", &found) || !S_ISREG(found.st_mode))
		return -1;
	return open("ours", O_RDONLY);
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
