// SPDX-License-Identifier: GPL-2.0
#include "base/brief.h"

#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define OFTEN_US 20000

static void wake(int signal)
{
	(void)signal;
}

/* Again and again: the first one may come before the call. */
static void set_timer(long us)
{
	struct itimerval timer = {{.tv_usec = us}, {.tv_usec = us}};

	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

void brief_begin(struct brief *b, void (*handler)(int signal))
{
	struct sigaction wakes = {.sa_handler = handler ?: wake}; /* without SA_RESTART */
	sigset_t alarm;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	(void)sigaction(SIGALRM, &wakes, &b->action);
	(void)sigprocmask(SIG_UNBLOCK, &alarm, &b->mask);
	set_timer(OFTEN_US);
}

void brief_end(const struct brief *b)
{
	int err = errno;

	set_timer(0);
	(void)sigprocmask(SIG_SETMASK, &b->mask, NULL);
	(void)sigaction(SIGALRM, &b->action, NULL);
	errno = err;
}

int write_briefly(int fd, const char *value)
{
	struct brief b;
	ssize_t n;

	brief_begin(&b, NULL);
	n = pwrite(fd, value, strlen(value), 0);
	brief_end(&b);
	return n < 0 ? -errno : 0;
}
