// SPDX-License-Identifier: GPL-2.0
/* Windows, recovery, outages and stalls against what was computed by hand; docs/judging.md. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "measure/ask.h"
#include "measure/steadiness.h"
#include "scenario/scenario.h"

#define MS 1000000ull
#define S (1000 * MS)

/* A run: baseline to 10 s, the fault to 15 s, then nothing to 25 s. */
static const struct steadiness_question question = {.window_ns = S,
	.baseline_from_ns = S,
	.baseline_to_ns = 10 * S,
	.armed_ns = 10 * S,
	.disarmed_ns = 15 * S,
	.end_ns = 25 * S,
	.least_success = NAN,
	.most_median_ns = NAN};

/* An operation each 50 ms from one time to another, the first one ends then. */
static void go(struct samples *s, uint64_t from_ns, uint64_t to_ns, uint64_t took_ns,
	enum sample_result result)
{
	for (uint64_t end = from_ns; end < to_ns; end += 50 * MS) {
		struct sample one = {.planned_ns = end - took_ns,
			.start_ns = end - took_ns,
			.end_ns = end,
			.result = result};

		assert_int_equal(samples_add(s, &one), 0);
	}
}

static struct steadiness computed(struct samples *s, const struct steadiness_question *q)
{
	struct steadiness ret;

	assert_int_equal(steadiness_of(s, q, &ret), 0);
	samples_done(s);
	return ret;
}

static void never_hurt(void **state)
{
	struct samples s = {};
	struct steadiness r;

	(void)state;
	go(&s, S, 25 * S, 10 * MS, SAMPLE_OK);
	r = computed(&s, &question);
	assert_true(r.known && r.recovery_known);
	assert_float_equal(r.recovery_ns, 0, 0);
	assert_float_equal(r.time_to_restore_ns, 0, 0);
	assert_true(isinf(r.time_to_impact_ns));
	assert_int_equal(r.outages, 0);
	assert_float_equal(r.baseline_rate, 20, 1e-9);
	assert_float_equal(r.degradation, 0, 1e-9);
	assert_float_equal(r.least_success, 0.99, 1e-9);
	assert_float_equal(r.most_median_ns, 12.5 * MS, 1);
}

/* Failing from 11 s to 17 s: impact after 1 s, 6 s down, 2 s behind the fault. */
static void recovers(void **state)
{
	struct samples s = {};
	struct steadiness r;

	(void)state;
	go(&s, S, 11 * S, 10 * MS, SAMPLE_OK);
	go(&s, 11 * S, 17 * S, 10 * MS, SAMPLE_FAILED);
	go(&s, 17 * S, 25 * S, 10 * MS, SAMPLE_OK);
	r = computed(&s, &question);
	assert_true(r.known && r.recovery_known);
	assert_float_equal(r.recovery_ns, 2 * S, 0);
	assert_float_equal(r.time_to_impact_ns, S, 0);
	assert_float_equal(r.time_to_restore_ns, 6 * S, 0);
	assert_float_equal(r.downtime_ns, 6 * S, 0);
	assert_int_equal(r.outages, 1);
	assert_float_equal(r.degradation, 1, 1e-9);
	assert_float_equal(r.missing, 80, 1e-9); /* four windows of 20 */
}

/* Slow is not steady either, though all succeeds; a stray failure is no outage of seconds. */
static void slow_and_stray(void **state)
{
	struct sample stray = {
		.planned_ns = 20 * S, .end_ns = 20 * S + MS, .result = SAMPLE_FAILED};
	struct samples s = {};
	struct steadiness r;

	(void)state;
	go(&s, S, 10 * S, 10 * MS, SAMPLE_OK);
	go(&s, 10 * S, 18 * S, 20 * MS, SAMPLE_OK);
	go(&s, 18 * S, 20 * S, 10 * MS, SAMPLE_OK);
	assert_int_equal(samples_add(&s, &stray), 0);
	go(&s, 20 * S + 50 * MS, 25 * S, 10 * MS, SAMPLE_OK);
	r = computed(&s, &question);
	/* 18 and 19 are steady, 20 is not: lasting from 21 on needs 5 windows, or the end. */
	assert_float_equal(r.recovery_ns, 6 * S, 0);
	assert_int_equal(r.outages, 2);
	assert_float_equal(r.downtime_ns, 9 * S, 0);
	assert_float_equal(r.longest_outage_ns, 8 * S, 0);
}

/* One steady window between two that are not doesn't end an outage. */
static void bridged(void **state)
{
	struct samples s = {};
	struct steadiness r;

	(void)state;
	go(&s, S, 11 * S, 10 * MS, SAMPLE_OK);
	go(&s, 11 * S, 12 * S, 10 * MS, SAMPLE_FAILED);
	go(&s, 12 * S, 13 * S, 10 * MS, SAMPLE_OK);
	go(&s, 13 * S, 14 * S, 10 * MS, SAMPLE_FAILED);
	go(&s, 14 * S, 25 * S, 10 * MS, SAMPLE_OK);
	r = computed(&s, &question);
	assert_int_equal(r.outages, 1);
	assert_float_equal(r.downtime_ns, 3 * S, 0);
}

/* It never comes back: infinite, not unknown; and what hangs ends nothing at all. */
static void never(void **state)
{
	struct sample hangs = {.planned_ns = 11 * S, .end_ns = 25 * S, .result = SAMPLE_UNFINISHED};
	struct samples s = {};
	struct steadiness r;

	(void)state;
	go(&s, S, 11 * S, 10 * MS, SAMPLE_OK);
	assert_int_equal(samples_add(&s, &hangs), 0);
	r = computed(&s, &question);
	assert_true(r.known && r.recovery_known);
	assert_true(isinf(r.recovery_ns) && isinf(r.time_to_restore_ns));
}

static void nobody_knows(void **state)
{
	struct steadiness_question q = question;
	struct samples s = {};
	struct steadiness r;

	(void)state;
	go(&s, S, 25 * S, 10 * MS, SAMPLE_OK);
	q.end_ns = 17 * S;
	assert_int_equal(steadiness_of(&s, &q, &r), 0);
	assert_true(r.known);
	assert_false(r.recovery_known);
	assert_non_null(strstr(r.recovery_why, "too short"));
	q = question;
	q.baseline_from_ns = 7 * S;
	r = computed(&s, &q);
	assert_false(r.known);
	assert_non_null(strstr(r.why, "3 whole windows"));
	q.baseline_from_ns = q.baseline_to_ns = 0;
	r = computed(&s, &q);
	assert_string_equal(r.why, "there is no baseline to compare with");
	/* The user's bounds need none. */
	go(&s, S, 25 * S, 10 * MS, SAMPLE_OK);
	q.least_success = 0.9;
	r = computed(&s, &q);
	assert_true(r.known && r.recovery_known);
	assert_true(isnan(r.degradation));
	go(&s, S, 15 * S, 10 * MS, SAMPLE_OK);
	r = computed(&s, &question);
	assert_string_equal(r.recovery_why, "no operation ended after the faults");
}

/* 20 a second: a window of 200 ms would have 4, so it becomes 600 ms. */
static void widened(void **state)
{
	struct steadiness_question q = question;
	struct samples s = {};
	struct steadiness r;

	(void)state;
	q.window_ns = 200 * MS;
	go(&s, S, 25 * S, 10 * MS, SAMPLE_OK);
	r = computed(&s, &q);
	assert_int_equal(r.window_ns, 600 * MS);
}

static void baseline_alone(void **state)
{
	struct samples s = {};
	struct steadiness r;
	bool steady;

	(void)state;
	go(&s, S, 10 * S, 10 * MS, SAMPLE_OK);
	assert_int_equal(baseline_is_steady(&s, &question, &r, &steady), 0);
	assert_true(steady);
	samples_done(&s);
	/* Two windows of nine are far slower. */
	go(&s, S, 3 * S, 400 * MS, SAMPLE_OK);
	go(&s, 3 * S, 10 * S, 10 * MS, SAMPLE_OK);
	assert_int_equal(baseline_is_steady(&s, &question, &r, &steady), 0);
	assert_false(steady);
	samples_done(&s);
}

static void stalled(void **state)
{
	struct samples s = {};
	struct stalls r;
	int err;

	(void)state;
	go(&s, S, 3 * S, MS, SAMPLE_OK); /* the last ends at 2.95 s */
	go(&s, 3 * S, 5 * S, MS, SAMPLE_FAILED);
	go(&s, 5 * S, 6 * S, MS, SAMPLE_OK);
	assert_int_equal(median_gap(&s, 0, 3 * S, &err), 50 * MS);
	stalls_between(&s, S, 6 * S, S, &r);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.longest_ns, 2050 * MS);
	stalls_between(&s, 7 * S, 9 * S, S, &r);
	assert_int_equal(r.longest_ns, 2 * S);
	samples_done(&s);
}

/* Scenarios of docs/judging.md are read as they stand there. */
static void documented(void **state)
{
	_cleanup_free_ char *text = calloc(1, 1 << 20);
	_cleanup_file_ FILE *f = fopen(JINX_SOURCE_DIR "/docs/judging.md", "r");
	unsigned int n = 0;

	(void)state;
	assert_non_null(f);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
	for (char *at = text; (at = strstr(at, "```yaml\njinx: 1")); n++) {
		char *begin = at + strlen("```yaml\n"), *end = strstr(begin, "```");
		struct scenario *s = NULL;
		struct error why;

		if (scenario_parse(begin, end - begin, "judging", &s, &why))
			fail_msg("%u:%u: %s", why.place.line, why.place.column, why.message);
		scenario_free(s);
		at = end;
	}
	assert_int_equal(n, 1);
	for (size_t i = 0; i < n_criteria; i++)
		if (!strstr(text, criteria[i].that))
			fail_msg("docs/judging.md lacks \"%s\"", criteria[i].that);
}

/* Each set is understood in a scenario with a workload. */
static void sets(void **state)
{
	static const char format[] =
		"jinx: 1\ntarget: {workload: true}\nworkload: {exec: x}\nexpect: [criteria/%s]\n"
		"timeline: [{phase: a, for: 5s}, {phase: b, for: 1s, faults: [{fail: EIO, on: "
		"read}]}]\n";
	unsigned int n = 0;

	(void)state;
	for (size_t i = 0; i < n_criteria; i++) {
		struct scenario *s = NULL;
		struct error why;
		char text[400];

		n += !i || strcmp(criteria[i].set, criteria[i - 1].set);
		snprintf(text, sizeof(text), format, criteria[i].set);
		if (scenario_parse(text, strlen(text), "criteria", &s, &why))
			fail_msg("%s: %s", criteria[i].set, why.message);
		assert_true(s->judging.n_expectations > 0);
		assert_string_equal(s->judging.expectations[0].criterion, criteria[i].set);
		scenario_free(s);
	}
	assert_int_equal(n, 10);
}

/* Of one workload or of the worst of them; what was lost of one or of all. */
static void one_or_all(void **state)
{
	static const struct metric_row recovery = {
		"recovery_time", OF_RUN, DIMENSION_TIME, CHANGES, true};
	static const struct metric_row lost = {"lost", OF_RUN, DIMENSION_NUMBER, GROWS, true};
	struct steadiness steadiness[] = {
		{.known = true, .recovery_known = true, .recovery_ns = 3 * S},
		{.known = true, .recovery_known = true, .recovery_ns = 1 * S}};
	struct snapshot_workload workloads[] = {
		{.verified = {true, true, .acknowledged = 9, .lost = 2}},
		{.verified = {true, true, .acknowledged = 9, .lost = 1}}};
	const struct snapshot s = {
		.n_samples = 2, .steadiness = steadiness, .n_workloads = 2, .workloads = workloads};
	static const double recovered[] = {3 * S, 3 * S, 1 * S}, lost_of[] = {3, 2, 1};
	struct measured got;

	(void)state;
	for (int object = -1; object < 2; object++) {
		snapshot_ask(&s, &(struct metric){.row = &recovery, .object = object}, &got);
		assert_true(got.known && got.value == recovered[object + 1]);
		snapshot_ask(&s, &(struct metric){.row = &lost, .object = object}, &got);
		assert_true(got.known && got.value == lost_of[object + 1]);
	}
	steadiness[1].known = false;
	snapshot_ask(&s, &(struct metric){.row = &recovery, .object = 0}, &got);
	assert_true(got.known); /* whatever is unknown of the other one */
	snapshot_ask(&s, &(struct metric){.row = &recovery, .object = -1}, &got);
	assert_false(got.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_hurt),
		cmocka_unit_test(recovers),
		cmocka_unit_test(slow_and_stray),
		cmocka_unit_test(bridged),
		cmocka_unit_test(never),
		cmocka_unit_test(nobody_knows),
		cmocka_unit_test(widened),
		cmocka_unit_test(baseline_alone),
		cmocka_unit_test(stalled),
		cmocka_unit_test(documented),
		cmocka_unit_test(sets),
		cmocka_unit_test(one_or_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
