// SPDX-License-Identifier: GPL-2.0
/*
 * clocks [N]: looks at its clocks five times a second, and writes a line each time: CLOCK_REALTIME
 * and gettimeofday() in ms, time() in seconds, CLOCK_MONOTONIC in ms; how often CLOCK_MONOTONIC
 * went backwards in one of N threads that spin, how often a clock told them what is no time, and
 * how often they have looked; and CLOCK_BOOTTIME in ms.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long looks, back, odd;

static long long ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static long long ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void *spin(void *nothing)
{
	long long last = 0;
	struct timespec t = {};
	struct timeval v = {};

	(void)nothing;
	for (;;) {
		long long now = ns();

		if (now < last)
			__atomic_add_fetch(&back, 1, __ATOMIC_RELAXED);
		last = now;
		/* Whatever they say, it is a time. */
		if (clock_gettime(CLOCK_REALTIME, &t) || gettimeofday(&v, NULL) ||
			t.tv_nsec >= 1000000000 || v.tv_usec >= 1000000 || time(NULL) < 1000)
			__atomic_add_fetch(&odd, 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&looks, 1, __ATOMIC_RELAXED);
	}
	return nothing;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 0;
	pthread_t thread;

	for (int i = 0; i < threads; i++)
		if (pthread_create(&thread, NULL, spin, NULL))
			return 1;
	for (;;) {
		struct timeval v;
		long long realtime = ms(CLOCK_REALTIME);

		gettimeofday(&v, NULL);
		printf("%lld %lld %lld %lld %ld %ld %ld %lld\n", realtime,
			v.tv_sec * 1000ll + v.tv_usec / 1000, (long long)time(NULL),
			ms(CLOCK_MONOTONIC), back, odd, looks, ms(CLOCK_BOOTTIME));
		fflush(stdout);
		usleep(200000);
	}
}
