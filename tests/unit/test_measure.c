// SPDX-License-Identifier: GPL-2.0
/* What is made of measurements: quantiles, recovery, the headline block. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/histogram.h"
#include "measure/measure.h"
#include "output/output.h"
#include "run/last_failure.h"

static void buckets(void **state)
{
	unsigned int last = 0;

	(void)state;
	for (uint64_t v = 0; v < 1ull << 62; v += v / 7 + 1) {
		unsigned int b = histogram_bucket(v);

		assert_true(b >= last && b < HISTOGRAM_BUCKETS);
		assert_true(histogram_bucket_end(b) >= v);
		assert_true(histogram_bucket_end(b) - v <= v / 32);
		assert_int_equal(histogram_bucket(histogram_bucket_end(b)), b);
		last = b;
	}
}

static void quantiles(void **state)
{
	static struct histogram h;

	(void)state;
	assert_int_equal(histogram_quantile(&h, 0.5), 0);
	for (int i = 1; i <= 10000; i++)
		histogram_add(&h, i * 1000);
	assert_in_range(histogram_quantile(&h, 0.50), 5000000, 5000000 + 5000000 / 32);
	assert_in_range(histogram_quantile(&h, 0.99), 9900000, 10000000);
	assert_int_equal(histogram_quantile(&h, 1), 10000000);
	assert_int_equal(h.max, 10000000);
	for (int i = 1; i <= 100; i++) {
		uint64_t exact = i * 100000ull, got = histogram_quantile(&h, i / 100.0);

		/* A rank that ceil() lifts by one moves the value by one step of 1000. */
		assert_in_range(got, exact, exact + 1000 + (exact + 1000) / 32);
		assert_true(i == 1 || got >= histogram_quantile(&h, (i - 1) / 100.0));
	}
}

/* The ends of the scale: nothing, one value, the largest that there is. */
static void quantiles_at_the_ends(void **state)
{
	static struct histogram one, two;

	(void)state;
	histogram_add(&one, 12345678);
	assert_int_equal(histogram_quantile(&one, 0), 12345678);
	assert_int_equal(histogram_quantile(&one, 0.99), 12345678);
	histogram_add(&two, 0);
	histogram_add(&two, UINT64_MAX);
	assert_int_equal(histogram_quantile(&two, 0.5), 0);
	assert_true(histogram_quantile(&two, 0.51) == UINT64_MAX);
	assert_int_equal(two.count, 2);
	/* Small values have buckets of their own. */
	for (int v = 0; v < 64; v++)
		assert_int_equal(histogram_bucket_end(histogram_bucket(v)), v);
	assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
	assert_true(histogram_bucket_end(HISTOGRAM_BUCKETS - 1) == UINT64_MAX);
	for (unsigned int b = 1; b < HISTOGRAM_BUCKETS; b++)
		assert_int_equal(histogram_bucket(histogram_bucket_end(b - 1) + 1), b);
}

static void recovery(void **state)
{
	struct last_failure r = {};

	(void)state;
	last_failure_add(&r, 5, true);
	assert_true(last_failure_time(&r) == UINT64_MAX);
	last_failure_begin(&r, 100);
	last_failure_add(&r, 90, true); /* had ended before */
	assert_true(last_failure_time(&r) == UINT64_MAX);
	last_failure_add(&r, 110, true);
	last_failure_add(&r, 120, false);
	assert_true(last_failure_time(&r) == UINT64_MAX);
	last_failure_add(&r, 130, true);
	last_failure_add(&r, 140, true);
	assert_int_equal(last_failure_time(&r), 30);
	last_failure_add(&r, 150, false); /* it hadn't, after all */
	assert_true(last_failure_time(&r) == UINT64_MAX);
	last_failure_add(&r, 160, true);
	assert_int_equal(last_failure_time(&r), 60);
	/* The next injection starts afresh; a success at the very end is one of no wait. */
	last_failure_begin(&r, 200);
	assert_true(last_failure_time(&r) == UINT64_MAX);
	last_failure_add(&r, 200, true);
	assert_int_equal(last_failure_time(&r), 0);
}

static void failed_operations(void **state)
{
	static struct failures f;
	char text[256];

	(void)state;
	assert_string_equal(failures_text(&f, text, sizeof(text)), "");
	failures_add(&f, false, 7 << 8);
	failures_add(&f, false, 7 << 8);
	assert_string_equal(failures_text(&f, text, sizeof(text)), "2 exit 7");
	failures_add(&f, true, 9); /* killed as it was late: not by what killed it */
	failures_add(&f, false, 11);
	assert_string_equal(failures_text(&f, text, sizeof(text)),
		"2 exit 7, 1 timeout, 1 SIGSEGV; the last: SIGSEGV");
	/* What reads alike is one, however it was told. */
	failures_add_way(&f, WAY_TIMEOUT, 9, 1);
	failures_add(&f, false, 11 | 0x80); /* with a core file */
	assert_string_equal(failures_text(&f, text, sizeof(text)),
		"2 exit 7, 2 timeout, 2 SIGSEGV; the last: SIGSEGV");
	for (int code = 20; code < 30; code++)
		failures_add(&f, false, code << 8);
	assert_int_equal(f.n, MAX_FAILURES);
	assert_int_equal(f.others, 5);
	assert_string_equal(failure_text(&f.last, text, sizeof(text)), "exit 29");
	/* However little room there is. */
	for (size_t size = 1; size < sizeof(text); size++)
		assert_true(strlen(failures_text(&f, text, size)) < size);
}

static void headline(void **state)
{
	static struct phase_report p = {.role = ROLE_RECOVER, .recovery_ns = NOT_RECOVERED};
	struct headline h;

	(void)state;
	measure_headline(&p, &h);
	assert_true(isnan(h.avg_latency_ms) && isnan(h.success_rate) && isnan(h.p99_ms) &&
		    isnan(h.recovery_time_ms) && isnan(h.throughput_ops_per_sec));
	p.operations = 4;
	p.failed = 1;
	p.duration_ns = 2000000000;
	p.recovery_ns = 1500000;
	for (int i = 1; i <= 4; i++)
		histogram_add(&p.latency, i * 1000000);
	measure_headline(&p, &h);
	assert_int_equal(h.successful_operations, 3);
	assert_true(h.success_rate == 0.75);
	assert_true(h.avg_latency_ms == 2.5);
	assert_true(h.max_latency_ms == 4);
	assert_int_equal(h.total_operations, 4);
	assert_int_equal(h.failed_operations, 1);
	/* Of four values the 2nd is the median; at the upper end its bucket ends with the maximum.
	 */
	assert_true(h.p50_ms >= 2 && h.p50_ms <= 2 * 33 / 32.0);
	assert_true(h.p95_ms == 4 && h.p99_ms == 4);
	assert_true(h.throughput_ops_per_sec == 1.5);
	assert_true(h.recovery_time_ms == 1.5);
	p.recovery_ns = 0;
	measure_headline(&p, &h);
	assert_true(h.recovery_time_ms == 0);
	p.role = ROLE_INJECT;
	measure_headline(&p, &h);
	assert_true(isnan(h.recovery_time_ms));
	/* All failed: a rate and a throughput of nothing are numbers, not gaps. */
	p.failed = p.operations;
	measure_headline(&p, &h);
	assert_true(h.success_rate == 0 && h.throughput_ops_per_sec == 0);
	assert_int_equal(h.successful_operations, 0);
}

/* Every binding's injections count, and nothing else that happened to a call. */
static void injections(void **state)
{
	static struct plan plan = {.n_bindings = 2};
	struct counters counters[3] = {};
	struct measure r = {.plan = &plan, .counters = counters};

	(void)state;
	assert_int_equal(measure_injected(&r), 0);
	for (int i = 0; i < 3; i++) { /* the third belongs to no binding */
		counters[i].matched = 1000;
		counters[i].by_reason[REASON_CHANCE] = 500;
		counters[i].by_reason[REASON_INJECTED] = i + 1;
	}
	assert_int_equal(measure_injected(&r), 3);
}

/* None is left out, and none cut. */
static void notes(void **state)
{
	static struct measure r;
	char longest[1000];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (int i = 0; i < 100; i++)
		measure_note(&r, "%02d %s", i, longest);
	assert_int_equal(r.n_notes, 100);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(atoi(r.notes[i]), i);
		assert_int_equal(strlen(r.notes[i]), 3 + strlen(longest));
		free(r.notes[i]);
	}
	free(r.notes);
}

/* Scripts rely on the numbers, reports on the names. */
static void verdicts(void **state)
{
	static const struct {
		enum verdict v;
		int code;
		const char *name;
	} rows[] = {{VERDICT_HELD, 0, "held"}, {VERDICT_DEVIATED, 1, "deviated"},
		{VERDICT_UNSUPPORTED, 3, "unsupported"}, {VERDICT_ABORTED, 4, "aborted"},
		{VERDICT_INCONCLUSIVE, 5, "inconclusive"}, {VERDICT_FAILED, 6, "failed"},
		{(enum verdict)0, 6, "failed"} /* what is not set never passes */};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(verdict_exit(rows[i].v), rows[i].code);
		assert_string_equal(verdict_name(rows[i].v), rows[i].name);
	}
}

static void suppressed(void **state)
{
	struct counters c = {};
	char text[160], small[8];

	(void)state;
	suppressed_text(c.by_reason, text, sizeof(text));
	assert_string_equal(text, "-");
	c.by_reason[REASON_INJECTED] = 9;
	c.by_reason[REASON_CHANCE] = 12;
	c.by_reason[REASON_BUDGET] = 3;
	suppressed_text(c.by_reason, text, sizeof(text));
	assert_string_equal(text, "12 chance, 3 limit");
	for (int r = REASON_INJECTED + 1; r < NR_REASONS; r++)
		assert_true(reason_names[r] && reason_abouts[r]);
	suppressed_text(c.by_reason, small, sizeof(small));
	assert_string_equal(small, "12 chan");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(quantiles_at_the_ends),
		cmocka_unit_test(recovery),
		cmocka_unit_test(failed_operations),
		cmocka_unit_test(headline),
		cmocka_unit_test(injections),
		cmocka_unit_test(notes),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(suppressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
