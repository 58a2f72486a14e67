// SPDX-License-Identifier: GPL-2.0
/* NAME SECONDS: eight readers and a writer at a lock of pthreads. As long as there is a reader,
 * others come in. Ends with 1 when the writer has waited for a fifth of a second. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define READERS 8
#define LONGEST_MS 200

static pthread_rwlock_t lock;
static int file;
static long value;
static int meetings; /* the writer had to wait */

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void *reader(void *unused)
{
	for (;;) {
		long found;

		pthread_rwlock_rdlock(&lock);
		if (pread(file, &found, sizeof(found), 0) < 0)
			exit(2);
		pthread_rwlock_unlock(&lock);
		pause_ms(3);
	}
	return unused;
}

static void write_one(void)
{
	double began = now_ms(), waited;

	/* Until it has the lock nobody else says that it has waited for too long. */
	while (pthread_rwlock_trywrlock(&lock)) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += LONGEST_MS * 1000000l;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (!pthread_rwlock_timedwrlock(&lock, &until))
			break;
		waited = now_ms() - began;
		printf("round %ld: the writer has waited for %.0f ms\n", value, waited);
		fflush(stdout);
		_exit(1);
	}
	meetings += now_ms() - began > 5;
	value++;
	if (pwrite(file, &value, sizeof(value), 0) < 0)
		exit(2);
	pthread_rwlock_unlock(&lock);
}

int main(int argc, char **argv)
{
	double until = now_ms() + 1e3 * (argc == 2 ? atof(argv[1]) : 0);
	pthread_rwlockattr_t attr;
	pthread_t thread;

	file = open("value", O_RDWR | O_CREAT, 0600);
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_READER_NP);
	if (file < 0 || pthread_rwlock_init(&lock, &attr))
		return 2;
	for (int i = 0; i < READERS; i++)
		if (pthread_create(&thread, NULL, reader, NULL))
			return 2;
	while (now_ms() < until) {
		write_one();
		pause_ms(10);
	}
	if (meetings)
		printf("met %d times\n", meetings);
	fflush(stdout);
	_exit(0);
}
