// SPDX-License-Identifier: GPL-2.0
/* Two transfers between two accounts, in opposite directions: each locks its own account first. */
#include "race.h"

static pthread_mutex_t account[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int balance[2];
static _Atomic int stuck;

/* One that waits for a second will wait for ever. */
static int lock_account(int which)
{
	struct timespec until;

	if (!pthread_mutex_trylock(&account[which]))
		return 0;
	race_meetings++;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	return pthread_mutex_timedlock(&account[which], &until);
}

static void transfer(int from, int to)
{
	int one = from, other = to;

	if (lock_account(one)) {
		stuck = 1;
		return;
	}
	trace("transfer\n");
	if (lock_account(other)) {
		stuck = 1;
	} else {
		balance[from]--;
		balance[to]++;
		pthread_mutex_unlock(&account[other]);
	}
	pthread_mutex_unlock(&account[one]);
}

static void begin(void)
{
	balance[0] = balance[1] = 10;
}

static void first(void)
{
	transfer(0, 1);
}

static void second(void)
{
	transfer(1, 0);
}

static const char *wrong(void)
{
	return stuck ? "deadlock" : balance[0] != 10 ? "money is lost" : NULL;
}
