// SPDX-License-Identifier: GPL-2.0
/* What skewed clocks say (bpf/skewed.h), and that those that are only slower never go backwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include <linux/types.h>

#include "../../bpf/skewed.h"

#define S 1000000000ull
#define BEGAN (1000 * S + 123456789)

/* By so many ns since it began. */
static uint64_t at(const struct skew *s, int64_t after)
{
	return skewed(s, CLOCK_REALTIME, BEGAN + after);
}

static struct skew begun(void)
{
	struct skew s = {};

	for (int i = 0; i < MAX_CLOCKS; i++)
		s.began_ns[i] = BEGAN;
	return s;
}

static void before_it_begins(void **state)
{
	struct skew s = begun();

	(void)state;
	s.offset_ns = 3600 * S;
	s.slower_ppm = SKEW_PPM;
	assert_int_equal(at(&s, -1), BEGAN - 1);
	assert_int_equal(at(&s, 0), BEGAN + 3600 * S);
}

static void by_offset(void **state)
{
	struct skew s = begun();

	(void)state;
	s.offset_ns = -10 * (int64_t)S;
	assert_int_equal(at(&s, 5 * S), BEGAN - 5 * S);
	/* There is no time before 1970. */
	s.offset_ns = -2000 * (int64_t)S;
	assert_int_equal(at(&s, 5 * S), 0);
}

static void by_drift(void **state)
{
	struct skew s = begun();

	(void)state;
	s.faster_ppm = 10000;
	assert_int_equal(at(&s, 100 * S), BEGAN + 101 * S);
	/* Exact after a year too. */
	assert_int_equal(at(&s, 31536000 * S), BEGAN + 31851360 * S);
	s.faster_ppm = 0;
	s.slower_ppm = 500000;
	assert_int_equal(at(&s, 100 * S), BEGAN + 50 * S);
	s.slower_ppm = SKEW_PPM;
	assert_int_equal(at(&s, 100 * S), BEGAN);
	assert_int_equal(at(&s, 31536000 * S + 1), BEGAN);
}

static void by_steps(void **state)
{
	struct skew s = begun();

	(void)state;
	s.step_ns = S;
	/* Not back to the beginning of the step that it began in. */
	assert_int_equal(at(&s, 1000), BEGAN);
	assert_int_equal(at(&s, S), 1001 * S);
	assert_int_equal(at(&s, S + 800000000), 1001 * S);
	assert_int_equal(at(&s, S + 900000000), 1002 * S);
	s.offset_ns = -10 * (int64_t)S;
	assert_int_equal(at(&s, 1000), 990 * S);
}

/* The true one of a deadline that is so far from BEGAN, while the true clock says so. */
static uint64_t deadline(const struct skew *s, uint64_t now, uint64_t at)
{
	return true_deadline(s, CLOCK_REALTIME, BEGAN + now, BEGAN + at) - BEGAN;
}

static void deadlines(void **state)
{
	struct skew s = begun();

	(void)state;
	s.offset_ns = 3600 * S;
	assert_int_equal(deadline(&s, 10 * S, 3615 * S), 15 * S);
	/* One that has passed has passed. */
	assert_int_equal(deadline(&s, 10 * S, 3605 * S), 5 * S);
	/* Before it begins they are as they say. */
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, BEGAN - 5, BEGAN + 7), BEGAN + 7);
	s.offset_ns = -3600 * (int64_t)S;
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, 4000 * S, 405 * S), 4005 * S);
	/* And none is zero, which would be no timer. */
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, 4000 * S, 0), 3600 * S);
	s.offset_ns = 5000 * S;
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, 4000 * S, 1), 1);
	/* Never is never. */
	assert_int_equal(
		true_deadline(&s, CLOCK_REALTIME, 4000 * S, SKEW_NEVER), SKEW_NEVER - 5000 * S);
}

static void deadlines_of_other_rates(void **state)
{
	struct skew s = begun();

	(void)state;
	s.faster_ppm = SKEW_PPM;
	assert_int_equal(deadline(&s, 10 * S, 30 * S), 15 * S);
	s.faster_ppm = 0;
	s.slower_ppm = SKEW_PPM / 2;
	assert_int_equal(deadline(&s, 10 * S, 30 * S), 60 * S);
	s.slower_ppm = SKEW_PPM - 1;
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, BEGAN, BEGAN + 36000 * S), SKEW_NEVER);
	/* One that stands still goes on from where it is. */
	s.slower_ppm = SKEW_PPM;
	assert_int_equal(deadline(&s, 10 * S, 30 * S), 40 * S);
	s = begun();
	s.step_ns = S;
	/* When it says so, which it does in steps. */
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, BEGAN, 1005 * S + 1), 1006 * S);
	assert_int_equal(true_deadline(&s, CLOCK_REALTIME, BEGAN, 1005 * S), 1005 * S);
}

/* When the true one is there the skewed one says what was asked for, and not a moment before. */
static void deadlines_are_met(void **state)
{
	static const struct skew all[] = {{.offset_ns = 3600 * S}, {.offset_ns = -10 * (int64_t)S},
		{.faster_ppm = 10000}, {.slower_ppm = 333333}, {.step_ns = S},
		{.offset_ns = 7, .faster_ppm = 123, .step_ns = 1000}};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct skew s = all[i];

		s.began_ns[CLOCK_REALTIME] = BEGAN;
		for (uint64_t n = 1; n < 1000; n++) {
			uint64_t now = BEGAN + n * 7654321, asked = skewed(&s, 0, now) + n * 12345;
			uint64_t met = true_deadline(&s, 0, now, asked);

			assert_in_range(skewed(&s, 0, met + 3), asked, UINT64_MAX);
			assert_in_range(skewed(&s, 0, met - 3), 0, asked);
		}
	}
}

static void never_back(void **state)
{
	static const struct {
		uint64_t slower_ppm, step_ns;
	} all[] = {{SKEW_PPM, 0}, {1, 0}, {999999, 0}, {500000, S}, {333333, 7}, {0, 20000000}};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct skew s = begun();
		uint64_t last = 0;

		s.slower_ppm = all[i].slower_ppm;
		s.step_ns = all[i].step_ns;
		/* Steps that are a multiple of nothing */
		for (int64_t t = -5000000; t < 3000000000ll; t += 999983) {
			uint64_t now = at(&s, t);

			assert_true(now >= last);
			/* Nor when it tells the truth again. */
			assert_true(now <= BEGAN + t);
			last = now;
		}
	}
}

static void which(void **state)
{
	const struct skew s = {.clocks = 1u << CLOCK_REALTIME | 1u << CLOCK_TAI};

	(void)state;
	assert_true(is_skewed(&s, CLOCK_REALTIME));
	assert_true(is_skewed(&s, CLOCK_TAI));
	assert_false(is_skewed(&s, CLOCK_MONOTONIC));
	assert_false(is_skewed(&s, CLOCK_PROCESS_CPUTIME_ID));
	assert_false(is_skewed(&s, 64 + CLOCK_REALTIME));
	assert_false(is_skewed(&s, ~0u)); /* a clock of a device or a process */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_it_begins),
		cmocka_unit_test(by_offset),
		cmocka_unit_test(by_drift),
		cmocka_unit_test(by_steps),
		cmocka_unit_test(deadlines),
		cmocka_unit_test(deadlines_of_other_rates),
		cmocka_unit_test(deadlines_are_met),
		cmocka_unit_test(never_back),
		cmocka_unit_test(which),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
