// SPDX-License-Identifier: GPL-2.0
/* Four threads, again and again, choose a moment a second ahead, work for most of that and wait for
   a condition that nobody signals until then. Broken: the moment is a time of day, which anybody
   may set. It says how long that took, and who hangs. */
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4

static _Atomic long long began[THREADS];

static long long now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void *take_turns(void *which)
{
	long n = (long)which;
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_condattr_t attr;
	pthread_cond_t condition;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_REALTIME);
	pthread_cond_init(&condition, &attr);
	usleep(n * 250000);
	for (;;) {
		long long until = now_ms(CLOCK_REALTIME) + 1000;
		struct timespec t = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};

		began[n] = now_ms(CLOCK_MONOTONIC);
		usleep(800000);
		pthread_mutex_lock(&lock);
		while (!pthread_cond_timedwait(&condition, &lock, &t))
			;
		pthread_mutex_unlock(&lock);
		printf("gave up after %lld ms\n", now_ms(CLOCK_MONOTONIC) - began[n]);
	}
	return NULL;
}

int main(void)
{
	long long day = now_ms(CLOCK_REALTIME), later;
	pthread_t thread;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (long n = 0; n < THREADS; n++)
		pthread_create(&thread, NULL, take_turns, (void *)n);
	for (;; day = later) {
		usleep(250000);
		later = now_ms(CLOCK_REALTIME);
		if (later < day)
			puts("the clock went back");
		for (long n = 0; n < THREADS; n++)
			if (began[n] && now_ms(CLOCK_MONOTONIC) - began[n] > 3000)
				printf("thread %ld hangs\n", n);
	}
}
