/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs of scenarios/races have in common: NAME ROUNDS. In each round a second thread
 * does its part four milliseconds after the first one has begun (or RACE_LATER_MS), which is a
 * thousand times longer than that takes. Ends with 1 in the first round that went wrong.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void begin(void); /* of a round: nobody else is there */
static void first(void), second(void);
static const char *wrong(void); /* after a round; NULL: nothing */

#ifndef RACE_LATER_MS
#define RACE_LATER_MS 4
#endif

static pthread_barrier_t race_barrier;
static int race_rounds;
static _Atomic int race_meetings;

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* What a program says of itself, as most do. */
static inline void trace(const char *what)
{
	if (write(STDERR_FILENO, what, strlen(what)) < 0)
		exit(2);
}

/* For the correct ones, which say whether threads have met where it matters. */
static inline void lock(pthread_mutex_t *m)
{
	if (pthread_mutex_trylock(m) == EBUSY) {
		race_meetings++;
		pthread_mutex_lock(m);
	}
}

static void *race_second(void *unused)
{
	for (int i = 0; i < race_rounds; i++) {
		pthread_barrier_wait(&race_barrier);
		pause_ms(RACE_LATER_MS);
		second();
		pthread_barrier_wait(&race_barrier);
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	race_rounds = argc == 2 ? atoi(argv[1]) : 0;
	if (race_rounds <= 0 || pthread_barrier_init(&race_barrier, NULL, 2) ||
		pthread_create(&thread, NULL, race_second, NULL))
		return 2;
	for (int i = 0; i < race_rounds; i++) {
		const char *what;

		pause_ms(3);
		begin();
		pthread_barrier_wait(&race_barrier);
		first();
		pthread_barrier_wait(&race_barrier);
		what = wrong();
		if (what) {
			printf("round %d: %s\n", i, what);
			fflush(stdout);
			_exit(1);
		}
	}
	pthread_join(thread, NULL);
	if (race_meetings)
		printf("met %d times\n", race_meetings);
	return 0;
}
