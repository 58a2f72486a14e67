// SPDX-License-Identifier: GPL-2.0
/* What is told of the injections before a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "run/before_failure.h"

#define MS 1000000ull

static struct before_failure *b;

static void add(uint64_t at_ms, uint64_t took_ms, const char *comm)
{
	struct event e = {
		.time_ns = at_ms * MS, .result = took_ms * MS, .tid = 4711, .point = POINT_pread64};

	memcpy(e.comm, comm, strlen(comm));
	before_failure_add(b, &e);
}

static int setup(void **state)
{
	(void)state;
	b = calloc(1, sizeof(*b));
	return b ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(b);
	return 0;
}

static void what_is_near(void **state)
{
	char text[1600];

	(void)state;
	add(100, 1, "long-ago");
	add(950, 5, "just-over");
	add(970, 5, "chained");	  /* it ended 10 ms before the next one began */
	add(985, 6, "under-way"); /* it ended 9 ms before */
	add(999, 5, "still");
	add(1001, 5, "afterwards");
	assert_int_equal(
		before_failure_text(b, 1000 * MS, BEFORE_FAILURE_NS, text, sizeof(text)), 3);
	assert_string_equal(text, "pread64 +5ms (chained 4711) 30.0 ms before, "
				  "pread64 +6ms (under-way 4711) 15.0 ms before, "
				  "pread64 +5ms (still 4711) 1.0 ms before");
	assert_int_equal(
		before_failure_text(b, 2000 * MS, BEFORE_FAILURE_NS, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	assert_int_equal(before_failure_text(b, 2000 * MS, 1000 * MS, text, sizeof(text)), 6);
}

/* The last ones are told, and all are counted, as far as they are kept. */
static void many(void **state)
{
	char text[1600];

	(void)state;
	for (unsigned int i = 0; i < 2 * MAX_BEFORE_FAILURE; i++)
		add(1000, 1, i < 2 * MAX_BEFORE_FAILURE - 1 ? "a\nb" : "last");
	assert_int_equal(before_failure_text(b, 1001 * MS, BEFORE_FAILURE_NS, text, sizeof(text)),
		MAX_BEFORE_FAILURE);
	assert_null(strchr(text, '\n'));
	assert_non_null(strstr(text, "(last 4711)"));
	assert_true(strlen(text) < 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_near, setup, teardown),
		cmocka_unit_test_setup_teardown(many, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
