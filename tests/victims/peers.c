// SPDX-License-Identifier: GPL-2.0
/*
 * peers FILE: once FILE exists, makes calls on sockets in all the ways that there are to say who is
 * at the other end: another number of times each, to a port of its own. Raw system calls, so that
 * the numbers are those of the calls named here. And some by a thread with a name of its own. A way
 * that the kernel doesn't have is left out, and named on standard output.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LISTENER 7200

static struct sockaddr_in four(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* 127.0.0.1 as an IPv6 socket names it. */
static struct sockaddr_in6 mapped(int port)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	a.sin6_addr.s6_addr[10] = a.sin6_addr.s6_addr[11] = 0xff;
	a.sin6_addr.s6_addr[12] = 127;
	a.sin6_addr.s6_addr[15] = 1;
	return a;
}

static int need(int ret, const char *what)
{
	if (ret >= 0)
		return ret;
	perror(what);
	exit(3);
}

static int udp(int family)
{
	return need(socket(family, SOCK_DGRAM, 0), "socket");
}

static void connect_mapped(int times)
{
	struct sockaddr_in6 a = mapped(7100);
	int fd = udp(AF_INET6);

	while (times--)
		syscall(SYS_connect, fd, &a, sizeof(a));
	for (int i = 0; i < 5; i++)
		syscall(SYS_write, fd, "x", 1);
	close(fd);
}

/* An IPv4 client of a server that listens on [::], as many do. */
static void serve(int times)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(LISTENER)};
	int listener = need(socket(AF_INET6, SOCK_STREAM, 0), "socket"), on = 1, client, server;
	struct sockaddr_in a = four(LISTENER);
	char byte;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	need(bind(listener, (struct sockaddr *)&any, sizeof(any)), "bind");
	need(listen(listener, 64), "listen");
	client = need(socket(AF_INET, SOCK_STREAM, 0), "socket");
	need(syscall(SYS_connect, client, &a, sizeof(a)), "connect");
	server = need(accept(listener, NULL, NULL), "accept");
	while (times--) {
		send(client, "x", 1, 0);
		syscall(SYS_recvfrom, server, &byte, 1, 0, NULL, NULL);
	}
	close(client);
	/* Connections that nobody takes: they are there all the same. */
	for (int i = 0; i < 4; i++) {
		client = need(socket(AF_INET, SOCK_STREAM, 0), "socket");
		if (syscall(SYS_sendto, client, "x", 1, MSG_FASTOPEN, &a, sizeof(a)) < 0)
			printf("no fastopen: %s\n", strerror(errno));
		close(client);
	}
}

static struct iovec one_byte = {"x", 1};

static struct msghdr message_to(struct sockaddr_in *a)
{
	return (struct msghdr){
		.msg_name = a, .msg_namelen = sizeof(*a), .msg_iov = &one_byte, .msg_iovlen = 1};
}

static void send_messages(int single, int many)
{
	struct sockaddr_in a = four(7300), several[] = {four(7400), four(7401), four(7402)};
	struct msghdr m = message_to(&a);
	int fd = udp(AF_INET);

	while (single--)
		syscall(SYS_sendmsg, fd, &m, 0);
	while (many--) {
		struct mmsghdr all[3];

		for (int i = 0; i < 3; i++)
			all[i] = (struct mmsghdr){.msg_hdr = message_to(&several[i])};
		syscall(SYS_sendmmsg, fd, all, 3, 0);
	}
	close(fd);
}

static void send_from_to(int local, int remote, int times)
{
	struct sockaddr_in from = four(local), to = four(remote);
	int fd = udp(AF_INET), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	need(syscall(SYS_bind, fd, &from, sizeof(from)), "bind");
	while (times--)
		syscall(SYS_sendto, fd, "x", 1, 0, &to, sizeof(to));
	close(fd);
}

/* Where the port would be, the path has "/t". */
static void connect_unix(int times)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "/t/nobody/listens/here"};
	int fd = need(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	while (times--)
		syscall(SYS_connect, fd, &a, sizeof(a));
	close(fd);
}

/* An address of no family, which ends the connection; the two bytes after it mean nothing. */
static void disconnect(int times)
{
	struct sockaddr_in a = four(7100);
	int fd = udp(AF_INET);

	a.sin_family = AF_UNSPEC;
	while (times--)
		syscall(SYS_connect, fd, &a, sizeof(a));
	close(fd);
}

/* A raw socket's own number is its protocol's, 1; an ICMP message begins with 8 and 0. */
static void ping(int times)
{
	struct sockaddr_in a = four(0);
	uint8_t echo[8] = {8};
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	echo[2] = 0xf7; /* the checksum of the rest */
	echo[3] = 0xff;
	if (fd < 0)
		printf("no raw: %s\n", strerror(errno));
	while (fd >= 0 && times--)
		syscall(SYS_sendto, fd, echo, sizeof(echo), 0, &a, sizeof(a));
	close(fd);
}

/* With a header of options between that of IPv6 and that of UDP. */
static void send_with_options(int times)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6,
		.sin6_port = htons(7900),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT};
	uint8_t options[8] = {0, 0, 1, 4}; /* padding */
	int fd = udp(AF_INET6);

	need(setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, options, sizeof(options)), "IPV6_DSTOPTS");
	while (times--)
		syscall(SYS_sendto, fd, "x", 1, 0, &a, sizeof(a));
	close(fd);
}

static struct io_uring_sqe *queue;

/* A ring with one place: what is in it is submitted and waited for. */
static int ring(unsigned int **tail)
{
	struct io_uring_params p = {};
	int fd = syscall(SYS_io_uring_setup, 1, &p);
	char *rings;

	if (fd < 0)
		return -1;
	rings = mmap(NULL, p.sq_off.array + 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		IORING_OFF_SQ_RING);
	queue = mmap(NULL, sizeof(*queue), PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	if (rings == MAP_FAILED || queue == MAP_FAILED)
		return -1;
	*tail = (unsigned int *)(rings + p.sq_off.tail);
	return fd;
}

static void connect_by_ring(int times)
{
	struct sockaddr_in a = four(7700);
	unsigned int *tail;
	int fd = udp(AF_INET), r = ring(&tail);

	if (r < 0)
		printf("no io_uring: %s\n", strerror(errno));
	while (r >= 0 && times--) {
		*queue = (struct io_uring_sqe){.opcode = IORING_OP_CONNECT,
			.fd = fd,
			.addr = (uintptr_t)&a,
			.off = sizeof(a)};
		__atomic_add_fetch(tail, 1, __ATOMIC_RELEASE);
		syscall(SYS_io_uring_enter, r, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	}
	close(fd);
	close(r);
}

#if defined(__x86_64__)
#define CONNECT_32 362

/* The kernel was built without 32-bit calls, or does not allow them. */
static void on_fault(int signal)
{
	(void)signal;
	_exit(0);
}

static void connect_32(int times)
{
	struct sockaddr_in *a = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int fd = udp(AF_INET);

	*a = four(7800);
	sigaction(SIGSEGV, &(struct sigaction){.sa_handler = on_fault}, NULL);
	while (times--) {
		long ret;

		__asm__ volatile("int $0x80"
				 : "=a"(ret)
				 : "a"(CONNECT_32), "b"(fd), "c"(a), "d"(sizeof(*a))
				 : "memory", "r8", "r9", "r10", "r11");
	}
	close(fd);
}
#else
static void connect_32(int times)
{
	(void)times;
	printf("no 32-bit\n");
}
#endif

static void look_for_group(int times)
{
	while (times--)
		syscall(SYS_getpgid, 0);
}

/* A thread of a pool has another name than the process. */
static void *work(void *unused)
{
	prctl(PR_SET_NAME, "pool");
	look_for_group(12);
	return unused;
}

static void call_by_names(void)
{
	pthread_t pool;

	need(-pthread_create(&pool, NULL, work, NULL), "pthread_create");
	pthread_join(pool, NULL);
	look_for_group(5);
}

int main(int argc, char **argv)
{
	struct timespec t = {0, 10000000};
	struct stat st;

	while (argc > 1 && stat(argv[1], &st))
		nanosleep(&t, NULL);
	connect_mapped(11);
	serve(6);
	send_messages(13, 3);
	send_from_to(7600, 7601, 8);
	send_from_to(7601, 7600, 9);
	connect_unix(7);
	disconnect(2);
	ping(10);
	call_by_names();
	send_with_options(6);
	connect_by_ring(3);
	connect_32(5);
	return 0;
}
