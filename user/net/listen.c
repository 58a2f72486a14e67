// SPDX-License-Identifier: GPL-2.0
#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define UNIX "unix:"
#define LOCALHOST "localhost"
#define BACKLOG 16
/* Whoever is to read it gets it by the socket's group. */
#define SOCKET_MODE 0660

static int parse_path(const char *path, struct listen_address *ret, struct error *why)
{
	struct sockaddr_un *to = &ret->socket.unix_path;

	if (*path != '/' || strlen(path) >= sizeof(to->sun_path))
		return error_set(why, -EINVAL,
			"a unix socket takes an absolute path of at most %zu bytes, not \"%.80s\"",
			sizeof(to->sun_path) - 1, path);
	to->sun_family = AF_UNIX;
	snprintf(to->sun_path, sizeof(to->sun_path), "%s", path);
	ret->size = sizeof(*to);
	return 0;
}

static bool is_port(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text >= '0' && *text <= '9' && !*end && n > 0 && n <= 65535;
}

/* "HOST:PORT" or "[HOST]:PORT", where only the latter's may have colons. */
static bool split(const char *text, char host[64], const char **ret_port)
{
	const char *colon = strrchr(text, ':'), *begin = text, *end = colon;

	if (!colon || colon == text)
		return false;
	if (*text == '[' && colon[-1] == ']') {
		begin++;
		end--;
	} else if (memchr(text, ':', colon - text)) {
		return false;
	}
	if (end - begin <= 0 || end - begin >= 64)
		return false;
	snprintf(host, 64, "%.*s", (int)(end - begin), begin);
	*ret_port = colon + 1;
	return true;
}

int listen_parse(const char *text, struct listen_address *ret, struct error *why)
{
	const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
	struct addrinfo *found = NULL;
	const char *port;
	char host[64];

	*ret = (struct listen_address){.text = text};
	if (!strncmp(text, UNIX, strlen(UNIX)))
		return parse_path(text + strlen(UNIX), ret, why);
	if (split(text, host, &port) && is_port(port) &&
		!getaddrinfo(strcmp(host, LOCALHOST) ? host : "127.0.0.1", port, &wanted, &found)) {
		memcpy(&ret->socket, found->ai_addr, found->ai_addrlen);
		ret->size = found->ai_addrlen;
		freeaddrinfo(found);
		return 0;
	}
	return error_set(why, -EINVAL,
		"an address is 127.0.0.1:9464, [::1]:9464 or unix:/run/jinx.sock, not \"%.80s\"",
		text);
}

bool listen_is_local(const struct listen_address *a)
{
	const struct sockaddr_in6 *six = (const void *)&a->socket;
	const struct sockaddr_in *four = (const void *)&a->socket;

	switch (a->socket.any.sa_family) {
	case AF_INET:
		return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) ||
		       (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) &&
			       six->sin6_addr.s6_addr[12] == IN_LOOPBACKNET);
	default:
		return a->socket.any.sa_family == AF_UNIX;
	}
}

/* Nobody takes connections there: it was left behind. */
static bool is_left(const struct listen_address *a)
{
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	return fd >= 0 && !lstat(a->socket.unix_path.sun_path, &st) && S_ISSOCK(st.st_mode) &&
	       connect(fd, &a->socket.any, a->size) && errno == ECONNREFUSED;
}

static bool is_another_file(const struct listen_address *a)
{
	struct stat st;

	return a->socket.any.sa_family == AF_UNIX && !lstat(a->socket.unix_path.sun_path, &st) &&
	       !S_ISSOCK(st.st_mode);
}

static int prepare_socket(const struct listen_address *a, int fd)
{
	const int one = 1;

	if (a->socket.any.sa_family != AF_UNIX)
		return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (is_left(a))
		(void)unlink(a->socket.unix_path.sun_path); /* bind() says if it is still there */
	return fchmod(fd, 0600);			    /* bind() makes the file of this */
}

static int let_group_in(const struct listen_address *a)
{
	return a->socket.any.sa_family == AF_UNIX ? chmod(a->socket.unix_path.sun_path, SOCKET_MODE)
						  : 0;
}

int listen_open(const struct listen_address *a, int *ret, struct error *why)
{
	_cleanup_fd_ int fd =
		socket(a->socket.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && !prepare_socket(a, fd) && !bind(fd, &a->socket.any, a->size) &&
		!let_group_in(a) && !listen(fd, BACKLOG)) {
		*ret = take_fd(&fd);
		return 0;
	}
	if (errno == EADDRINUSE && is_another_file(a))
		return error_set(why, -EINVAL, "%s: this file is no socket, and stays", a->text);
	if (errno == EADDRINUSE)
		return error_set(why, -EINVAL,
			"%s is in use: another process listens there, another experiment perhaps",
			a->text);
	return error_set(why, -EINVAL, "%s: %s", a->text, strerror(errno));
}

void listen_remove(const struct listen_address *a)
{
	if (a->socket.any.sa_family == AF_UNIX)
		(void)unlink(a->socket.unix_path.sun_path); /* the next one replaces it */
}
