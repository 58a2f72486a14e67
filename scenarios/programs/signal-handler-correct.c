// SPDX-License-Identifier: GPL-2.0
/* Waits for a signal whose handler sets a flag. It is blocked except in sigsuspend(2). */
#include <signal.h>

#include "race.h"

static volatile sig_atomic_t told;
static pthread_t waiter;
static _Atomic int stuck;

static void on_signal(int signal)
{
	(void)signal;
	told = 1;
}

static void on_alarm(int signal)
{
	(void)signal;
	stuck = 1;
}

static void begin(void)
{
	if (waiter)
		return;
	waiter = pthread_self();
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
	sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
}

static void first(void)
{
	sigset_t usr1, before;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, &before);
	alarm(2);
	while (!told && !stuck) {
		sigset_t pending;

		trace("waiting\n");
		if (!sigpending(&pending) && sigismember(&pending, SIGUSR1))
			race_meetings++;
		sigsuspend(&before);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	alarm(0);
	told = 0;
}

static void second(void)
{
	sigset_t all;

	/* The alarm is the waiter's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	pthread_kill(waiter, SIGUSR1);
}

static const char *wrong(void)
{
	return stuck ? "the signal was lost" : NULL;
}
