// SPDX-License-Identifier: GPL-2.0
#include "run/summary.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* GitHub shows nothing at all of a summary of over 1024 KiB. */
#define MOST_BYTES (1000 * 1024)

int summary_add(const char *path, const char *text)
{
	_cleanup_fd_ int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0644);
	size_t size = strlen(text);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (st.st_size + size > MOST_BYTES)
		return -EFBIG;
	/* In one write: several may add to it at a time. */
	return write(fd, text, size) == (ssize_t)size ? 0 : -(errno ?: EIO);
}
