// SPDX-License-Identifier: GPL-2.0
/* executes: makes threads, of which one executes this program anew, for ever. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define THREADS 24

static void *wait_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void *execute(void *nothing)
{
	usleep(random() % 300);
	execl("/proc/self/exe", "executes", NULL);
	_exit(1);
	return nothing;
}

int main(void)
{
	pthread_attr_t small;
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	srandom((unsigned long)&small);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, &small, i == THREADS / 2 ? execute : wait_for_ever, NULL);
	wait_for_ever(NULL);
	return 0;
}
