// SPDX-License-Identifier: GPL-2.0
#include "scene/ports.h"

#include <arpa/inet.h>
#include <stdbool.h>
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

static bool is_free(uint16_t port, int type)
{
	const struct sockaddr_in all = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	bool ret = fd >= 0 && !bind(fd, (const struct sockaddr *)&all, sizeof(all));

	if (fd >= 0)
		close(fd);
	return ret;
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
		if (is_free(port, SOCK_STREAM) && is_free(port, SOCK_DGRAM)) {
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
