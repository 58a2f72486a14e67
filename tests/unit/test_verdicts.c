// SPDX-License-Identifier: GPL-2.0
/* What expectations, guards and steadiness make of an experiment whose engine was made up. */
#include "made_up_experiment.h"

/* Operations of which all fail, or all succeed, and what is to be judged. */
#define JUDGED(exec, timeline, judging)                                                 \
	"jinx: 1\nname: judged\ntarget: {workload: true}\nworkload: {exec: " exec "}\n" \
	"timeline: [" timeline "]\n" judging
#define FAULTS "faults: [{fail: EIO, on: read}]"
#define SHORT "{phase: before, for: 500ms}, {phase: during, for: 500ms, " FAULTS "}"

/* Time enough for operations to end, on a busy host too. */
#define STEADY "{phase: before, for: 1500ms}, {phase: during, for: 200ms, " FAULTS "}"

static json_t *judged(struct test *t, const char *text, enum verdict wanted)
{
	json_t *report;

	read_model(t, text);
	run(t);
	report = read_report(t);
	if (t->result.verdict != wanted)
		fail_msg("%s: %s", text_of(report, "verdict"), text_of(report, "reason"));
	return report;
}

static double real_of(const json_t *object, const char *key)
{
	assert_true(json_is_real(json_object_get(object, key)));
	return json_real_value(json_object_get(object, key));
}

/* Ten seconds of faults end when the guard's condition holds, and what follows is seen. */
static void guarded(void **state)
{
	struct test *t = *state;
	json_t *report = judged(t,
		JUDGED("/bin/false",
			"{phase: during, for: 10s, " FAULTS "}, {phase: after, for: 100ms}",
			"guard: [{stop: \"success_rate < 50%\", min: 5}]\n"),
		VERDICT_ABORTED);
	const json_t *guard = json_array_get(json_object_get(report, "guards"), 0);
	const json_t *phases = json_object_get(report, "phases");

	assert_true(json_is_true(json_object_get(guard, "fired")));
	assert_true(real_of(guard, "at_s") < 5);
	assert_string_equal(text_of(guard, "value_text"), "0%");
	assert_int_equal(json_array_size(phases), 2);
	/* Disarmed with the look that found it. */
	assert_true(real_of(json_array_get(phases, 0), "seconds") - real_of(guard, "at_s") < 0.2);
	assert_non_null(strstr(text_of(report, "reason"), "guard success_rate < 50%: 0%"));
	json_decref(report);
}

static void not_steady(void **state)
{
	struct test *t = *state;
	json_t *report =
		judged(t, JUDGED("/bin/false", STEADY, "steady: {success_rate: \">= 99%\"}\n"),
			VERDICT_INCONCLUSIVE);

	assert_int_equal(verdict_exit(t->result.verdict), 5);
	assert_int_equal(made_up.armed, 0);
	assert_int_equal(json_array_size(json_object_get(report, "phases")), 1);
	assert_non_null(strstr(text_of(report, "reason"), "not steady before the first fault: "
							  "success_rate >= 99%: false: 0%"));
	json_decref(report);
	json_decref(judged(t, JUDGED("/bin/true", STEADY, "steady: {success_rate: \">= 99%\"}\n"),
		VERDICT_HELD));
	assert_int_equal(made_up.armed, 1);
}

static void expected(void **state)
{
	struct test *t = *state;
	json_t *report = judged(t,
		JUDGED("/bin/true", SHORT,
			"expect: [\"success_rate == 100%\", \"injected[read] == 3\", "
			"\"max < 30s\", {that: \"p99.9 < 1s\", optional: true}, "
			"{that: {exec: [/bin/grep, -q, '\"name\": \"judged\"']}, name: "
			"program}]\n"),
		VERDICT_HELD);
	const json_t *all = json_object_get(report, "expectations");

	assert_int_equal(json_array_size(all), 5);
	for (int i = 0; i < 5; i++)
		assert_string_equal(
			text_of(json_array_get(all, i), "result"), i == 3 ? "unknown" : "true");
	json_decref(report);
}

static void deviates(void **state)
{
	struct test *t = *state;
	char junit[80];
	json_t *report;
	_cleanup_file_ FILE *f = NULL;
	char text[8192] = "";

	snprintf(junit, sizeof(junit), "%s.xml", t->folder);
	t->options.report_paths[OUTPUT_junit] = junit;
	report = judged(t,
		JUDGED("/bin/false", SHORT,
			"expect: [\"success_rate >= 99%\", \"recovery_time < 1s\"]\n"),
		VERDICT_DEVIATED);
	assert_int_equal(verdict_exit(t->result.verdict), 1);
	json_decref(report);
	f = fopen(junit, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	assert_non_null(strstr(text, "failures=\"2\" errors=\"0\" skipped=\"1\""));
	assert_non_null(strstr(text, "success_rate &gt;= 99%: 0%, bound 99%"));
	unlink(junit);
}

/* It ends as soon as it is false, and not with its phases. */
static void fails_fast(void **state)
{
	struct test *t = *state;
	uint64_t before = monotonic_ns();
	json_t *report = judged(t,
		JUDGED("/bin/false", "{phase: during, for: 60s, " FAULTS "}",
			"expect: [{that: \"failed == 0\", stop: true}]\n"),
		VERDICT_DEVIATED);

	assert_true(monotonic_ns() - before < 30000000000ull);
	json_decref(report);
}

/* A fault that doesn't fire puts nothing to the test; a program may not know either. */
static void unknown(void **state)
{
	struct test *t = *state;

	json_decref(judged(t,
		JUDGED("/bin/true", SHORT,
			"expect: [{that: {exec: [/bin/sh, -c, exit 75]}, name: program}]\n"),
		VERDICT_INCONCLUSIVE));
	json_decref(judged(t, JUDGED("/bin/true", SHORT, "expect: [\"p99.99 < 1s\"]\n"),
		VERDICT_INCONCLUSIVE));
}

/* Without the faults an expectation that depends on them is false; of the faults nothing is said.
 */
static void observed(void **state)
{
	struct test *t = *state;
	static const char *const results[] = {"false", "true", "unknown"};
	json_t *report;

	t->options.observe = true;
	report = judged(t,
		JUDGED("/bin/true", SHORT,
			"expect: [\"success_rate <= 50%\", \"failed == 0\", \"injected >= 1\"]\n"),
		VERDICT_DEVIATED);
	for (int i = 0; i < 3; i++)
		assert_string_equal(
			text_of(json_array_get(json_object_get(report, "expectations"), i),
				"result"),
			results[i]);
	json_decref(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(guarded),
		TEST(not_steady),
		TEST(expected),
		TEST(deviates),
		TEST(fails_fast),
		TEST(unknown),
		TEST(observed),
	};

	inherited_note();
	/* Nobody who looks for experiments on this host is to find these. */
	(void)unshare(CLONE_NEWNET);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
