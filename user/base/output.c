// SPDX-License-Identifier: GPL-2.0
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ROOM (256 * 1024)

struct output {
	int fd;
	char *path; /* NULL: a standard one */
	struct stat st;
	bool made;   /* the file was not there before */
	bool begun;  /* what it held is gone */
	bool blocks; /* O_NONBLOCK can't be had: it is shared with other processes */
	int err;
	off_t whole; /* the file's size up to the end of its last whole line */
	off_t written;
	char *buffer;
	size_t used, size;
};

static struct output *output_new(void)
{
	struct output *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->fd = -1;
	o->size = ROOM;
	o->buffer = malloc(o->size);
	if (o->buffer)
		return o;
	free(o);
	return NULL;
}

/* Without O_TRUNC: the experiment may fail to start. */
static int open_file(struct output *o, const char *path)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

	o->fd = open(path, flags | O_EXCL, 0666);
	o->made = o->fd >= 0;
	if (o->fd < 0 && errno == EEXIST)
		o->fd = open(path, flags, 0666);
	if (o->fd < 0 || fstat(o->fd, &o->st))
		return -errno;
	o->path = strdup(path);
	return o->path ? 0 : -ENOMEM;
}

int output_open(const char *path, struct output **ret)
{
	struct output *o = output_new();
	int err = o ? open_file(o, path) : -ENOMEM;

	if (err)
		output_close(o);
	else
		*ret = o;
	return err;
}

/*
 * O_NONBLOCK belongs to the open file, which the shell and others share: a terminal or a pipe is
 * opened a second time. A regular file doesn't block, and has its offset there.
 */
static int open_again(int fd, const struct stat *st)
{
	char path[32];

	if (!S_ISCHR(st->st_mode) && !S_ISFIFO(st->st_mode))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

struct output *output_standard(int fd)
{
	struct output *o = output_new();

	if (!o)
		return NULL;
	if (fstat(fd, &o->st))
		o->err = -errno;
	else if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		o->err =
			-EBADF; /* opened again it would take everything, and nobody would see it */
	else
		o->fd = open_again(fd, &o->st);
	o->blocks = o->fd < 0;
	if (o->blocks)
		o->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	o->begun = true;
	return o;
}

bool output_is_same(const struct output *a, const struct output *b)
{
	/* Through a terminal or a pipe of which one is the table things may well be mixed. */
	bool mixes = S_ISREG(a->st.st_mode) || (S_ISFIFO(a->st.st_mode) && a->path && b->path);

	return mixes && a->st.st_dev == b->st.st_dev && a->st.st_ino == b->st.st_ino;
}

int output_fd(const struct output *o)
{
	return o->fd;
}

static void fail(struct output *o, int err)
{
	o->err = err;
	o->used = 0;
	/* Who reads it finds whole lines. Where that fails too, the first error is the one to tell.
	 */
	if (o->path && S_ISREG(o->st.st_mode) && o->written > o->whole)
		(void)!ftruncate(o->fd, o->whole);
}

static void begin(struct output *o)
{
	if (o->begun || o->err)
		return;
	o->begun = true;
	if (S_ISREG(o->st.st_mode) && ftruncate(o->fd, 0))
		fail(o, -errno);
}

/* A part of it, at least a byte. 0 or -errno. */
static int write_some(struct output *o)
{
	struct pollfd p = {.fd = o->fd, .events = POLLOUT};
	const char *end;
	ssize_t n;

	if (o->blocks && !S_ISREG(o->st.st_mode) && poll(&p, 1, 0) == 0)
		return -EAGAIN;
	n = write(o->fd, o->buffer, o->used);
	if (n <= 0)
		return n ? -errno : -EIO;
	end = memrchr(o->buffer, '\n', n);
	if (end)
		o->whole = o->written + (end + 1 - o->buffer);
	o->written += n;
	o->used -= n;
	memmove(o->buffer, o->buffer + n, o->used);
	return 0;
}

void output_flush(struct output *o)
{
	int err = 0;

	if (o->used)
		begin(o);
	while (o->used && !err)
		err = write_some(o);
	if (err && err != -EAGAIN && err != -EINTR)
		fail(o, err);
}

char *output_room(struct output *o, size_t n)
{
	if (o->size - o->used < n)
		output_flush(o);
	return o->size - o->used < n ? NULL : o->buffer + o->used;
}

void output_add(struct output *o, size_t n)
{
	if (!o->err)
		o->used += n;
}

void output_put(struct output *o, const char *text)
{
	size_t n = strlen(text);

	if (o->err)
		return;
	if (o->size - o->used < n) {
		char *more = realloc(o->buffer, o->used + n);

		if (!more) {
			fail(o, -ENOMEM);
			return;
		}
		o->buffer = more;
		o->size = o->used + n;
	}
	memcpy(o->buffer + o->used, text, n);
	o->used += n;
}

bool output_is_empty(const struct output *o)
{
	return !o->used;
}

int output_finish(struct output *o, int cancel)
{
	begin(o);
	output_flush(o);
	while (o->used) {
		struct pollfd p[] = {
			{.fd = o->fd, .events = POLLOUT}, {.fd = cancel, .events = POLLIN}};

		if (poll(p, ARRAY_SIZE(p), -1) < 0 && errno != EINTR)
			return -errno;
		if (p[1].revents)
			return -ECANCELED;
		output_flush(o);
	}
	return o->err;
}

void output_close(struct output *o)
{
	if (!o)
		return;
	/* That it stays is no harm. */
	if (o->made && !o->begun)
		(void)unlink(o->path);
	if (o->fd >= 0)
		close(o->fd);
	free(o->path);
	free(o->buffer);
	free(o);
}
