/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that somebody appends to, read from its end on. It may be moved away and made anew, or be
 * emptied, as logs are that rotate; it needn't be there yet.
 */
#ifndef JINX_TAIL_H
#define JINX_TAIL_H

#include <stddef.h>
#include <sys/types.h>

struct tail {
	const char *path;
	int fd;	    /* -1: it isn't there */
	int before; /* the one that was moved away last; -1: none was */
};

typedef void (*text_function)(const char *text, size_t size, void *context);

/* 0; -ENOENT: it isn't there yet; or another -errno. `path` must stay. */
int tail_open(struct tail *t, const char *path);
/* Calls f for what has come since; 0 or -errno, and it may be called again. */
int tail_read(struct tail *t, text_function f, void *context);
void tail_close(struct tail *t);

#endif
