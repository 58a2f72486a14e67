// SPDX-License-Identifier: GPL-2.0
/* The operations of a workload: what is kept, counted and ranked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/samples.h"

static const struct selection everything = {.phases = ALL_PHASES};

static void put(struct samples *s, uint64_t start, uint64_t end, enum sample_result result,
	unsigned int phase)
{
	struct sample one = {.planned_ns = start,
		.start_ns = start,
		.end_ns = end,
		.result = result,
		.phase = phase};

	assert_int_equal(samples_add(s, &one), 0);
}

static uint64_t quantile(const struct samples *s, double q)
{
	struct latencies l = {};
	uint64_t ns = 0;
	bool more;

	assert_int_equal(latencies_add(&l, s, &everything, false), 0);
	latencies_sort(&l);
	assert_true(latencies_quantile(&l, q, &ns, &more));
	latencies_done(&l);
	return ns;
}

static void counted(void **state)
{
	struct samples s = {};
	struct tally t;

	(void)state;
	samples_tally(&s, &everything, &t);
	assert_int_equal(tally_operations(&t), 0);
	put(&s, 0, 10, SAMPLE_OK, 0);
	put(&s, 5, 20, SAMPLE_FAILED, 0);
	put(&s, 10, 20, SAMPLE_INDETERMINATE, 1);
	put(&s, 20, 30, SAMPLE_OK, 1);
	put(&s, 30, 40, SAMPLE_UNFINISHED, 1);
	samples_tally(&s, &everything, &t);
	assert_int_equal(t.n[SAMPLE_OK], 2);
	assert_int_equal(t.n[SAMPLE_UNFINISHED], 1);
	assert_int_equal(tally_operations(&t), 4);
	samples_tally(&s, &(struct selection){.phases = 1 << 1}, &t);
	assert_int_equal(tally_operations(&t), 2);
	/* By end: the first is before, the last two at the end or behind. */
	samples_tally(&s, &(struct selection){ALL_PHASES, 20, 30}, &t);
	assert_int_equal(t.n[SAMPLE_FAILED], 1);
	assert_int_equal(t.n[SAMPLE_INDETERMINATE], 1);
	assert_int_equal(t.n[SAMPLE_OK], 0);
	assert_int_equal(samples_from(&s, 20), 1);
	assert_int_equal(samples_from(&s, 41), 5);
	samples_done(&s);
}

/* Nearest rank, as it is computed by hand for 1..100 and for few. */
static void quantiles(void **state)
{
	struct samples s = {}, few = {};

	(void)state;
	for (unsigned int i = 1; i <= 100; i++)
		put(&s, 1000 - i, 1000, SAMPLE_OK, 0);
	assert_int_equal(quantile(&s, 0.5), 50);
	assert_int_equal(quantile(&s, 0.07), 7);
	assert_int_equal(quantile(&s, 0.99), 99);
	assert_int_equal(quantile(&s, 0.999), 100);
	put(&few, 0, 10, SAMPLE_OK, 0);
	put(&few, 0, 20, SAMPLE_OK, 0);
	put(&few, 0, 30, SAMPLE_OK, 0);
	assert_int_equal(quantile(&few, 0.5), 20);
	assert_int_equal(quantile(&few, 0.34), 20);
	assert_int_equal(quantile(&few, 0.33), 10);
	samples_done(&s);
	samples_done(&few);
}

/* What a load tool tells of at once are so many, with the weight of so many. */
static void told_together(void **state)
{
	struct sample many = {.planned_ns = 90, .end_ns = 100, .count = 30000};
	struct samples s = {};
	struct latencies l = {};
	struct tally t;

	(void)state;
	assert_int_equal(samples_add(&s, &many), 0);
	many = (struct sample){.planned_ns = 80, .end_ns = 200, .count = 10000};
	assert_int_equal(samples_add(&s, &many), 0);
	put(&s, 0, 300, SAMPLE_OK, 0);
	samples_tally(&s, &everything, &t);
	assert_int_equal(t.n[SAMPLE_OK], 40001);
	samples_tally(&s, &(struct selection){ALL_PHASES, 200, 300}, &t);
	assert_int_equal(t.n[SAMPLE_OK], 10000);
	assert_int_equal(quantile(&s, 0.5), 10);
	assert_int_equal(quantile(&s, 0.74), 10);
	assert_int_equal(quantile(&s, 0.76), 120);
	assert_int_equal(quantile(&s, 0.999), 120);
	assert_int_equal(quantile(&s, 1), 300);
	assert_int_equal(latencies_add(&l, &s, &everything, false), 0);
	assert_int_equal(l.operations, 40001);
	latencies_done(&l);
	samples_done(&s);
}

/* A failure has no latency unless it is asked for; what timed out ranks above all. */
static void timed_out(void **state)
{
	struct sample late = {
		.planned_ns = 0, .end_ns = 50, .result = SAMPLE_INDETERMINATE, .timed_out = true};
	struct samples s = {};
	struct latencies l = {};
	uint64_t ns;
	bool more;

	(void)state;
	put(&s, 0, 5, SAMPLE_FAILED, 0);
	put(&s, 0, 10, SAMPLE_OK, 0);
	assert_int_equal(samples_add(&s, &late), 0);
	put(&s, 0, 60, SAMPLE_OK, 0);
	put(&s, 0, 70, SAMPLE_UNFINISHED, 0);
	assert_int_equal(latencies_add(&l, &s, &everything, false), 0);
	latencies_sort(&l);
	assert_int_equal(l.n, 3);
	assert_true(latencies_quantile(&l, 0.6, &ns, &more));
	assert_int_equal(ns, 60);
	assert_false(more);
	assert_true(latencies_quantile(&l, 0.7, &ns, &more));
	assert_int_equal(ns, 50);
	assert_true(more);
	latencies_done(&l);
	assert_int_equal(latencies_add(&l, &s, &everything, true), 0);
	latencies_sort(&l);
	assert_int_equal(l.n, 4);
	latencies_done(&l);
	samples_done(&s);
	assert_int_equal(latencies_add(&l, &s, &everything, true), 0);
	latencies_sort(&l);
	assert_false(latencies_quantile(&l, 0.5, &ns, &more));
	latencies_done(&l);
}

/* What was shared stays as it was, whatever is added, grown and thinned. */
static void shared(void **state)
{
	struct samples s = {}, then;
	struct tally t;

	(void)state;
	for (unsigned int i = 0; i < 1000; i++)
		put(&s, i, i, SAMPLE_OK, 0);
	then = samples_share(&s);
	for (unsigned int i = 1000; i < 5000; i++)
		put(&s, i, i, SAMPLE_OK, 0);
	assert_int_equal(then.n, 1000);
	assert_int_equal(sample_at(&then, 999)->end_ns, 999);
	samples_done(&s);
	samples_tally(&then, &everything, &t);
	assert_int_equal(t.n[SAMPLE_OK], 1000);
	samples_done(&then);
}

static void thinned(void **state)
{
	const unsigned int n = MAX_SAMPLES + MAX_SAMPLES / 2;
	struct samples s = {};
	struct tally t;

	(void)state;
	for (unsigned int i = 1; i <= MAX_SAMPLES; i++)
		put(&s, 0, i, SAMPLE_OK, 0);
	assert_int_equal(s.n, MAX_SAMPLES);
	assert_int_equal(quantile(&s, 0.99), MAX_SAMPLES / 100 * 99);
	for (unsigned int i = MAX_SAMPLES + 1; i <= n; i++)
		put(&s, 0, i, SAMPLE_OK, 0);
	assert_int_equal(s.every, 2);
	assert_int_equal(s.n, n / 2);
	samples_tally(&s, &everything, &t);
	assert_int_equal(t.n[SAMPLE_OK], n);
	assert_in_range(quantile(&s, 0.99), n / 100 * 99 - 2, n / 100 * 99 + 2);
	samples_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(told_together),
		cmocka_unit_test(timed_out),
		cmocka_unit_test(shared),
		cmocka_unit_test(thinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
