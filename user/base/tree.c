// SPDX-License-Identifier: GPL-2.0
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* A descriptor each. */
#define DEEPEST 500

/*
 * A directory of this one. What is mounted there is somebody else's, also where it is of the same
 * file system (mount --bind): -EXDEV.
 */
static int open_below(int parent, const char *name)
{
	struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS};
	int fd = syscall(SYS_openat2, parent, name, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

static int remove_one(int parent, const char *name, int depth);

/* Takes the descriptor. */
static int empty(int directory, int depth)
{
	_cleanup_dir_ DIR *d = fdopendir(directory);
	const struct dirent *entry;
	int err = 0;

	if (!d) {
		err = -errno;
		close(directory);
		return err;
	}
	if (depth > DEEPEST)
		return -ELOOP;
	while ((entry = readdir(d))) {
		int one;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		one = remove_one(dirfd(d), entry->d_name, depth + 1);
		err = err ?: one;
	}
	return err;
}

static int remove_one(int parent, const char *name, int depth)
{
	int fd, err;

	if (!unlinkat(parent, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	fd = open_below(parent, name);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = empty(fd, depth);
	if (unlinkat(parent, name, AT_REMOVEDIR) && errno != ENOENT)
		return err ?: -errno;
	return 0;
}

int tree_remove(const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *folder = slash ? strndup(path, slash - path + 1) : strdup(".");
	_cleanup_fd_ int parent = -1;

	if (!folder)
		return -ENOMEM;
	parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return errno == ENOENT ? 0 : -errno;
	return remove_one(parent, slash ? slash + 1 : path, 0);
}
