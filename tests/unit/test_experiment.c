// SPDX-License-Identifier: GPL-2.0
/*
 * Whole experiments, one after the other in one process, with an engine that was made up: each has
 * a sound report, and nothing of it stays.
 */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#include "made_up.h"
#include "made_up_engine.h"
#include "base/inherited.h"
#include "base/process.h"
#include "run/experiment.h"

#define PHASES                                                                  \
	"timeline: [{phase: before, for: 100ms}, "                              \
	"{phase: during, for: 100ms, faults: [{fail: EIO, on: [read, write]}, " \
	"{delay: 5ms, on: fsync}]}, {phase: after, for: 100ms}]\n"

#define WITHOUT_WORKLOAD "jinx: 1\nname: alone\nseed: 7\ntarget: {cgroup: /}\n" PHASES
#define WITH_WORKLOAD                                     \
	"jinx: 1\nname: busy\ntarget: {workload: true}\n" \
	"workload: {exec: [/bin/true], concurrency: 2}\n" PHASES
#define WITH_TWO                                                                         \
	"jinx: 1\nname: two\ntargets: {all: {workload: true}, good: {workload: good}}\n" \
	"workloads: {good: {exec: [/bin/true], concurrency: 2}, "                        \
	"bad: {exec: exit 9, concurrency: 2}}\n"                                         \
	"timeline: [{phase: before, for: 200ms}, {phase: during, for: 200ms, faults: "   \
	"[{fail: EIO, on: [read, write], target: all}, {delay: 5ms, on: fsync, target: good}]}]\n"
/* Time enough for some to be over before the faults begin, on a busy host too. */
#define UNENDING                                                                      \
	"jinx: 1\nname: unending\ntarget: {workload: true}\n"                         \
	"workload: {exec: [/bin/sleep, \"100\"], concurrency: 2, timeout: 40ms}\n"    \
	"timeline: [{phase: before, for: 500ms}, {phase: during, for: 50ms, faults: " \
	"[{fail: EIO, on: [read, write]}]}]\n"

struct test {
	char folder[32], json[64], events[64], record[64];
	struct scenario *scenario;
	struct caps caps;
	struct plan plan;
	struct experiment_options options;
	struct result result;
	struct error why;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	memset(&made_up, 0, sizeof(made_up));
	snprintf(t->folder, sizeof(t->folder), "/tmp/jinx-experiment-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->json, sizeof(t->json), "%s/json", t->folder);
	snprintf(t->events, sizeof(t->events), "%s/events", t->folder);
	snprintf(t->record, sizeof(t->record), "%s/record", t->folder);
	t->options = (struct experiment_options){.started_ns = monotonic_ns(),
		.report_paths = {[OUTPUT_json] = t->json},
		.events_path = t->events,
		.record_path = t->record,
		.events_size = DEFAULT_EVENTS_SIZE,
		.quiet = true,
		.table = stdout};
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	unlink(t->json);
	unlink(t->events);
	unlink(t->record);
	rmdir(t->folder);
	scenario_free(t->scenario);
	free(t);
	return 0;
}

static void read_model(struct test *t, const char *text)
{
	scenario_free(t->scenario);
	if (scenario_parse(text, strlen(text), "made-up", &t->scenario, &t->why))
		fail_msg("%s", t->why.message);
	t->scenario->host = true;
	t->scenario->max_delay_ns = DEFAULT_MAX_DELAY_NS;
	t->caps = caps_of(STOCK | GATED);
	t->caps.mechanisms[MECHANISM_CLONES].usable = false; /* it can't record */
	plan_make(t->scenario, &t->caps, &t->plan);
	assert_false(plan_refused(&t->plan));
}

static unsigned int count_descriptors(void)
{
	DIR *all = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(all);
	while (readdir(all))
		n++;
	closedir(all);
	return n;
}

/* What stands in the way of any experiment here, as jinx itself would say it. */
static void run(struct test *t)
{
	unsigned int before = count_descriptors();
	int err = experiment_run(t->scenario, &t->plan, &t->options, &t->result, &t->why);

	assert_int_equal(count_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	if (err && !made_up.opened &&
		(strstr(t->why.message, "cgroup v2 is not mounted") ||
			strstr(t->why.message, "in a cgroup namespace"))) {
		print_message("# %s\n", t->why.message);
		skip();
	}
	if (err)
		fail_msg("%s", t->why.message);
	assert_int_equal(made_up.opened, made_up.freed);
	assert_int_equal(made_up.opened, made_up.closed);
	assert_int_equal(made_up.opened, made_up.detached);
}

static json_t *read_report(const struct test *t)
{
	json_t *r = json_load_file(t->json, 0, NULL);

	assert_non_null(r);
	return r;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

static json_int_t number_of(const json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

static unsigned int count_lines(const char *path)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	unsigned int n = 0;
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		n += c == '\n';
	return n;
}

static void check_rules(const json_t *report)
{
	const json_t *rules = json_object_get(report, "rules"), *row;
	size_t i;

	assert_int_equal(json_array_size(rules), 3);
	json_array_foreach(rules, i, row)
	{
		assert_string_equal(text_of(row, "phase"), "during");
		assert_int_equal(number_of(row, "eligible"), 10);
		assert_int_equal(number_of(row, "matched"), 7);
		assert_int_equal(number_of(row, "injected"), 3);
		assert_int_equal(number_of(json_object_get(row, "suppressed"), "chance"), 4);
	}
	row = json_array_get(json_object_get(report, "delays"), 0);
	assert_int_equal(number_of(row, "slept"), 2);
}

/* What every report of this engine has. */
static void check_report(const struct test *t, const json_t *report)
{
	static const char *const roles[] = {"baseline", "inject", "recover"};
	const json_t *phases = json_object_get(report, "phases"), *p;
	size_t i;

	assert_string_equal(text_of(report, "verdict"), "held");
	assert_string_equal(text_of(report, "reason"), "9 injections; no expectations defined");
	assert_string_equal(text_of(report, "name"), t->scenario->name);
	assert_int_equal(strlen(text_of(report, "id")), 6);
	assert_int_equal(number_of(report, "seed"), made_up.seed);
	assert_int_equal(number_of(report, "missed"), 5);
	assert_int_equal(json_array_size(phases), 3);
	json_array_foreach(phases, i, p)
	{
		double seconds = json_real_value(json_object_get(p, "seconds"));

		assert_string_equal(text_of(p, "role"), roles[i]);
		assert_true(seconds >= 0.1 && seconds < 5);
	}
	check_rules(report);
	assert_int_equal(count_lines(t->events), 3);
	assert_int_equal(count_lines(t->record), 4);
	assert_true(made_up.deadline_ns > monotonic_ns());
}

static void twice(void **state)
{
	struct test *t = *state;
	char first[8] = "";

	for (int i = 0; i < 2; i++) {
		json_t *report;

		read_model(t, WITHOUT_WORKLOAD);
		run(t);
		report = read_report(t);
		check_report(t, report);
		assert_int_equal(t->result.verdict, VERDICT_HELD);
		assert_int_equal(t->result.command, -1);
		assert_int_equal(made_up.seed, 7);
		assert_int_equal(made_up.armed, i + 1);
		assert_string_not_equal(text_of(report, "id"), first);
		snprintf(first, sizeof(first), "%s", text_of(report, "id"));
		json_decref(report);
	}
	assert_int_equal(made_up.opened, 2);
	assert_int_equal(made_up.drops, 2);
}

static void need_root(void)
{
	if (!geteuid())
		return;
	print_message("# making cgroups needs root\n");
	skip();
}

static json_int_t sum(const json_t *report, const char *key)
{
	const json_t *p;
	json_int_t n = 0;
	size_t i;

	json_array_foreach(json_object_get(report, "phases"), i, p) n += number_of(p, key);
	return n;
}

static void twice_with_workload(void **state)
{
	struct test *t = *state;

	need_root();
	for (int i = 0; i < 2; i++) {
		json_t *report;

		read_model(t, WITH_WORKLOAD);
		run(t);
		report = read_report(t);
		check_report(t, report);
		assert_true(sum(report, "successful_operations") > 0);
		assert_int_equal(sum(report, "failed_operations"), 0);
		assert_int_equal(sum(report, "unfinished_operations"), 0);
		json_decref(report);
	}
}

static const json_t *named(const json_t *array, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
	{
		if (!strcmp(text_of(one, "name"), name))
			return one;
	}
	fail_msg("there is no %s", name);
	return NULL;
}

/* Each by itself, and together in the phases. */
static void two_workloads(void **state)
{
	struct test *t = *state;
	const json_t *all, *good, *bad;
	json_t *report;

	need_root();
	read_model(t, WITH_TWO);
	run(t);
	report = read_report(t);
	all = json_object_get(report, "workloads");
	assert_int_equal(json_array_size(all), 2);
	good = named(all, "good");
	bad = named(all, "bad");
	assert_true(sum(good, "successful_operations") > 0);
	assert_int_equal(sum(good, "failed_operations"), 0);
	assert_int_equal(sum(bad, "successful_operations"), 0);
	assert_true(sum(bad, "failed_operations") > 0);
	assert_int_equal(sum(report, "total_operations"),
		sum(good, "total_operations") + sum(bad, "total_operations"));
	assert_int_equal(sum(report, "failed_operations"), sum(bad, "failed_operations"));
	json_decref(report);
}

/* Operations that take too long are ended, with all that they have started. */
static void operations_out_of_time(void **state)
{
	struct test *t = *state;
	json_t *report;

	need_root();
	read_model(t, UNENDING);
	run(t);
	report = read_report(t);
	assert_true(sum(report, "failed_operations") >= 2);
	assert_int_equal(sum(report, "successful_operations"), 0);
	assert_string_equal(text_of(report, "verdict"), "inconclusive");
	assert_string_equal(text_of(report, "reason"),
		"every operation of phase before failed, before any fault: the last with timeout");
	json_decref(report);
}

/* What can't be read is no verdict. */
static void unreadable(void **state)
{
	struct test *t = *state;
	json_t *report;

	made_up.counters = -EIO;
	read_model(t, WITHOUT_WORKLOAD);
	run(t);
	report = read_report(t);
	assert_string_equal(text_of(report, "verdict"), "failed");
	assert_string_equal(
		text_of(report, "reason"), "the counters can't be read: Input/output error");
	assert_int_equal(t->result.verdict, VERDICT_FAILED);
	json_decref(report);
}

static void refused(struct test *t, int err, const char *message)
{
	unsigned int before = count_descriptors();

	memset(&t->why, 0, sizeof(t->why));
	assert_int_equal(
		experiment_run(t->scenario, &t->plan, &t->options, &t->result, &t->why), err);
	if (strstr(t->why.message, "cgroup v2 is not mounted") ||
		strstr(t->why.message, "in a cgroup namespace"))
		skip();
	assert_string_equal(t->why.message, message);
	assert_int_equal(count_descriptors(), before);
	assert_int_equal(made_up.opened, made_up.freed);
}

/* What was asked for is told from what went wrong; nothing stays of either. */
static void that_can_not_begin(void **state)
{
	struct test *t = *state;
	char message[128];

	read_model(t, WITHOUT_WORKLOAD);
	made_up.open = -EINVAL;
	refused(t, -EIO, "made up: Invalid argument");
	made_up.open = -EMFILE;
	refused(t, -EMFILE, "made up: Too many open files (ulimit -n)");
	made_up.open = 0;
	t->options.events_path = t->json;
	refused(t, -EINVAL, "--json and --events can't be the same file");
	t->options.events_path = NULL;
	t->options.record_path = "/nowhere/at/all";
	refused(t, -EINVAL, "/nowhere/at/all: No such file or directory");
	t->options.record_path = NULL;
	t->options.replay_path = t->record;
	snprintf(message, sizeof(message), "%s: No such file or directory", t->record);
	refused(t, -EINVAL, message);
	t->options.replay_path = NULL;
	read_model(t, "jinx: 1\ntarget: {cgroup: /no/such/one}\n" PHASES);
	t->options.report_paths[OUTPUT_json] = NULL;
	assert_int_equal(
		experiment_run(t->scenario, &t->plan, &t->options, &t->result, &t->why), -EINVAL);
	assert_int_equal(t->why.place.line, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(twice),
		TEST(twice_with_workload),
		TEST(two_workloads),
		TEST(operations_out_of_time),
		TEST(unreadable),
		TEST(that_can_not_begin),
		TEST(guarded),
		TEST(not_steady),
		TEST(expected),
		TEST(deviates),
		TEST(fails_fast),
		TEST(unknown),
	};

	inherited_note();
	/* Nobody who looks for experiments on this host is to find these. */
	(void)unshare(CLONE_NEWNET);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
