// SPDX-License-Identifier: GPL-2.0
/* Measured calls: where the plan has them measured, their rows, and what is made of these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kernel/plan_meters.h"
#include "made_up.h"
#include "measure/calls.h"

static struct plan plan;

static struct scenario *observing(const char *observe, const char *faults)
{
	char text[600];
	struct scenario *s = NULL;
	struct error why;
	int n = snprintf(text, sizeof(text),
		"jinx: 1\ntargets: {a: {cgroup: a}, b: {cgroup: b}}\n%s\n"
		"timeline: [{phase: p, for: 1s}, {phase: q, for: 1s%s%s%s}]\n",
		observe, *faults ? ", faults: [" : "", faults, *faults ? "]" : "");

	if (scenario_parse(text, n, "made-up", &s, &why))
		fail_msg("%s: %s", observe, why.message);
	return s;
}

static const struct meter *meter_of(enum point p)
{
	for (unsigned int i = 0; i < plan.n_meters; i++)
		if (plan.meters[i].at.point == p)
			return &plan.meters[i];
	return NULL;
}

static const char *reason_of(enum point p)
{
	for (unsigned int i = 0; i < plan.n_unmetered; i++)
		if (plan.unmetered[i].point == p)
			return plan.unmetered[i].reason;
	return NULL;
}

static void make(const char *observe, const char *faults, uint64_t can)
{
	static struct scenario *s;
	static struct caps c;

	scenario_free(s);
	s = observing(observe, faults);
	c = caps_of(can);
	c.traceable[POINT_sync] = false; /* as it has no arguments */
	plan_make(s, &c, &plan);
}

#define TRAMPOLINES (STOCK | BIT(FMOD_RET) | BIT(FEXIT) | BIT(KRETPROBE) | BIT(SYS_EXIT))
#define FAIL_FSYNC "{fail: EIO, on: fsync, target: b}"

/* A rule's point is not measured unless somebody asks: it costs. */
static void what_is_measured(void **state)
{
	(void)state;
	make("", FAIL_FSYNC, TRAMPOLINES);
	assert_int_equal(plan.n_meters, 0);
	assert_int_equal(plan.n_meter_rows, 0);
	assert_int_equal(plan.n_unmetered, 0);
	make("observe: [read, \"%sync\"]", FAIL_FSYNC, TRAMPOLINES);
	assert_int_equal(meter_of(POINT_fsync)->targets, 3);
	assert_int_equal(meter_of(POINT_fsync)->delayed, 0);
	assert_int_equal(meter_of(POINT_fsync)->at.mechanism, MECHANISM_FEXIT);
	assert_int_equal(meter_of(POINT_fsync)->at.number, plan.bindings[0].number);
	assert_int_equal(meter_of(POINT_read)->targets, 3);
	make("observe: read", "", TRAMPOLINES);
	assert_int_equal(plan.n_meters, 1);
	assert_false(plan_empty(&plan));
}

/* A program of a rule sees the call begin, where it is the only one there: one program less for
 * each call. */
static void begun_by_a_rule(void **state)
{
	(void)state;
	make("observe: [read, fsync]", FAIL_FSYNC, TRAMPOLINES);
	assert_true(meter_of(POINT_fsync)->at.begun);
	assert_false(meter_of(POINT_read)->at.begun);
	make("observe: fsync", FAIL_FSYNC, TRAMPOLINES & ~BIT(FEXIT));
	assert_false(meter_of(POINT_fsync)->at.begun);
	/* A delay comes before that program, and is of the call. */
	make("observe: fsync", FAIL_FSYNC ", {delay: 1ms, on: fsync, target: a}",
		TRAMPOLINES | BIT(TASK_WORK));
	assert_false(meter_of(POINT_fsync)->at.begun);
}

/* What a condition names is measured; once, although several do. */
static void asked_by_conditions(void **state)
{
	(void)state;
	make("expect: [\"calls[fsync] > 1\", \"errors[fsync, EIO] > 1\", \"p99[read] < 1s\"]\n"
	     "guard: [\"max[write, natural] > 1s\"]",
		FAIL_FSYNC, TRAMPOLINES);
	assert_int_equal(plan.n_meters, 3);
	assert_non_null(meter_of(POINT_fsync));
	assert_non_null(meter_of(POINT_read));
	assert_non_null(meter_of(POINT_write));
	/* The rules' own counters need no meter. */
	make("expect: [\"injected[fsync] > 1\"]", FAIL_FSYNC, TRAMPOLINES);
	assert_int_equal(plan.n_meters, 0);
	/* By name, although `observe` has it in a group. */
	make("observe: \"%sync\"\nexpect: [\"calls[sync] > 1\"]", FAIL_FSYNC,
		(TRAMPOLINES & ~BIT(KRETPROBE)));
	assert_int_equal(meter_of(POINT_sync)->at.mechanism, MECHANISM_SYS_EXIT);
}

static void mechanisms_of_kernels(void **state)
{
	(void)state;
	/* Without arguments there is no function to name. */
	make("observe: getppid", "", TRAMPOLINES);
	assert_int_equal(meter_of(POINT_getppid)->at.mechanism, MECHANISM_KRETPROBE);
	make("observe: getppid", "", TRAMPOLINES & ~BIT(KRETPROBE));
	assert_int_equal(meter_of(POINT_getppid)->at.mechanism, MECHANISM_SYS_EXIT);
	/* What a kprobe changes only another one sees. */
	make("observe: fsync", "{fail: EIO, on: [fsync, read], at: exit, target: a}",
		TRAMPOLINES | BIT(OVERRIDE_EXIT));
	assert_int_equal(meter_of(POINT_fsync)->at.mechanism, MECHANISM_KRETPROBE);
	make("observe: fsync", FAIL_FSYNC, (TRAMPOLINES & ~BIT(FMOD_RET)) | BIT(OVERRIDE));
	assert_int_equal(meter_of(POINT_fsync)->at.mechanism, MECHANISM_KRETPROBE);
	/* What a tracepoint delays is over before the function begins. */
	make("observe: [fsync, read]", "{delay: 5us, on: fsync, target: a}",
		BIT(SPIN_TP) | BIT(FEXIT) | BIT(SYS_EXIT));
	assert_int_equal(meter_of(POINT_fsync)->at.mechanism, MECHANISM_SYS_EXIT);
	assert_int_equal(meter_of(POINT_read)->at.mechanism, MECHANISM_FEXIT);
	make("observe: fsync", "", 0);
	assert_string_equal(reason_of(POINT_fsync), "fexit: no; kretprobe: no; sys-exit: no");
}

/* Nobody else is made to pay for what was not asked for by name. */
static void tracepoints_are_dear(void **state)
{
	uint64_t can = BIT(TRACEPOINT) | BIT(SYS_EXIT) | NETWORK;

	(void)state;
	make("observe: connect", "{fail: EPERM, on: connect, target: a}", can);
	assert_int_equal(meter_of(POINT_connect)->at.mechanism, MECHANISM_SYS_EXIT);
	make("observe: \"%network\"", "", can);
	assert_int_equal(meter_of(POINT_connect)->at.mechanism, MECHANISM_SYS_EXIT);
	/* Where most of a group is had without them, the rest is left out. */
	make("observe: \"%sync\"", "", can | BIT(FEXIT));
	assert_int_equal(meter_of(POINT_fsync)->at.mechanism, MECHANISM_FEXIT);
	assert_null(meter_of(POINT_sync));
	assert_string_equal(reason_of(POINT_sync),
		"fexit: the call has no traceable function; kretprobe: no; sys-exit: every "
		"process of the host would pay for one call of a group");
}

/* By uprobe-sleep a call waits before it begins, and its time is without that. */
static void delayed_before(void **state)
{
	(void)state;
	make("observe: fsync", "{delay: 1ms, on: fsync, target: b}",
		(TRAMPOLINES & ~BIT(TASK_WORK)) | BIT(UPROBE_SLEEP));
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_UPROBE_SLEEP);
	assert_int_equal(meter_of(POINT_fsync)->delayed, 2);
	assert_int_equal(meter_of(POINT_fsync)->before, 2);
	make("observe: fsync", "{delay: 1ms, on: fsync, target: b}", TRAMPOLINES | BIT(TASK_WORK));
	assert_int_equal(meter_of(POINT_fsync)->delayed, 2);
	assert_int_equal(meter_of(POINT_fsync)->before, 0);
}

static void probing(void **state)
{
	struct scenario *s = observing("", FAIL_FSYNC);

	(void)state;
	assert_false(plan_candidates(s) & (BIT(FEXIT) | BIT(KRETPROBE) | BIT(SYS_EXIT)));
	scenario_free(s);
	s = observing("observe: read", FAIL_FSYNC);
	assert_true(plan_candidates(s) & BIT(FEXIT));
	assert_true(plan_candidates(s) & BIT(SYS_EXIT));
	scenario_free(s);
	/* Each further probe would only find what the plan doesn't need. */
	make("observe: read", FAIL_FSYNC, BIT(FMOD_RET));
	assert_false(plan_lacks(&plan, MECHANISM_OVERRIDE));
	assert_true(plan_lacks(&plan, MECHANISM_FEXIT));
	make("observe: read", FAIL_FSYNC, BIT(FMOD_RET) | BIT(FEXIT));
	assert_false(plan_lacks(&plan, MECHANISM_KRETPROBE));
}

/* Each target and phase has its own, and nobody else's. */
static void rows(void **state)
{
	bool taken[64] = {};

	(void)state;
	make("observe: [fsync, read]", "{delay: 5ms, on: fsync, target: b}",
		TRAMPOLINES | BIT(TASK_WORK));
	/* Two points, two targets, two phases; and fsync of b without its delays. */
	assert_int_equal(plan.n_meter_rows, 2 * 2 * 2 + 2);
	for (unsigned int m = 0; m < 2; m++)
		for (unsigned int t = 0; t < 2; t++)
			for (unsigned int p = 0; p < 2; p++) {
				unsigned int n = meter_natural_row(&plan, m, t, p);
				bool delayed = plan.meters[m].at.point == POINT_fsync && t == 1;

				assert_false(taken[meter_row(&plan, m, t, p)]);
				taken[meter_row(&plan, m, t, p)] = true;
				assert_int_equal(n != NO_ROW, delayed);
				if (delayed)
					assert_false(taken[n]);
				if (delayed)
					taken[n] = true;
			}
	for (unsigned int i = 0; i < plan.n_meter_rows; i++)
		assert_true(taken[i]);
	assert_int_equal(meter_row(&plan, 0, 2, 0), NO_ROW);
}

static void add(struct meter_row *row, uint64_t ns)
{
	row->begun++;
	row->sum_ns += ns;
	row->max_ns = ns > row->max_ns ? ns : row->max_ns;
	row->buckets[histogram_bucket(ns) - METER_FIRST_BUCKET]++;
}

/* From 64 ns to 137 s no quantile is more than 1/32 above the true one. */
static void durations(void **state)
{
	struct meter_row row = {};
	struct histogram h;

	(void)state;
	assert_int_equal(histogram_bucket(64), METER_FIRST_BUCKET);
	assert_int_equal(
		histogram_bucket((1ull << 37) - 1), METER_FIRST_BUCKET + METER_BUCKETS - 1);
	calls_histogram(&row, &h);
	assert_int_equal(h.count, 0);
	for (uint64_t ns = 100; ns <= 100000000000ull; ns += ns / 7) {
		memset(&row, 0, sizeof(row));
		add(&row, ns);
		row.max_ns = UINT64_MAX;
		calls_histogram(&row, &h);
		assert_int_equal(h.count, 1);
		assert_in_range(histogram_quantile(&h, 0.5), ns, ns + ns / 32 + 1);
	}
	memset(&row, 0, sizeof(row));
	for (unsigned int i = 1; i <= 1000; i++)
		add(&row, i * 1000);
	row.begun += 3;
	row.errors[0] = 2;
	row.errors[METER_ERRORS - 1] = 5;
	calls_histogram(&row, &h);
	assert_int_equal(h.count, 1000);
	assert_in_range(histogram_quantile(&h, 0.99), 990000, 990000 + 990000 / 32);
	assert_int_equal(histogram_quantile(&h, 1), 1000000);
	assert_int_equal(calls_failed(&row), 7);
	assert_int_equal(calls_unfinished(&row, h.count), 3);
	/* One that ended was not seen to begin: the row was read in between. */
	assert_int_equal(calls_unfinished(&row, 1005), 0);
}

static void pooling(void **state)
{
	struct histogram sum = {}, one = {};

	(void)state;
	for (unsigned int i = 1; i <= 100; i++)
		histogram_add(i % 2 ? &sum : &one, i * 1000);
	histogram_pool(&sum, &one);
	assert_int_equal(sum.count, 100);
	assert_int_equal(sum.sum, 5050000);
	assert_int_equal(sum.max, 100000);
	assert_in_range(histogram_quantile(&sum, 0.5), 50000, 50000 + 50000 / 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_measured),
		cmocka_unit_test(begun_by_a_rule),
		cmocka_unit_test(delayed_before),
		cmocka_unit_test(asked_by_conditions),
		cmocka_unit_test(mechanisms_of_kernels),
		cmocka_unit_test(tracepoints_are_dear),
		cmocka_unit_test(probing),
		cmocka_unit_test(rows),
		cmocka_unit_test(durations),
		cmocka_unit_test(pooling),
	};

	return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
