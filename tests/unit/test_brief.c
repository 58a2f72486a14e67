// SPDX-License-Identifier: GPL-2.0
/* Calls that don't wait for long. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/brief.h"
#include "base/process.h"

#define MS 1000000ull

/* The janitor blocks all signals. */
static void a_wait_is_interrupted(void **state)
{
	struct itimerval timer;
	struct sigaction action;
	struct brief b;
	sigset_t all, was, mask;
	uint64_t began;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &was);
	for (int i = 0; i < 3; i++) {
		began = monotonic_ns();
		brief_begin(&b, NULL);
		assert_int_equal(read(ends[0], &byte, 1), -1);
		brief_end(&b);
		assert_int_equal(errno, EINTR);
		assert_true(monotonic_ns() - began < 5000 * MS);
	}
	/* All is as it was. */
	sigprocmask(SIG_SETMASK, &was, &mask);
	assert_true(sigismember(&mask, SIGALRM));
	assert_int_equal(sigaction(SIGALRM, NULL, &action), 0);
	assert_true(action.sa_handler == SIG_DFL);
	assert_int_equal(getitimer(ITIMER_REAL, &timer), 0);
	assert_int_equal(timer.it_value.tv_sec + timer.it_value.tv_usec, 0);
	close(ends[0]);
	close(ends[1]);
}

/* Also one that begins later than the first signal. */
static void again_and_again(void **state)
{
	struct brief b;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	brief_begin(&b, NULL);
	for (uint64_t until = monotonic_ns() + 100 * MS; monotonic_ns() < until;)
		;
	assert_int_equal(read(ends[0], &byte, 1), -1);
	brief_end(&b);
	close(ends[0]);
	close(ends[1]);
}

static void a_value_is_written(void **state)
{
	FILE *f = tmpfile();
	char got[16] = "";

	(void)state;
	assert_non_null(f);
	assert_int_equal(write_briefly(fileno(f), "4096"), 0);
	assert_int_equal(write_briefly(fileno(f), "max"), 0);
	assert_int_equal(pread(fileno(f), got, sizeof(got) - 1, 0), 4);
	assert_string_equal(got, "max6");
	fclose(f);
	assert_int_equal(write_briefly(-1, "max"), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_is_interrupted),
		cmocka_unit_test(again_and_again),
		cmocka_unit_test(a_value_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
