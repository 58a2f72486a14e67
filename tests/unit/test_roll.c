// SPDX-License-Identifier: GPL-2.0
/* The set of processes that a suspend has met. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "actors/roll.h"
#include "base/process.h"

#define MANY 200000

static void each_once(void **state)
{
	struct roll r = {};

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int pid = 1; pid <= MANY / 100; pid++)
			assert_int_equal(roll_add(&r, &(struct stopped){7, pid}), !round);
	/* The same number, another process. */
	assert_int_equal(roll_add(&r, &(struct stopped){8, 1}), 1);
	assert_int_equal(roll_add(&r, &(struct stopped){7, 1}), 0);
	assert_int_equal(r.n, MANY / 100 + 1);
	roll_free(&r);
	assert_int_equal(roll_add(&r, &(struct stopped){7, 1}), 1);
	roll_free(&r);
}

/* Of which each is looked at again in each pass: a list would take minutes. */
static void many(void **state)
{
	uint64_t began = monotonic_ns();
	struct roll r = {};

	(void)state;
	for (int round = 0; round < 8; round++)
		for (int i = 0; i < MANY; i++)
			assert_true(
				roll_add(&r, &(struct stopped){1000 + i / 50, 300 + i}) == !round);
	assert_true(monotonic_ns() - began < 10000000000ull);
	roll_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
