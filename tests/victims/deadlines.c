// SPDX-License-Identifier: GPL-2.0
/*
 * deadlines MS: waits in each way until CLOCK_REALTIME says that so many ms have gone, again and
 * again, and writes a line each time: how many ms it took by CLOCK_MONOTONIC with a condition
 * variable, a semaphore, a mutex that is held and inherits priorities, clock_nanosleep(), timerfd
 * and timer_settime(), in this order; and how often a deadline said something else afterwards than
 * before.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, held;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static timer_t timers[3];
static int timer_fd;

static void by_condition(const struct timespec *t)
{
	pthread_mutex_lock(&mutex);
	while (pthread_cond_timedwait(&condition, &mutex, t) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&mutex);
}

static void by_semaphore(const struct timespec *t)
{
	while (!sem_timedwait(&semaphore, t) || errno == EINTR)
		;
}

static void by_mutex(const struct timespec *t)
{
	pthread_mutex_timedlock(&held, t);
}

static void by_sleep(const struct timespec *t)
{
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, t, NULL);
}

/* struct itimerspec has the deadline at its end. */
static struct itimerspec timer;

static void by_timerfd(const struct timespec *t)
{
	uint64_t n;

	timer.it_value = *t;
	if (timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &timer, NULL) ||
		read(timer_fd, &n, sizeof(n)) != sizeof(n))
		perror("timerfd");
}

static void by_timer(const struct timespec *t)
{
	sigset_t set;
	int signal;

	timer.it_value = *t;
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	if (timer_settime(timers[1], TIMER_ABSTIME, &timer, NULL))
		perror("timer");
	sigwait(&set, &signal);
}

static void *hold(void *nothing)
{
	pthread_mutex_lock(&held);
	pause();
	return nothing;
}

static void prepare(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
	pthread_mutexattr_t inheriting;
	pthread_t thread;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sem_init(&semaphore, 0, 0);
	pthread_mutexattr_init(&inheriting);
	pthread_mutexattr_setprotocol(&inheriting, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&held, &inheriting);
	pthread_create(&thread, NULL, hold, NULL);
	timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
	/* Only the one in the middle is by the skewed clock. */
	for (int i = 0; i < 3; i++)
		if (timer_create(i == 1 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &event, &timers[i]))
			perror("timer_create");
}

static long long ms(clockid_t clock, struct timespec *t)
{
	clock_gettime(clock, t);
	return t->tv_sec * 1000ll + t->tv_nsec / 1000000;
}

/* Calls that are refused before they wait: how many of their deadlines say something else then. */
static long refused(void)
{
	struct timespec now, a, b;
	int word = 0;

	ms(CLOCK_REALTIME, &now);
	a = b = now;
	syscall(SYS_futex, &word, FUTEX_LOCK_PI | FUTEX_CLOCK_REALTIME, 0, &a, NULL, 0);
	clock_nanosleep(CLOCK_REALTIME_COARSE, TIMER_ABSTIME, &b, NULL);
	return (memcmp(&a, &now, sizeof(now)) != 0) + (memcmp(&b, &now, sizeof(now)) != 0);
}

int main(int argc, char **argv)
{
	static void (*const ways[])(const struct timespec *t) = {
		by_condition, by_semaphore, by_mutex, by_sleep, by_timerfd, by_timer};
	long wanted = argc > 1 ? atol(argv[1]) : 500, changed = 0;

	prepare();
	for (;;) {
		for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
			struct timespec now, t, before;
			long long began = ms(CLOCK_MONOTONIC, &now);

			ms(CLOCK_REALTIME, &t);
			t.tv_sec += wanted / 1000;
			t.tv_nsec += wanted % 1000 * 1000000;
			t.tv_sec += t.tv_nsec / 1000000000;
			t.tv_nsec %= 1000000000;
			before = t;
			ways[i](&t);
			changed += memcmp(&t, &before, sizeof(t)) != 0;
			changed += i > 3 && memcmp(&timer.it_value, &before, sizeof(t)) != 0;
			printf("%lld ", ms(CLOCK_MONOTONIC, &now) - began);
		}
		changed += refused();
		printf("%ld\n", changed);
		fflush(stdout);
	}
}
