// SPDX-License-Identifier: GPL-2.0
/*
 * caller [-t THREADS] [-f FORKS] [-l] [-a MS] [-w FILE] [-r FILE] CALL N: every thread makes CALL N
 * times (0: until SIGTERM) and counts what came back; the sums are printed as "calls=C ok=K ERRNO=K
 * ...". With -f, FORKS children do it too (and their threads). With -w it first waits until FILE
 * exists, sleeping 10 ms between looks. With -r the result is written there and not to stdout. With
 * -a a signal comes each so many ms, that has a handler but no SA_RESTART. With -l the calls are
 * timed, and "wall_us= cpu_us= least_us= p50_us= p99_us= worst_us=" follows.
 *
 * Static and with raw system calls, so that the numbers are those of the calls named
 * here and of no library's.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ERRNO 200

#define MAX_TIMED 4000000ul

/* Shared by threads and forks. */
static struct results {
	atomic_ulong calls, ok, errors[MAX_ERRNO];
	atomic_ulong timed;
	uint32_t us_10[MAX_TIMED]; /* in tenths of microseconds */
} * results;

static int file = -1, udp = -1;
static long calls_each;
static long (*call)(long i);

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
	{"getpgid", do_getpgid}, {"own_group", do_own_group}, {"mkdirat", do_mkdirat},
	{"mmap", do_mmap}, {"socket", do_socket}, {"connect", do_connect},
	{"connect6", do_connect6}, {"bind", do_bind}, {"sendto", do_sendto},
	{"sendmsg", do_sendmsg}, {"echo", do_echo}, {"recvfrom", do_recvfrom},
	{"epoll_pwait", do_epoll_wait}, {"futex", do_futex}, {"accept4", do_accept4},
	{"missing", do_missing}};

static bool timing;
static volatile sig_atomic_t told_to_end;

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static long timed_call(long i)
{
	uint64_t began = now_ns(CLOCK_MONOTONIC);
	long ret = call(i);
	int error = errno;
	uint64_t took = now_ns(CLOCK_MONOTONIC) - began;
	unsigned long at = atomic_fetch_add(&results->timed, 1);

	if (at < MAX_TIMED)
		results->us_10[at] = took / 100;
	errno = error;
	return ret;
}

static void *work(void *unused)
{
	(void)unused;
	for (long i = 0; calls_each ? i < calls_each : !told_to_end; i++) {
		long ret;

		errno = 0;
		ret = timing ? timed_call(i) : call(i);
		atomic_fetch_add(&results->calls, 1);
		if (ret >= 0)
			atomic_fetch_add(&results->ok, 1);
		else
			atomic_fetch_add(&results->errors[errno % MAX_ERRNO], 1);
	}
	return NULL;
}

#define MAX_THREADS 20000

static void work_in_threads(int threads)
{
	static pthread_t all[MAX_THREADS];
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	for (int i = 0; i < threads - 1 && i < MAX_THREADS; i++)
		if (pthread_create(&all[i], &small, work, NULL))
			exit(3);
	work(NULL);
	for (int i = 0; i < threads - 1 && i < MAX_THREADS; i++)
		pthread_join(all[i], NULL);
}

static void wait_for(const char *path)
{
	struct timespec t = {0, 10000000};
	struct stat st;

	while (stat(path, &st))
		nanosleep(&t, NULL);
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* What the calls took, not counting what this program did before and does afterwards. */
static struct {
	uint64_t wall_ns, cpu_ns;
} began, took;

static void start_clocks(void)
{
	began.wall_ns = now_ns(CLOCK_MONOTONIC);
	began.cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void stop_clocks(void)
{
	took.wall_ns = now_ns(CLOCK_MONOTONIC) - began.wall_ns;
	took.cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - began.cpu_ns;
}

static void print_times(FILE *to)
{
	unsigned long n = results->timed < MAX_TIMED ? results->timed : MAX_TIMED;
	uint32_t *t = results->us_10;

	if (!n)
		return;
	qsort(t, n, sizeof(t[0]), ascending);
	fprintf(to, " wall_us=%lu cpu_us=%lu least_us=%.1f p50_us=%.1f p99_us=%.1f worst_us=%.1f",
		took.wall_ns / 1000, took.cpu_ns / 1000, t[0] / 10., t[n / 2] / 10.,
		t[n * 99 / 100] / 10., t[n - 1] / 10.);
}

static void on_alarm(int signal)
{
	(void)signal;
}

static void on_term(int signal)
{
	(void)signal;
	told_to_end = 1;
}

static void set_alarm(int ms)
{
	struct timeval each = {ms / 1000, ms % 1000 * 1000};
	struct itimerval t = {each, each};
	struct sigaction a = {.sa_handler = on_alarm};

	sigaction(SIGALRM, &a, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

static void print(FILE *to)
{
	fprintf(to, "calls=%lu ok=%lu", results->calls, results->ok);
	for (int e = 0; e < MAX_ERRNO; e++)
		if (results->errors[e])
			fprintf(to, " %s=%lu", strerrorname_np(e), results->errors[e]);
	print_times(to);
	fprintf(to, "\n");
	fclose(to);
}

int main(int argc, char **argv)
{
	int threads = 1, forks = 0, alarm_ms = 0, c;
	const char *result = NULL, *wait_file = NULL;

	while ((c = getopt(argc, argv, "t:f:w:r:la:")) != -1) {
		if (c == 't')
			threads = atoi(optarg);
		else if (c == 'f')
			forks = atoi(optarg);
		else if (c == 'a')
			alarm_ms = atoi(optarg);
		else if (c == 'l')
			timing = true;
		else if (c == 'w')
			wait_file = optarg;
		else if (c == 'r')
			result = optarg;
		else
			return 2;
	}
	if (argc - optind != 2)
		return 2;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].name, argv[optind]))
			call = table[i].call;
	calls_each = atol(argv[optind + 1]);
	if (!call)
		return 2;
	results = mmap(
		NULL, sizeof(*results), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (timing && results != MAP_FAILED) /* page faults are no part of the calls */
		memset(results->us_10, 0, sizeof(results->us_10) / 8);
	file = memfd_create("caller", 0);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	FILE *to = result ? fopen(result, "w") : stdout;

	if (results == MAP_FAILED || file < 0 || udp < 0 || !to)
		return 3;
	if (ftruncate(file, 8192))
		return 3;
	if (wait_file)
		wait_for(wait_file);
	if (!calls_each)
		signal(SIGTERM, on_term);
	if (alarm_ms)
		set_alarm(alarm_ms);
	start_clocks();
	for (int i = 0; i < forks; i++) {
		if (fork() == 0) {
			work_in_threads(threads);
			_exit(0);
		}
	}
	work_in_threads(threads);
	while (wait(NULL) > 0)
		;
	stop_clocks();
	print(to);
	return 0;
}
