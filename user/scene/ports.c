// SPDX-License-Identifier: GPL-2.0
#include "scene/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Below those from which the kernel takes the ports of connections (ip_local_port_range). */
#define LOWEST 20000
#define HIGHEST 32767
#define TRIES 200

/* An abstract socket with the port's name: others that look for ports see that it is taken. */
static int hold(uint16_t port)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int length = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "jinx-port/%u", port);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&name,
			       offsetof(struct sockaddr_un, sun_path) + 1 + length)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool can_bind(uint16_t port, int family, int type)
{
	const struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	const struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(family, type | SOCK_CLOEXEC, 0);
	bool ret;

	/* Nobody has an address of a family that this system doesn't have. */
	if (fd < 0)
		return errno == EAFNOSUPPORT;
	if (family == AF_INET6)
		ret = !setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)) &&
		      (!bind(fd, (const struct sockaddr *)&six, sizeof(six)) ||
			      errno == EADDRNOTAVAIL);
	else
		ret = !bind(fd, (const struct sockaddr *)&four, sizeof(four));
	close(fd);
	return ret;
}

bool port_is_free(uint16_t port)
{
	return can_bind(port, AF_INET, SOCK_STREAM) && can_bind(port, AF_INET, SOCK_DGRAM) &&
	       can_bind(port, AF_INET6, SOCK_STREAM) && can_bind(port, AF_INET6, SOCK_DGRAM);
}

uint16_t ports_take(struct ports *p)
{
	for (int i = 0; i < TRIES && p->n < MAX_PORTS; i++) {
		unsigned int random = 0;
		uint16_t port;

		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			random = i * 131 + getpid();
		port = LOWEST + random % (HIGHEST - LOWEST + 1);
		p->held[p->n] = hold(port);
		if (p->held[p->n] < 0)
			continue;
		if (port_is_free(port)) {
			p->n++;
			return port;
		}
		close(p->held[p->n]);
	}
	return 0;
}

void ports_release(struct ports *p)
{
	while (p->n)
		close(p->held[--p->n]);
}
