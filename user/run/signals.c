// SPDX-License-Identifier: GPL-2.0
#include "run/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"

static void do_nothing(int signal)
{
	(void)signal;
}

/* Who writes is told by the error. Unlike SIG_IGN a handler is not passed on by execve(). */
static int outlive(int signal)
{
	const struct sigaction act = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
	struct sigaction now;

	if (sigaction(signal, NULL, &now))
		return -errno;
	return now.sa_handler == SIG_IGN || !sigaction(signal, &act, NULL) ? 0 : -errno;
}

int signals_open(void)
{
	static const int all[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction now;
	sigset_t set;
	int fd, err = outlive(SIGPIPE) ?: outlive(SIGXFSZ);

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (sigaction(all[i], NULL, &now) || now.sa_handler != SIG_IGN)
			sigaddset(&set, all[i]);
	if (err || sigprocmask(SIG_BLOCK, &set, NULL))
		return err ?: -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int signals_take(int fd)
{
	struct signalfd_siginfo info;
	int n = 0;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		n++;
	return n;
}
