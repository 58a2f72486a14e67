// SPDX-License-Identifier: GPL-2.0
/*
 * lost_update FILE ROUNDS: two threads add one to the number in FILE, in each round, without a
 * lock. The second one does so three milliseconds after the first, which is long enough, until
 * something takes longer than it should. Ends with 1 in the first round of which a part is lost.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int fd, rounds, go[2], done[2];

/* By pipes, so that each thread makes the same calls in each round. */
static void tell(int pipe[2])
{
	if (write(pipe[1], "x", 1) != 1)
		exit(2);
}

static void await(int pipe[2])
{
	char told;

	if (read(pipe[0], &told, 1) != 1)
		exit(2);
}

static void add_one(void)
{
	long n;

	if (pread(fd, &n, sizeof(n), 0) != sizeof(n))
		exit(2);
	n++;
	if (pwrite(fd, &n, sizeof(n), 0) != sizeof(n))
		exit(2);
}

static void check(int round)
{
	long n = 0;

	if (pread(fd, &n, sizeof(n), 0) == sizeof(n) && n == 2 * (round + 1L))
		return;
	printf("lost in round %d\n", round);
	fflush(stdout);
	_exit(1);
}

static void *second(void *unused)
{
	for (int i = 0; i < rounds; i++) {
		await(go);
		nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
		add_one();
		tell(done);
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	long none = 0;

	if (argc != 3)
		return 2;
	rounds = atoi(argv[2]);
	fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || pipe(go) || pipe(done) ||
		pwrite(fd, &none, sizeof(none), 0) != sizeof(none) ||
		pthread_create(&thread, NULL, second, NULL))
		return 2;
	for (int i = 0; i < rounds; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 8000000}, NULL);
		tell(go);
		add_one();
		await(done);
		check(i);
	}
	pthread_join(thread, NULL);
	return 0;
}
