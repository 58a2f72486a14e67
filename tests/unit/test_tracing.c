// SPDX-License-Identifier: GPL-2.0
/* A process that is stopped while it executes other programs: neither waits for the other. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"
#include "undo/tracing.h"

#define MOST_NS 5000000000ull /* of a look */

/* A victim, as this program is too slow to start. */
static char program[PATH_MAX];

static int find_program(void **state)
{
	char self[PATH_MAX - 32] = "";

	(void)state;
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return -1;
	snprintf(program, sizeof(program), "%s/../executes", dirname(self));
	return access(program, X_OK);
}

/* Another one's child: of its own it would learn the end. */
static pid_t start(pid_t *ret_mother)
{
	pid_t pid = 0;
	int line[2];

	assert_int_equal(pipe(line), 0);
	*ret_mother = fork();
	if (!*ret_mother) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pid = fork();
		if (!pid) {
			execl(program, "executes", NULL);
			_exit(1);
		}
		(void)!write(line[1], &pid, sizeof(pid));
		for (;;)
			pause();
	}
	assert_int_equal(read(line[0], &pid, sizeof(pid)), sizeof(pid));
	close(line[0]);
	close(line[1]);
	return pid;
}

static void executing(void **state)
{
	long rounds = getenv("LONG") && *getenv("LONG") ? 20000 : 2000;
	pid_t mother, pid = start(&mother);

	(void)state;
	for (long i = 0; i < rounds; i++) {
		uint64_t began = monotonic_ns();
		struct tracing t;

		/* Whatever becomes of it: it is not somebody else who traces it. */
		assert_int_not_equal(tracing_begin(&t, pid), -EPERM);
		tracing_end(&t);
		while (tracing_tidy() && monotonic_ns() - began < MOST_NS)
			usleep(100);
		assert_true(monotonic_ns() - began < MOST_NS);
		assert_int_equal(kill(pid, 0), 0);
	}
	kill(pid, SIGKILL);
	kill(mother, SIGKILL);
	waitpid(mother, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(executing),
	};

	/* What stands still for good fails. */
	alarm(120);
	return cmocka_run_group_tests(tests, find_program, NULL);
}
