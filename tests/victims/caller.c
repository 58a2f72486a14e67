// SPDX-License-Identifier: GPL-2.0
/*
 * caller [-t THREADS] [-f FORKS] [-l] [-d FILE] [-a MS] [-w FILE] [-r FILE] CALL N: every thread
 * makes CALL N times (0: until SIGTERM) and counts what came back; the sums are printed as "calls=C
 * ok=K ERRNO=K ...". With -f, FORKS children do it too (and their threads). With -w it first waits
 * until FILE exists, sleeping 10 ms between looks. With -r the result is written there and not to
 * stdout. With -a a signal comes each so many ms, that has a handler but no SA_RESTART. With -l the
 * calls are timed, and "wall_us= cpu_us= least_us= p50_us= p99_us= worst_us=" follows; with -d each
 * time is appended to FILE too, in us.
 *
 * Static and with raw system calls, so that the numbers are those of the calls named
 * here and of no library's.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"

#define MAX_ERRNO 200

#define MAX_TIMED 4000000ul

/* Shared by threads and forks. */
static struct results {
	atomic_ulong calls, ok, errors[MAX_ERRNO];
	atomic_ulong timed;
	uint32_t us_10[MAX_TIMED]; /* in tenths of microseconds */
} * results;

static long calls_each;
static long (*call)(long i);

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

static void dump_times(const char *path)
{
	unsigned long n = results->timed < MAX_TIMED ? results->timed : MAX_TIMED;
	FILE *f = fopen(path, "a");

	if (!f) {
		perror(path);
		exit(1);
	}
	for (unsigned long i = 0; i < n; i++)
		fprintf(f, "%.1f\n", results->us_10[i] / 10.);
	fclose(f);
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
	const char *result = NULL, *wait_file = NULL, *dump = NULL;

	while ((c = getopt(argc, argv, "t:f:w:r:d:la:")) != -1) {
		if (c == 't')
			threads = atoi(optarg);
		else if (c == 'f')
			forks = atoi(optarg);
		else if (c == 'a')
			alarm_ms = atoi(optarg);
		else if (c == 'l')
			timing = true;
		else if (c == 'd')
			dump = optarg;
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
	if (dump)
		dump_times(dump);
	return 0;
}
