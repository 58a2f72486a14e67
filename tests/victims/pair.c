// SPDX-License-Identifier: GPL-2.0
/*
 * Two ends, in cgroups of their own.
 *
 *   pair serve PORT                 answers each datagram with how many it has got, and echoes TCP
 *   pair ask ADDRESS PORT N TO      asks N times by UDP: what came of it, in the file TO
 *   pair hold ADDRESS PORT GO TO    connects; once the file GO is there, sends a byte and waits
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define MAX_CONNECTIONS 64
#define ANSWER_MS 2000
#define LONGEST_MS 30000

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int open_at(int type, int port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, type, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		return -1;
	return type == SOCK_STREAM && listen(fd, 8) ? -1 : fd;
}

static void answer(int udp, int n)
{
	struct sockaddr_in6 who;
	socklen_t size = sizeof(who);
	char text[32];

	if (recvfrom(udp, text, sizeof(text), 0, (struct sockaddr *)&who, &size) < 0)
		return;
	snprintf(text, sizeof(text), "%d", n);
	sendto(udp, text, strlen(text), 0, (struct sockaddr *)&who, size);
}

static void echo(struct pollfd *at)
{
	char c;

	if (read(at->fd, &c, 1) == 1 && write(at->fd, &c, 1) == 1)
		return;
	close(at->fd);
	at->fd = -1;
}

/* In the place of one that has ended, if there is one. */
static void take(struct pollfd *all, int *n)
{
	int at = 2;

	while (at < *n && all[at].fd >= 0)
		at++;
	if (at == 2 + MAX_CONNECTIONS)
		return;
	*n += at == *n;
	all[at] = (struct pollfd){accept(all[1].fd, NULL, NULL), POLLIN, 0};
}

static int serve(int port)
{
	struct pollfd all[2 + MAX_CONNECTIONS] = {
		{open_at(SOCK_DGRAM, port), POLLIN, 0}, {open_at(SOCK_STREAM, port), POLLIN, 0}};
	int n = 2, asked = 0;

	if (all[0].fd < 0 || all[1].fd < 0)
		return fail("bind");
	while (poll(all, n, -1) > 0) {
		if (all[0].revents)
			answer(all[0].fd, ++asked);
		for (int i = 2; i < n; i++)
			if (all[i].revents)
				echo(&all[i]);
		if (all[1].revents)
			take(all, &n);
	}
	return fail("poll");
}

/* IPv4 by its own socket. */
static int connect_to(int type, const char *address, int port)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	int fd = socket(is_six ? AF_INET6 : AF_INET, type, 0);

	inet_pton(AF_INET, address, &four.sin_addr);
	if (connect(fd, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four,
		    is_six ? sizeof(six) : sizeof(four)))
		return -1;
	return fd;
}

static bool readable(int fd, int ms)
{
	struct pollfd p = {fd, POLLIN, 0};

	return poll(&p, 1, ms) == 1;
}

/* All at once, so that what is never answered takes no longer than the last of them. */
static int ask(const char *address, int port, int n, const char *to)
{
	int fd = connect_to(SOCK_DGRAM, address, port), answered = 0, refused = 0;
	char last[32] = "0";
	FILE *f;

	for (int i = 0; i < n; i++)
		refused += send(fd, "x", 1, 0) != 1;
	while (answered + refused < n && readable(fd, ANSWER_MS)) {
		ssize_t size = recv(fd, last, sizeof(last) - 1, 0);

		if (size <= 0)
			break;
		last[size] = '\0';
		answered++;
	}
	f = fopen(to, "w");
	if (!f)
		return fail(to);
	fprintf(f, "answered=%d silent=%d refused=%d count=%s\n", answered, n - answered - refused,
		refused, last);
	return fclose(f) ? 1 : 0;
}

static int say(const char *to, const char *text)
{
	FILE *f = fopen(to, "w");

	if (!f)
		return fail(to);
	fputs(text, f);
	return fclose(f) ? 1 : 0;
}

static int hold(const char *address, int port, const char *go, const char *to)
{
	int fd = connect_to(SOCK_STREAM, address, port), got;
	struct tcp_info info = {};
	socklen_t size = sizeof(info);
	char c = 'x', text[160];
	long began;

	if (fd < 0)
		return fail("connect");
	if (say(to, "connected=1\n"))
		return 1;
	while (access(go, F_OK))
		usleep(10000);
	began = now_ms();
	if (write(fd, &c, 1) != 1)
		return fail("write");
	got = readable(fd, LONGEST_MS) && read(fd, &c, 1) == 1;
	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	snprintf(text, sizeof(text), "connected=1 got=%d ms=%ld retransmits=%u\n", got,
		now_ms() - began, info.tcpi_total_retrans);
	return say(to, text);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(atoi(argv[2]));
	if (argc == 6 && !strcmp(argv[1], "ask"))
		return ask(argv[2], atoi(argv[3]), atoi(argv[4]), argv[5]);
	if (argc == 6 && !strcmp(argv[1], "hold"))
		return hold(argv[2], atoi(argv[3]), argv[4], argv[5]);
	fprintf(stderr, "usage: pair serve|ask|hold ...\n");
	return 2;
}
