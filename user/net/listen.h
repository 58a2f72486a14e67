/* SPDX-License-Identifier: GPL-2.0 */
/* Where a server of jinx's is to be found: "127.0.0.1:9464", "[::1]:9464", "unix:/run/x.sock". */
#ifndef JINX_LISTEN_H
#define JINX_LISTEN_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"

struct listen_address {
	const char *text; /* as it was written; it has to stay */
	socklen_t size;
	union {
		struct sockaddr any;
		struct sockaddr_storage room;
		struct sockaddr_un unix_path;
	} socket;
};

/* Names other than localhost are not looked up. 0, or -EINVAL with *why. */
int listen_parse(const char *text, struct listen_address *ret, struct error *why);

/* Nobody from another host gets there. */
bool listen_is_local(const struct listen_address *a);

/*
 * A socket that waits for connections, in *ret. A unix socket is its owner's and its group's alone;
 * one that a process which is gone has left is replaced. 0 or -EINVAL with *why.
 */
int listen_open(const struct listen_address *a, int *ret, struct error *why);
/* What it has made in the file system, once the socket is closed. */
void listen_remove(const struct listen_address *a);

#endif
