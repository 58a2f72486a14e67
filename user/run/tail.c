// SPDX-License-Identifier: GPL-2.0
#include "run/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Not more at once: who waits for the heartbeat can't wait for a log. */
#define MOST_AT_ONCE (4 << 20)

static int open_file(struct tail *t)
{
	t->fd = open(t->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return t->fd < 0 ? -errno : 0;
}

int tail_open(struct tail *t, const char *path)
{
	int err;

	*t = (struct tail){path, -1};
	err = open_file(t);
	if (!err && lseek(t->fd, 0, SEEK_END) < 0) {
		err = -errno;
		tail_close(t);
	}
	return err;
}

static int read_rest(const struct tail *t, text_function f, void *context)
{
	char text[16384];
	ssize_t n;

	for (size_t all = 0; all < MOST_AT_ONCE; all += n) {
		n = read(t->fd, text, sizeof(text));
		if (n <= 0)
			return n < 0 ? -errno : 0;
		f(text, n, context);
	}
	return 0;
}

/* It is shorter than what has been read of it: somebody has emptied it. */
static void look_for_truncation(const struct tail *t, const struct stat *now)
{
	off_t at = lseek(t->fd, 0, SEEK_CUR);

	if (at > now->st_size)
		(void)lseek(t->fd, 0, SEEK_SET);
}

/* The path means another file by now, or none. */
static int look_for_another(struct tail *t, const struct stat *ours)
{
	struct stat there;

	if (stat(t->path, &there))
		return errno == ENOENT ? 1 : -errno;
	return there.st_ino != ours->st_ino || there.st_dev != ours->st_dev;
}

int tail_read(struct tail *t, text_function f, void *context)
{
	struct stat ours;
	int err, other;

	if (t->fd < 0) {
		err = open_file(t);
		return err ? (err == -ENOENT ? 0 : err) : read_rest(t, f, context);
	}
	if (fstat(t->fd, &ours))
		return -errno;
	other = look_for_another(t, &ours);
	look_for_truncation(t, &ours);
	err = read_rest(t, f, context);
	if (err || other < 0)
		return err ?: other;
	if (!other)
		return 0;
	tail_close(t);
	err = open_file(t);
	return err == -ENOENT ? 0 : err ?: read_rest(t, f, context);
}

void tail_close(struct tail *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}
