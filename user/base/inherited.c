// SPDX-License-Identifier: GPL-2.0
#include "base/inherited.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "base/cleanup.h"

/* What this process was started with. */
static const int limits[] = {RLIMIT_NOFILE, RLIMIT_MEMLOCK};
static struct rlimit values[ARRAY_SIZE(limits)];
static sigset_t mask;
static bool ignores_sigpipe;

void inherited_note(void)
{
	struct sigaction sigpipe;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		getrlimit(limits[i], &values[i]);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGPIPE, NULL, &sigpipe);
	ignores_sigpipe = sigpipe.sa_handler == SIG_IGN;
}

void inherited_restore(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		setrlimit(limits[i], &values[i]);
	signal(SIGPIPE, ignores_sigpipe ? SIG_IGN : SIG_DFL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}
