// SPDX-License-Identifier: GPL-2.0
/*
 * What a sender is told of its losses.
 *
 *   lossy udp ADDRESS PORT N        sends N datagrams with IP_RECVERR: what each call said, what
 * was answered within a second lossy tcp ADDRESS PORT GO MS    connects; once the file GO is there,
 * sends a byte, and looks at TCP_INFO for so long: when it was sent again, in ms
 *   lossy icmp ADDRESS N            asks for N echoes: answered, and the shortest time in ms
 *
 * In words like "told=20".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define MOST_TIMES 16
#define ANSWER_MS 1000

static int connected(int type, const char *address, int port)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	int fd = socket(is_six ? AF_INET6 : AF_INET, type, 0), yes = 1;

	if (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1)
		exit(2);
	if (setsockopt(fd, is_six ? IPPROTO_IPV6 : IPPROTO_IP, is_six ? IPV6_RECVERR : IP_RECVERR,
		    &yes, sizeof(yes)) ||
		connect(fd, is_six ? (void *)&six : (void *)&four,
			is_six ? sizeof(six) : sizeof(four))) {
		perror(address);
		exit(2);
	}
	return fd;
}

static int udp(const char *address, int port, int n)
{
	int fd = connected(SOCK_DGRAM, address, port), sent = 0, told = 0, other = 0, answered = 0;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char text[64];

	for (int i = 0; i < n; i++) {
		if (send(fd, "?", 1, 0) == 1)
			sent++;
		else if (errno == ENOBUFS)
			told++;
		else
			other++;
		usleep(1000);
		answered += recv(fd, text, sizeof(text), MSG_DONTWAIT) > 0;
	}
	while (answered < n && poll(&p, 1, ANSWER_MS) == 1)
		if (recv(fd, text, sizeof(text), 0) > 0)
			answered++;
	printf("sent=%d told=%d other=%d answered=%d\n", sent, told, other, answered);
	return 0;
}

static int tcp(const char *address, int port, const char *go, int ms)
{
	int fd = connected(SOCK_STREAM, address, port), n = 0;
	long began, times[MOST_TIMES];
	struct tcp_info info = {};
	unsigned int seen = 0;

	printf("connected\n");
	fflush(stdout);
	while (access(go, F_OK))
		usleep(10000);
	began = now_ms();
	if (write(fd, "?", 1) != 1)
		return 1;
	while (now_ms() < began + ms) {
		socklen_t size = sizeof(info);

		getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
		if (info.tcpi_total_retrans > seen && n < MOST_TIMES)
			times[n++] = now_ms() - began;
		seen = info.tcpi_total_retrans;
		usleep(1000);
	}
	printf("retransmits=%u backoff=%u rto_ms=%u unacked=%u lost=%u", seen, info.tcpi_backoff,
		info.tcpi_rto / 1000, info.tcpi_unacked, info.tcpi_lost);
	for (int i = 0; i < n; i++)
		printf(" at%d=%ld", i + 1, times[i]);
	printf("\n");
	return 0;
}

static uint16_t sum_of(const struct icmphdr *h)
{
	const uint16_t *words = (const void *)h;
	uint32_t sum = 0;

	for (size_t i = 0; i < sizeof(*h) / 2; i++)
		sum += words[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

/* By a raw socket, which sees the answers to others as well. */
static bool is_answer(int fd, uint16_t id, int sequence)
{
	unsigned char packet[256];
	ssize_t size = recv(fd, packet, sizeof(packet), 0);
	const struct icmphdr *h = (void *)(packet + 4 * (packet[0] & 0xf));

	return size >= (ssize_t)(20 + sizeof(*h)) && h->type == ICMP_ECHOREPLY &&
	       h->un.echo.id == id && h->un.echo.sequence == htons(sequence);
}

static int icmp(const char *address, int n)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), sent = 0, answered = 0;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	long least = -1;

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return 2;
	for (int i = 0; i < n; i++) {
		struct icmphdr h = {.type = ICMP_ECHO,
			.un.echo = {.id = htons(getpid() & 0xffff), .sequence = htons(i)}};
		long began = now_ms();

		h.checksum = sum_of(&h);
		sent += sendto(fd, &h, sizeof(h), 0, (void *)&to, sizeof(to)) == sizeof(h);
		while (now_ms() < began + ANSWER_MS && poll(&p, 1, 50) >= 0) {
			if (!(p.revents & POLLIN) || !is_answer(fd, h.un.echo.id, i))
				continue;
			answered++;
			if (least < 0 || now_ms() - began < least)
				least = now_ms() - began;
			break;
		}
	}
	printf("sent=%d answered=%d min_ms=%ld\n", sent, answered, least);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "udp"))
		return udp(argv[2], atoi(argv[3]), atoi(argv[4]));
	if (argc == 4 && !strcmp(argv[1], "icmp"))
		return icmp(argv[2], atoi(argv[3]));
	if (argc == 6 && !strcmp(argv[1], "tcp"))
		return tcp(argv[2], atoi(argv[3]), argv[4], atoi(argv[5]));
	return 2;
}
