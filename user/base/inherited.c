// SPDX-License-Identifier: GPL-2.0
#include "base/inherited.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* What this process was started with. */
static const int limits[] = {RLIMIT_NOFILE, RLIMIT_MEMLOCK};
static struct rlimit values[ARRAY_SIZE(limits)];
static sigset_t mask;
static bool ignores_sigpipe;

/*
 * The C library's own, which it handles once there is a thread and then leaves at the default to
 * what is executed; sigaction() refuses them (glibc 2.36, nptl/pthread_create.c: late_init).
 */
static const int hidden[] = {32, 33};
static bool ignores_hidden[ARRAY_SIZE(hidden)];

/* struct sigaction as the kernel has it: the handler comes first, and nothing else is needed here.
 */
struct kernel_sigaction {
	unsigned long handler, rest[7];
};

#define KERNEL_SIGSET_SIZE 8

static bool is_ignored(int signal)
{
	struct kernel_sigaction now = {};

	return !syscall(SYS_rt_sigaction, signal, NULL, &now, KERNEL_SIGSET_SIZE) &&
	       now.handler == (unsigned long)SIG_IGN;
}

static void ignore(int signal)
{
	struct kernel_sigaction ignored = {.handler = (unsigned long)SIG_IGN};

	(void)syscall(SYS_rt_sigaction, signal, &ignored, NULL, KERNEL_SIGSET_SIZE); /* as it was */
}

void inherited_note(void)
{
	struct sigaction sigpipe;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		getrlimit(limits[i], &values[i]);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGPIPE, NULL, &sigpipe);
	ignores_sigpipe = sigpipe.sa_handler == SIG_IGN;
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		ignores_hidden[i] = is_ignored(hidden[i]);
}

void inherited_restore(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		setrlimit(limits[i], &values[i]);
	signal(SIGPIPE, ignores_sigpipe ? SIG_IGN : SIG_DFL);
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (ignores_hidden[i])
			ignore(hidden[i]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}
