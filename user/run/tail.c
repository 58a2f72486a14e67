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

	*t = (struct tail){path, -1, -1};
	err = open_file(t);
	if (!err && lseek(t->fd, 0, SEEK_END) < 0) {
		err = -errno;
		tail_close(t);
	}
	return err;
}

static int read_rest(int fd, text_function f, void *context)
{
	char text[16384];
	ssize_t n;

	for (size_t all = 0; all < MOST_AT_ONCE; all += n) {
		n = read(fd, text, sizeof(text));
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

/* The path means another file by now. */
static int look_for_another(struct tail *t, const struct stat *ours)
{
	struct stat there;

	if (stat(t->path, &there))
		return errno == ENOENT ? 0 : -errno;
	return there.st_ino != ours->st_ino || there.st_dev != ours->st_dev;
}

/*
 * Who appends goes on with the file that was moved away until told of it, by when another one may
 * have its name: it is read until the next one is moved away.
 */
static int look_at_rotation(struct tail *t)
{
	struct stat ours;
	int other;

	if (fstat(t->fd, &ours))
		return -errno;
	other = look_for_another(t, &ours);
	look_for_truncation(t, &ours);
	if (other <= 0)
		return other;
	if (t->before >= 0)
		close(t->before);
	t->before = t->fd;
	return open_file(t);
}

int tail_read(struct tail *t, text_function f, void *context)
{
	int err = t->before >= 0 ? read_rest(t->before, f, context) : 0;

	if (err)
		return err;
	if (t->fd < 0) {
		err = open_file(t);
		return err ? (err == -ENOENT ? 0 : err) : read_rest(t->fd, f, context);
	}
	err = read_rest(t->fd, f, context) ?: look_at_rotation(t);
	if (err)
		return err == -ENOENT ? 0 : err;
	return read_rest(t->fd, f, context);
}

void tail_close(struct tail *t)
{
	if (t->fd >= 0)
		close(t->fd);
	if (t->before >= 0)
		close(t->before);
	t->fd = t->before = -1;
}
