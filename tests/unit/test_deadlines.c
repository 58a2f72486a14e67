// SPDX-License-Identifier: GPL-2.0
/* The heap of those that sleep in the gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kernel/deadlines.h"

static struct deadlines d;

/* Every slot is where it says it is, and none is due before the one above it. */
static void check(void)
{
	uint32_t in = 0;

	for (uint32_t i = 0; i < d.n; i++) {
		assert_int_equal(d.slot[d.heap[i]].place, i + 1);
		assert_true(d.slot[d.heap[(i - !!i) / 2]].until_ns <= d.slot[d.heap[i]].until_ns);
	}
	for (uint32_t slot = 0; slot < MAX_SLEEPERS; slot++)
		in += deadlines_has(&d, slot);
	assert_int_equal(in, d.n);
}

static int start(void **state)
{
	(void)state;
	memset(&d, 0, sizeof(d));
	return 0;
}

static void come_out_in_order(void **state)
{
	uint64_t last = 0;

	(void)state;
	for (uint32_t i = 0; i < MAX_SLEEPERS; i++)
		deadlines_add(&d, i, (i * 2654435761u) % 1000003);
	check();
	while (d.n) {
		uint32_t slot = deadlines_first(&d);

		assert_true(d.slot[slot].until_ns >= last);
		last = d.slot[slot].until_ns;
		deadlines_remove(&d, slot);
		assert_false(deadlines_has(&d, slot));
	}
	check();
}

static void come_and_go_at_random(void **state)
{
	(void)state;
	srandom(7);
	for (int i = 0; i < 3000; i++) {
		uint32_t slot = random() % 200;

		if (deadlines_has(&d, slot))
			deadlines_remove(&d, slot);
		else
			deadlines_add(&d, slot, random() % 50); /* many at the same time */
		if (i % 100 == 0)
			check();
		else
			for (uint32_t k = 1; k < d.n; k++)
				assert_true(
					d.slot[d.heap[0]].until_ns <= d.slot[d.heap[k]].until_ns);
	}
}

static void the_only_one(void **state)
{
	(void)state;
	deadlines_add(&d, MAX_SLEEPERS - 1, ~0ull);
	assert_int_equal(deadlines_first(&d), MAX_SLEEPERS - 1);
	deadlines_remove(&d, MAX_SLEEPERS - 1);
	assert_int_equal(d.n, 0);
	check();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(come_out_in_order, start),
		cmocka_unit_test_setup(come_and_go_at_random, start),
		cmocka_unit_test_setup(the_only_one, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
