// SPDX-License-Identifier: GPL-2.0
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DEEPEST 128

static int empty(int directory, dev_t device, int depth);

static int remove_one(int parent, const char *name, dev_t device, int depth)
{
	_cleanup_fd_ int fd = -1;
	int err = 0;

	if (!unlinkat(parent, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	err = empty(fd, device, depth);
	if (unlinkat(parent, name, AT_REMOVEDIR) && errno != ENOENT)
		return err ?: -errno;
	return 0;
}

static int empty(int directory, dev_t device, int depth)
{
	int copy = dup(directory), err = 0;
	_cleanup_dir_ DIR *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	struct stat st;

	if (!d) {
		err = -errno;
		if (copy >= 0)
			close(copy);
		return err;
	}
	if (fstat(directory, &st))
		return -errno;
	if (st.st_dev != device || depth > DEEPEST)
		return st.st_dev != device ? -EXDEV : -ELOOP;
	while ((entry = readdir(d))) {
		int one;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		one = remove_one(directory, entry->d_name, device, depth + 1);
		err = err ?: one;
	}
	return err;
}

int tree_remove(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	return remove_one(AT_FDCWD, path, st.st_dev, 0);
}
