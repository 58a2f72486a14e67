// SPDX-License-Identifier: GPL-2.0
/* What is made of measurements: quantiles, recovery, the headline block. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/histogram.h"
#include "report/report.h"
#include "run/recovery.h"

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
	assert_in_range(histogram_bucket(UINT64_MAX), 0, HISTOGRAM_BUCKETS - 1);
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
}

static void recovery(void **state)
{
	struct recovery r = {};

	(void)state;
	recovery_add(&r, 5, true);
	assert_true(recovery_time(&r) == UINT64_MAX);
	recovery_begin(&r, 100);
	recovery_add(&r, 90, true); /* had ended before */
	assert_true(recovery_time(&r) == UINT64_MAX);
	recovery_add(&r, 110, true);
	recovery_add(&r, 120, false);
	assert_true(recovery_time(&r) == UINT64_MAX);
	recovery_add(&r, 130, true);
	recovery_add(&r, 140, true);
	assert_int_equal(recovery_time(&r), 30);
}

static void headline(void **state)
{
	static struct phase_report p = {.role = ROLE_RECOVER, .recovery_ns = NOT_RECOVERED};
	struct headline h;

	(void)state;
	report_headline(&p, &h);
	assert_true(isnan(h.avg_latency_ms) && isnan(h.success_rate) && isnan(h.p99_ms) &&
		    isnan(h.recovery_time_ms) && isnan(h.throughput_ops_per_sec));
	p.operations = 4;
	p.failed = 1;
	p.duration_ns = 2000000000;
	p.recovery_ns = 1500000;
	for (int i = 1; i <= 4; i++)
		histogram_add(&p.latency, i * 1000000);
	report_headline(&p, &h);
	assert_int_equal(h.successful_operations, 3);
	assert_true(h.success_rate == 0.75);
	assert_true(h.avg_latency_ms == 2.5);
	assert_true(h.max_latency_ms == 4);
	assert_true(h.throughput_ops_per_sec == 1.5);
	assert_true(h.recovery_time_ms == 1.5);
	p.role = ROLE_INJECT;
	report_headline(&p, &h);
	assert_true(isnan(h.recovery_time_ms));
}

static void suppressed(void **state)
{
	struct counters c = {};
	char text[160], small[8];

	(void)state;
	report_suppressed(&c, text, sizeof(text));
	assert_string_equal(text, "-");
	c.by_reason[REASON_INJECTED] = 9;
	c.by_reason[REASON_CHANCE] = 12;
	c.by_reason[REASON_BUDGET] = 3;
	report_suppressed(&c, text, sizeof(text));
	assert_string_equal(text, "12 chance, 3 limit");
	report_suppressed(&c, small, sizeof(small));
	assert_string_equal(small, "12 chan");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(recovery),
		cmocka_unit_test(headline),
		cmocka_unit_test(suppressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
