// SPDX-License-Identifier: GPL-2.0
/*
 * What a line is like, from its ends.
 *
 *   line serve PORT                                     echoes over UDP and TCP; PORT + 1 swallows
 * TCP line ask udp|tcp ADDRESS PORT COUNT [GAP_MS [SIZE]] asks so often, then prints what came back
 *   line bulk ADDRESS PORT MS                           sends by TCP for so long, and prints how
 * fast line send ADDRESS PORT COUNT                        UDP alone: COUNT datagrams, then what
 * came back
 *
 * In words like "got=20": times are in microseconds, the rate in kbit/s. Each datagram has its
 * number and the time when it was sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 5000
#define PATIENCE_MS 3000
#define PATTERN 0x5a

struct message {
	uint32_t number, unused;
	uint64_t sent_us;
};

static unsigned char buffer[1 << 17];

static int need(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(2);
	}
	return result;
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

static socklen_t address_of(const char *text, int port, struct sockaddr_storage *ret)
{
	struct sockaddr_in6 *six = (void *)ret;
	struct sockaddr_in *four = (void *)ret;
	char host[INET6_ADDRSTRLEN], device[IF_NAMESIZE] = "";

	memset(ret, 0, sizeof(*ret));
	sscanf(text, "%45[^%]%%%15s", host, device);
	if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		six->sin6_scope_id = *device ? if_nametoindex(device) : 0;
		return sizeof(*six);
	}
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	need(inet_pton(AF_INET, text, &four->sin_addr) == 1 ? 0 : -1, text);
	return sizeof(*four);
}

static int bound(int type, int port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = need(socket(AF_INET6, type, 0), "socket"), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	need(bind(fd, (struct sockaddr *)&any, sizeof(any)), "bind");
	if (type == SOCK_STREAM)
		need(listen(fd, 64), "listen");
	return fd;
}

static void serve_one(int listener, bool echo)
{
	int fd = accept(listener, NULL, NULL), on = 1;
	ssize_t n;

	if (fd < 0 || fork()) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		if (echo && write(fd, buffer, n) != n)
			break;
	_exit(0);
}

static void serve(int port)
{
	struct pollfd fds[] = {{bound(SOCK_DGRAM, port), POLLIN},
		{bound(SOCK_STREAM, port), POLLIN}, {bound(SOCK_STREAM, port + 1), POLLIN}};
	struct sockaddr_in6 from;
	socklen_t size;
	ssize_t n;

	signal(SIGCHLD, SIG_IGN);
	printf("serving\n");
	fflush(stdout);
	for (;;) {
		need(poll(fds, 3, -1), "poll");
		size = sizeof(from);
		if (fds[0].revents) {
			n = recvfrom(fds[0].fd, buffer, sizeof(buffer), 0, (void *)&from, &size);
			if (n >= 0)
				(void)!sendto(fds[0].fd, buffer, n, 0, (void *)&from, size);
		}
		if (fds[1].revents)
			serve_one(fds[1].fd, true);
		if (fds[2].revents)
			serve_one(fds[2].fd, false);
	}
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* What has come back. */
static struct {
	uint32_t sent, got, twice, early, corrupt, last;
	uint64_t took[MOST];
	unsigned char times[MOST];
} seen;

static void take(const struct message *m, ssize_t size)
{
	bool whole = m->number < seen.sent;

	for (ssize_t i = sizeof(*m); i < size; i++)
		whole &= buffer[i] == PATTERN;
	if (!whole) {
		seen.corrupt++;
		return;
	}
	if (seen.times[m->number]++) {
		seen.twice++;
		return;
	}
	seen.early += m->number < seen.last;
	seen.last = m->number;
	seen.took[seen.got++] = now_us() - m->sent_us;
}

static void tell(void)
{
	uint64_t sum = 0;

	qsort(seen.took, seen.got, sizeof(seen.took[0]), ascending);
	for (uint32_t i = 0; i < seen.got; i++)
		sum += seen.took[i];
	printf("sent=%u got=%u twice=%u disordered=%u corrupt=%u", seen.sent, seen.got, seen.twice,
		seen.early, seen.corrupt);
	if (seen.got)
		printf(" min=%llu p50=%llu avg=%llu max=%llu", (unsigned long long)seen.took[0],
			(unsigned long long)seen.took[seen.got / 2],
			(unsigned long long)(sum / seen.got),
			(unsigned long long)seen.took[seen.got - 1]);
	printf("\n");
}

static int connected(int type, const char *address, int port)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(address, port, &to);
	int fd = need(socket(to.ss_family, type, 0), "socket"), on = 1;

	need(connect(fd, (struct sockaddr *)&to, size), "connect");
	if (type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void send_one(int fd, size_t size)
{
	struct message m = {.number = seen.sent++, .sent_us = now_us()};

	memset(buffer, PATTERN, size);
	memcpy(buffer, &m, sizeof(m));
	if (write(fd, buffer, size) != (ssize_t)size)
		fprintf(stderr, "write: %s\n", strerror(errno));
}

/* Until nothing has come for so long; at most `n` messages. */
static void receive(int fd, size_t size, uint32_t n, int patience_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t got;

	while (n-- && poll(&p, 1, patience_ms) == 1) {
		got = recv(fd, buffer, size, MSG_WAITALL);
		if (got <= 0)
			return;
		take((struct message *)buffer, got);
	}
}

/* One after the other: each waits for its answer. */
static void ask(int type, char **a, int n)
{
	int count = atoi(a[2]), gap_ms = n > 3 ? atoi(a[3]) : 0;
	size_t size = n > 4 ? atoi(a[4]) : 64;
	int fd = connected(type, a[0], atoi(a[1]));

	for (int i = 0; i < count && i < MOST; i++) {
		send_one(fd, size);
		receive(fd, size, 1, type == SOCK_STREAM ? 10 * PATIENCE_MS : PATIENCE_MS);
		usleep(gap_ms * 1000);
	}
	tell();
}

/* All within a moment, a millisecond after the other: they may overtake. */
static void send_many(char **a)
{
	int count = atoi(a[2]), fd = connected(SOCK_DGRAM, a[0], atoi(a[1])), on = 8 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &on, sizeof(on));
	for (int i = 0; i < count && i < MOST; i++) {
		send_one(fd, 64);
		receive(fd, 64, 1, 1);
	}
	receive(fd, 64, ~0u, PATIENCE_MS / 2);
	tell();
}

static void bulk(char **a)
{
	int fd = connected(SOCK_STREAM, a[0], atoi(a[1]) + 1), left = 1;
	uint64_t began = now_us(), sent = 0, ms = atoi(a[2]);
	struct tcp_info info = {};
	socklen_t size = sizeof(info);
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (now_us() < began + ms * 1000) {
		ssize_t n;

		poll(&p, 1, 10);
		n = write(fd, buffer, sizeof(buffer));
		sent += n > 0 ? n : 0;
	}
	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	left = info.tcpi_unacked * info.tcpi_snd_mss;
	printf("kbit=%llu retransmitted=%u rtt=%u in_flight=%d\n",
		(unsigned long long)(info.tcpi_bytes_acked * 8 / ms), info.tcpi_total_retrans,
		info.tcpi_rtt, left);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && !strcmp(argv[1], "serve"))
		serve(atoi(argv[2]));
	else if (argc >= 6 && !strcmp(argv[1], "ask"))
		ask(strcmp(argv[2], "tcp") ? SOCK_DGRAM : SOCK_STREAM, argv + 3, argc - 3);
	else if (argc == 5 && !strcmp(argv[1], "bulk"))
		bulk(argv + 2);
	else if (argc == 5 && !strcmp(argv[1], "send"))
		send_many(argv + 2);
	else
		return 2;
	return 0;
}
