// SPDX-License-Identifier: GPL-2.0
/* How long a delay is: the kernel side's own draw, compiled for the host, and the tables that it
 * draws from. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../bpf/decide.bpf.h"
#include "kernel/quantiles.h"

static __u64 nth_delay(const struct rule *r, const __s32 *table, __u64 n)
{
	const struct draw draw = {r->seed, n};

	return draw_delay(r, table, &draw);
}

/* Mean and standard deviation of a million delays of a second +- 100 ms. */
static void draw_many(struct rule r, double *ret_mean, double *ret_deviation)
{
	static __s32 table[NR_QUANTILES];
	double sum = 0, squares = 0;

	r.delay_ns = 1000000000;
	r.jitter_ns = 100000000;
	r.seed = 42;
	if (r.distribution != SPREAD_UNIFORM)
		quantiles_fill(r.distribution, table);
	for (int i = 0; i < 1000000; i++) {
		double x = nth_delay(&r, table, i) / 1e6;

		sum += x;
		squares += x * x;
	}
	*ret_mean = sum / 1e6;
	*ret_deviation = sqrt(squares / 1e6 - *ret_mean * *ret_mean);
}

static void delays_have_their_distribution(void **state)
{
	static const double deviations[] = {[SPREAD_UNIFORM] = 57.735, /* 100 / sqrt(3) */
		[SPREAD_NORMAL] = 100,
		[SPREAD_PARETO] = 95}; /* the table cuts a heavy tail */

	(void)state;
	for (int d = 0; d < NR_DISTRIBUTIONS; d++) {
		struct rule r = {.cap_ns = 100000000000, .distribution = d};
		double mean, deviation;

		draw_many(r, &mean, &deviation);
		assert_true(fabs(mean - 1000) < 0.6);
		assert_true(fabs(deviation - deviations[d]) < 6);
	}
}

static void delays_have_bounds(void **state)
{
	static __s32 table[NR_QUANTILES];
	struct rule r = {.delay_ns = 1000000, .cap_ns = 1200000};

	(void)state;
	assert_int_equal(nth_delay(&r, table, 7), 1000000);
	r.jitter_ns = 1000000;
	for (int i = 0; i < 100000; i++)
		assert_true(nth_delay(&r, table, i) <= 1200000);
	r.cap_ns = 1000000000;
	for (int i = 0; i < 100000; i++)
		assert_true(nth_delay(&r, table, i) < 2000000);
	/* A normal one may be below zero: it is no delay then. */
	quantiles_fill(SPREAD_NORMAL, table);
	r.distribution = SPREAD_NORMAL;
	for (int i = 0; i < 100000; i++)
		assert_true(nth_delay(&r, table, i) < 10000000);
	/* No product overflows at the most that there is. */
	r = (struct rule){.delay_ns = MAX_DELAY_NS, .jitter_ns = MAX_DELAY_NS, .cap_ns = ~0ull};
	for (int d = 0; d < NR_DISTRIBUTIONS; d++) {
		r.distribution = d;
		if (d != SPREAD_UNIFORM)
			quantiles_fill(d, table);
		for (int i = 0; i < 100000; i++)
			assert_true(nth_delay(&r, table, i) <= 30 * MAX_DELAY_NS);
	}
}

static void a_seed_replays_delays(void **state)
{
	struct rule r = {.delay_ns = 5000, .jitter_ns = 5000, .cap_ns = 1000000, .seed = 9};
	struct rule other = r;
	unsigned int same = 0;

	(void)state;
	other.seed = 10;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(nth_delay(&r, NULL, i), nth_delay(&r, NULL, i));
		same += nth_delay(&r, NULL, i) == nth_delay(&other, NULL, i);
	}
	assert_true(same < 20);
}

/* Symmetric, ascending, and at the known places. */
static void quantiles_are_the_distribution(void **state)
{
	static __s32 t[NR_QUANTILES];
	const double one = 1 << QUANTILE_BITS;

	(void)state;
	quantiles_fill(SPREAD_NORMAL, t);
	for (int i = 1; i < NR_QUANTILES; i++)
		assert_true(t[i] >= t[i - 1]);
	for (int i = 0; i < NR_QUANTILES; i++)
		assert_true(abs(t[i] + t[NR_QUANTILES - 1 - i]) <= 1);
	assert_true(fabs(t[NR_QUANTILES * 84134 / 100000] / one - 1) < 0.01);
	assert_true(fabs(t[NR_QUANTILES * 97725 / 100000] / one - 2) < 0.01);
	quantiles_fill(SPREAD_PARETO, t);
	assert_true(fabs(t[0] / one + 0.577) < 0.001);
	for (int i = 1; i < NR_QUANTILES; i++)
		assert_true(t[i] >= t[i - 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delays_have_their_distribution),
		cmocka_unit_test(delays_have_bounds),
		cmocka_unit_test(a_seed_replays_delays),
		cmocka_unit_test(quantiles_are_the_distribution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
