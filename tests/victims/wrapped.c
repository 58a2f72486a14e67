// SPDX-License-Identifier: GPL-2.0
/*
 * wrapped WAIT RESULT THREADS N [PROGRAM ARGUMENT...]: waits until the file WAIT exists, then each
 * thread calls the C library's fsync() N times, of a descriptor that isn't there. Writes "calls=
 * least_us= worst_us=" to RESULT, and goes on as PROGRAM. It is built with several C libraries:
 * caller makes its calls by none.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 1000

static atomic_ulong calls, least_us = -1ul, worst_us;
static long calls_each;

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

static void note(unsigned long us)
{
	unsigned long was = atomic_load(&least_us);

	while (us < was && !atomic_compare_exchange_weak(&least_us, &was, us))
		;
	was = atomic_load(&worst_us);
	while (us > was && !atomic_compare_exchange_weak(&worst_us, &was, us))
		;
	atomic_fetch_add(&calls, 1);
}

static void *work(void *unused)
{
	for (long i = 0; i < calls_each; i++) {
		uint64_t began = now_us();

		if (!fsync(-1))
			exit(4);
		note(now_us() - began);
	}
	return unused;
}

static int tell(const char *path)
{
	FILE *to = fopen(path, "w");

	return !to ||
	       fprintf(to, "calls=%lu least_us=%lu worst_us=%lu\n", calls, least_us, worst_us) <
		       0 ||
	       fclose(to);
}

int main(int argc, char **argv)
{
	int threads = argc > 4 ? atoi(argv[3]) : 0;
	static pthread_t all[MAX_THREADS];

	if (threads < 1 || threads > MAX_THREADS)
		return 2;
	calls_each = atol(argv[4]);
	while (access(argv[1], F_OK))
		usleep(10000);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&all[i], NULL, work, NULL))
			return 3;
	for (int i = 0; i < threads; i++)
		pthread_join(all[i], NULL);
	if (tell(argv[2]))
		return 3;
	if (argc > 5)
		execv(argv[5], argv + 5);
	return argc > 5;
}
