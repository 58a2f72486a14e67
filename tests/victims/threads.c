// SPDX-License-Identifier: GPL-2.0
/*
 * threads FILE: threads of which each may run elsewhere, or with another priority, and which go on
 * starting others, and processes, until the file is there. Then they all stay until they are
 * killed. `threads show` prints what the threads have whose numbers it reads: number, name, cores
 * in hex, nice value, policy.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 400 /* of each kind */

static void name(const char *what)
{
	prctl(PR_SET_NAME, what);
}

static void stay(void)
{
	for (;;)
		usleep(2000);
}

static void *pinned(void *unused)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		exit(2);
	name("pinned");
	stay();
	return unused;
}

static void *nice_one(void *unused)
{
	setpriority(PRIO_PROCESS, syscall(SYS_gettid), 5);
	name("nice");
	stay();
	return unused;
}

static void *with_policy(void *policy)
{
	int which = *(int *)policy;

	setpriority(PRIO_PROCESS, syscall(SYS_gettid), 3);
	if (sched_setscheduler(0, which, &(struct sched_param){}))
		exit(2);
	name(which == SCHED_IDLE ? "idle" : "batch");
	stay();
	return NULL;
}

static void *new_one(void *unused)
{
	name("new");
	for (;;)
		pause();
	return unused;
}

static void start(void *(*f)(void *), void *with)
{
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	if (pthread_create(&thread, &small, f, with))
		exit(2);
}

/* Every second one is a grandchild, whose parent has ended. */
static void start_process(int n)
{
	pid_t pid = fork();

	if (pid)
		return;
	if (n % 2 && fork())
		_exit(0);
	start(new_one, NULL);
	new_one(NULL);
}

static int show(void)
{
	int tid;

	while (scanf("%d", &tid) == 1) {
		char path[64], named[32] = "";
		unsigned long cores[16] = {};
		int policy = sched_getscheduler(tid), nice_value;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/comm", tid);
		f = fopen(path, "r");
		if (!f || fscanf(f, "%31s", named) != 1 || policy < 0 ||
			syscall(SYS_sched_getaffinity, tid, sizeof(cores), cores) < 0)
			named[0] = '\0';
		errno = 0;
		nice_value = getpriority(PRIO_PROCESS, tid);
		if (named[0] && !errno)
			printf("%d %s %lx %d %d\n", tid, named, cores[0], nice_value, policy);
		if (f)
			fclose(f);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static int batch = SCHED_BATCH, idle = SCHED_IDLE;

	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "show"))
		return show();
	start(pinned, NULL);
	start(nice_one, NULL);
	start(with_policy, &batch);
	start(with_policy, &idle);
	usleep(100000);
	printf("ready\n");
	fflush(stdout);
	for (int n = 0; access(argv[1], F_OK); n++) {
		if (n < MOST)
			start(new_one, NULL);
		if (n < MOST && n % 8 == 0)
			start_process(n / 8);
		usleep(5000);
	}
	stay();
}
