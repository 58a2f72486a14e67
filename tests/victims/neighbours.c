// SPDX-License-Identifier: GPL-2.0
/*
 * neighbours [-w FILE]: for each of the calls below a process of that name, in which three threads
 * make the call twenty times on the same file, directory or socket. Prints a line each, "NAME
 * worst=MS next=MS", the two calls that took longest. With -w it first waits until FILE exists.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 3
#define CALLS 20
#define DIRECTORY "/tmp/neighbours"
#define FILE_NAME DIRECTORY "/file"
#define LINK_NAME DIRECTORY "/link"

static int file, udp, spare, listener;
static struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = 0};
static struct sockaddr_in there = {.sin_family = AF_INET};
static char *const nothing[] = {"/bin/true", NULL};

static long on_new_socket(int kind, int (*f)(int fd))
{
	int fd = syscall(SYS_socket, AF_INET, kind, 0);
	long ret = f(fd);

	close(fd);
	return ret;
}

static long create(long n)
{
	char name[64];
	long fd;

	snprintf(name, sizeof(name), DIRECTORY "/%d-%ld", gettid(), n);
	fd = syscall(SYS_openat, AT_FDCWD, name, O_CREAT | O_EXCL | O_TRUNC | O_WRONLY, 0600);
	if (fd >= 0)
		close(fd);
	return unlink(name) ? -1 : fd;
}

static long map(long n)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);

	(void)n;
	return p == MAP_FAILED ? -1 : munmap(p, 4096);
}

static long execute(long n)
{
	pid_t pid = vfork();
	int status;

	(void)n;
	if (pid == 0) {
		execve(nothing[0], nothing, environ);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid && !status ? 0 : -1;
}

static long clone_self(long n)
{
	pid_t pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	(void)n;
	if (pid == 0)
		_exit(0);
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static int bind_it(int fd)
{
	return bind(fd, (struct sockaddr *)&any, sizeof(any));
}

static int connect_it(int fd)
{
	return connect(fd, (struct sockaddr *)&there, sizeof(there));
}

static long accept_one(long n)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), got;

	(void)n;
	/* The connection waits in the queue until it is taken. */
	if (connect_it(fd))
		return -1;
	got = syscall(SYS_accept4, listener, NULL, NULL, 0);
	close(fd);
	return close(got);
}

static long send_and_take(bool take)
{
	struct sockaddr_in self;
	socklen_t size = sizeof(self);
	char byte;

	getsockname(udp, (struct sockaddr *)&self, &size);
	if (sendto(udp, "x", 1, 0, (struct sockaddr *)&self, size) != 1)
		return -1;
	return take ? recvfrom(udp, &byte, 1, 0, NULL, NULL) : 0;
}

#define CALL(name, expression)        \
	static long do_##name(long n) \
	{                             \
		(void)n;              \
		return (expression);  \
	}
static struct stat st;
static struct statfs fs;
static char text[256];
static struct sockaddr_in name_of;
static socklen_t length = sizeof(name_of);
static int number;
CALL(openat, create(n))
CALL(ioctl, ioctl(file, FIONREAD, &number))
CALL(flock, syscall(SYS_flock, file, 2) ?: syscall(SYS_flock, file, 8))
CALL(newfstatat, syscall(SYS_newfstatat, AT_FDCWD, FILE_NAME, &st, 0))
CALL(getxattr, syscall(SYS_getxattr, FILE_NAME, "security.capability", text, 0) & 0)
CALL(readlinkat, syscall(SYS_readlinkat, AT_FDCWD, LINK_NAME, text, sizeof(text)))
CALL(mmap, map(n))
CALL(statfs, syscall(SYS_statfs, DIRECTORY, &fs))
CALL(execve, execute(n))
CALL(clone, clone_self(n))
CALL(socket, on_new_socket(SOCK_STREAM, fsync) & 0)
CALL(bind, on_new_socket(SOCK_DGRAM, bind_it))
CALL(listen, listen(listener, 64))
CALL(connect, on_new_socket(SOCK_DGRAM, connect_it))
CALL(accept4, accept_one(n))
CALL(sendto, send_and_take(false))
CALL(recvfrom, send_and_take(true))
CALL(shutdown, shutdown(spare, SHUT_RDWR) & 0)
CALL(getsockname, getsockname(udp, (struct sockaddr *)&name_of, &length))
CALL(getpeername, getpeername(udp, (struct sockaddr *)&name_of, &length) & 0)
CALL(getsockopt, getsockopt(udp, SOL_SOCKET, SO_RCVBUF, &number, &length) & 0)

static const struct {
	const char *name;
	long (*call)(long n);
} calls[] = {
#define ROW(name) {#name, do_##name},
	ROW(openat) ROW(ioctl) ROW(flock) ROW(newfstatat) ROW(getxattr) ROW(readlinkat) ROW(mmap)
		ROW(statfs) ROW(execve) ROW(clone) ROW(socket) ROW(bind) ROW(listen) ROW(connect)
			ROW(accept4) ROW(sendto) ROW(recvfrom) ROW(shutdown) ROW(getsockname)
				ROW(getpeername) ROW(getsockopt)};

static long (*call)(long n);
static uint64_t took[THREADS * CALLS];

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static void *work(void *first)
{
	for (uint64_t *t = first; t < (uint64_t *)first + CALLS; t++) {
		uint64_t began = now_ms();

		if (call(t - took) < 0) {
			perror("neighbours");
			exit(1);
		}
		*t = now_ms() - began;
	}
	return NULL;
}

static int descending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x > y ? -1 : x < y;
}

static void try(const char *name)
{
	pthread_t threads[THREADS];

	prctl(PR_SET_NAME, name);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, &took[i * CALLS]))
			exit(1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	qsort(took, THREADS * CALLS, sizeof(took[0]), descending);
	printf("%s worst=%lu next=%lu\n", name, took[0], took[1]);
	fflush(stdout);
}

static void prepare(void)
{
	socklen_t size = sizeof(there);

	mkdir(DIRECTORY, 0700);
	if (symlink("file", LINK_NAME))
		(void)0; /* it may be there already */
	file = open(FILE_NAME, O_CREAT | O_RDWR, 0600);
	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	spare = socket(AF_INET, SOCK_DGRAM, 0);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (file < 0 || ftruncate(file, 4096) || bind_it(udp) || bind_it(listener) ||
		listen(listener, 64) || getsockname(listener, (struct sockaddr *)&there, &size)) {
		perror("neighbours");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	prepare();
	while (argc > 2 && access(argv[2], F_OK))
		usleep(10000);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (fork())
			continue;
		call = calls[i].call;
		try(calls[i].name);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
