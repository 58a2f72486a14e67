/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One page that others ask for by HTTP, in a loop and without threads; /metrics is its path. Home
 * of libmicrohttpd.
 */
#ifndef JINX_SERVER_H
#define JINX_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "net/listen.h"

struct server;

struct server_functions {
	/* The page for whoever accepts that ("" or the header's text); its type in *ret_type. What
	 * is returned stays until the next call. NULL: out of memory. */
	const char *(*page)(const char *accept, const char **ret_type, void *context);
	/* Somebody has got all of a page. */
	void (*served)(void *context);
};

/*
 * Listens; connections wait until server_start(). With a token only who sends it as "Authorization:
 * Bearer TOKEN" gets the page. `a` is copied. 0 or -errno, -EINVAL with *why.
 */
int server_new(const struct listen_address *a, const char *token, const struct server_functions *f,
	void *context, struct server **ret, struct error *why);
/* Answers from now on, in a loop, until server_pause(). 0 or -errno. */
int server_start(struct server *s, struct loop *l);
void server_pause(struct server *s);
/* NULL is nothing. */
void server_free(struct server *s);

#define MAX_TOKEN 512

/* A token is a file's first line, which others can't read. 0 or -EINVAL with *why. */
int server_read_token(const char *path, char ret[MAX_TOKEN], struct error *why);

#endif
