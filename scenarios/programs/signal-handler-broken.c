// SPDX-License-Identifier: GPL-2.0
/* Waits for a signal whose handler sets a flag. The signal may come between the look at the flag
 * and pause(2). */
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
	alarm(2);
	if (!told) {
		trace("waiting\n");
		pause();
	}
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
