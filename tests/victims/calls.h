/* SPDX-License-Identifier: GPL-2.0 */
/* The calls that caller makes, by their names: each takes the number of the attempt and returns as
 * syscall() does. */
#ifndef CALLS_H
#define CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* What they are made on; opened by main(). */
static int file = -1, udp = -1;

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static long do_openat(long i)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);

	(void)i;
	if (fd >= 0)
		syscall(SYS_close, fd);
	return fd;
}

static long do_read(long i)
{
	char byte;

	(void)i;
	return syscall(SYS_read, file, &byte, 1);
}

static long do_pread64(long i)
{
	char byte;

	(void)i;
	return syscall(SYS_pread64, file, &byte, 1, 0);
}

/* Fails when it gets anything but what is there. */
static long do_own_bytes(long i)
{
	char bytes[2];

	(void)i;
	if (syscall(SYS_pread64, file, bytes, 2, 0) == 2 && !bytes[0] && !bytes[1])
		return 0;
	errno = EBADMSG;
	return -1;
}

static long do_pwrite64(long i)
{
	return syscall(SYS_pwrite64, file, "x", 1, i % 4096);
}

static long do_fsync(long i)
{
	(void)i;
	return syscall(SYS_fsync, file);
}

static long do_getppid(long i)
{
	(void)i;
	return syscall(SYS_getppid);
}

static long do_getpgid(long i)
{
	(void)i;
	return syscall(SYS_getpgid, 0);
}

/* Fails when the answer is not the true one. */
static long do_own_group(long i)
{
	static long own;

	(void)i;
	if (!own)
		own = getpgrp();
	if (syscall(SYS_getpgid, 0) == own)
		return 0;
	errno = EBADMSG;
	return -1;
}

static long do_mkdirat(long i)
{
	char name[64];
	long ret;

	snprintf(name, sizeof(name), "/tmp/caller-%ld-%ld", syscall(SYS_gettid), i);
	ret = syscall(SYS_mkdirat, AT_FDCWD, name, 0700);
	if (!ret)
		syscall(SYS_unlinkat, AT_FDCWD, name, AT_REMOVEDIR);
	return ret;
}

static long do_mmap(long i)
{
	void *p = (void *)syscall(
		SYS_mmap, NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)i;
	if (p == MAP_FAILED)
		return -1;
	syscall(SYS_munmap, p, 4096);
	return 0;
}

static long do_socket(long i)
{
	long fd = syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0);

	(void)i;
	if (fd >= 0)
		syscall(SYS_close, fd);
	return fd;
}

/* The call on a fresh datagram socket: connecting one needs nobody at the other end. */
static long on_socket(long nr, int family, const void *address, size_t size)
{
	int fd = syscall(SYS_socket, family, SOCK_DGRAM, 0), ret, error;

	ret = syscall(nr, fd, address, size);
	error = errno;
	syscall(SYS_close, fd);
	errno = error;
	return ret;
}

static long do_connect(long i)
{
	struct sockaddr_in a = loopback(9);

	(void)i;
	return on_socket(SYS_connect, AF_INET, &a, sizeof(a));
}

static long do_connect6(long i)
{
	struct sockaddr_in6 a = {
		.sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	(void)i;
	return on_socket(SYS_connect, AF_INET6, &a, sizeof(a));
}

static long do_bind(long i)
{
	struct sockaddr_in a = loopback(0);

	(void)i;
	return on_socket(SYS_bind, AF_INET, &a, sizeof(a));
}

static long do_sendto(long i)
{
	struct sockaddr_in a = loopback(9);

	(void)i;
	return syscall(SYS_sendto, udp, "x", 1, 0, &a, sizeof(a));
}

/* The same hook as sendto, another call. */
static long do_sendmsg(long i)
{
	struct sockaddr_in a = loopback(9);
	struct iovec v = {"x", 1};
	struct msghdr m = {
		.msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1};

	(void)i;
	return syscall(SYS_sendmsg, udp, &m, 0);
}

/* A datagram to a socket of our own: ok only when it arrives. */
static long do_echo(long i)
{
	static int to = -1;
	static struct sockaddr_in a;
	socklen_t size = sizeof(a);
	long got;

	if (to < 0) {
		struct timeval t = {0, 20000};

		a = loopback(0);
		to = socket(AF_INET, SOCK_DGRAM, 0);
		bind(to, (struct sockaddr *)&a, sizeof(a));
		getsockname(to, (struct sockaddr *)&a, &size);
		setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	}
	if (syscall(SYS_sendto, udp, &i, sizeof(i), 0, &a, sizeof(a)) < 0)
		return -1;
	return syscall(SYS_recvfrom, to, &got, sizeof(got), 0, NULL, NULL);
}

/* Calls that wait, each for something that is about to happen, or for a moment. */
static long do_recvfrom(long i)
{
	static int ends[2] = {-1, -1};
	char byte;

	(void)i;
	if (ends[0] < 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return -1;
	syscall(SYS_write, ends[1], "x", 1);
	return syscall(SYS_recvfrom, ends[0], &byte, 1, 0, NULL, NULL);
}

static long do_epoll_wait(long i)
{
	static int epoll = -1;
	struct epoll_event event;

	(void)i;
	if (epoll < 0)
		epoll = epoll_create1(0);
	return syscall(SYS_epoll_pwait, epoll, &event, 1, 2, NULL, 8);
}

static long do_futex(long i)
{
	static uint32_t word;
	struct timespec t = {0, 2000000};

	(void)i;
	return syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, &t, NULL, 0);
}

static long do_accept4(long i)
{
	static int listener = -1;
	struct sockaddr_in a = loopback(0);
	socklen_t size = sizeof(a);
	int client;
	long fd;

	(void)i;
	if (listener < 0) {
		listener = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(listener, (struct sockaddr *)&a, sizeof(a)) || listen(listener, 8))
			return -1;
	}
	getsockname(listener, (struct sockaddr *)&a, &size);
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(client, (struct sockaddr *)&a, sizeof(a)))
		return -1;
	fd = syscall(SYS_accept4, listener, NULL, NULL, 0);
	close(client);
	if (fd >= 0)
		syscall(SYS_close, fd);
	return fd;
}

static long do_missing(long i)
{
	(void)i;
	return syscall(SYS_openat, AT_FDCWD, "/nowhere/at/all", O_RDONLY);
}

static const struct {
	const char *name;
	long (*call)(long i);
} table[] = {{"openat", do_openat}, {"read", do_read}, {"pread64", do_pread64},
	{"pwrite64", do_pwrite64}, {"fsync", do_fsync}, {"getppid", do_getppid},
	{"getpgid", do_getpgid}, {"own_group", do_own_group}, {"own_bytes", do_own_bytes},
	{"mkdirat", do_mkdirat}, {"mmap", do_mmap}, {"socket", do_socket}, {"connect", do_connect},
	{"connect6", do_connect6}, {"bind", do_bind}, {"sendto", do_sendto},
	{"sendmsg", do_sendmsg}, {"echo", do_echo}, {"recvfrom", do_recvfrom},
	{"epoll_pwait", do_epoll_wait}, {"futex", do_futex}, {"accept4", do_accept4},
	{"missing", do_missing}};

#endif
