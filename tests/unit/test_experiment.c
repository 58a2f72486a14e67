// SPDX-License-Identifier: GPL-2.0
/*
 * Whole experiments, one after the other in one process, with an engine that was made up: each has
 * a sound report, and nothing of it stays.
 */
#include "made_up_experiment.h"
#include "run/heartbeat.h"
#include "run/parts.h"

#define SECOND 1000000000ull

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
	/* Renewed until the end, which may be a while ago by now. */
	assert_true(made_up.deadline_ns > t->options.started_ns + 2 * SECOND);
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

/* A renewal may carry an earlier time than the last one; only a gap is told, and no deadline goes
 * back. */
static void heartbeats(void **state)
{
	struct measure measure = {};
	struct experiment x = {.measure = &measure, .began_ns = SECOND};

	(void)state;
	heartbeat_renew(&x, 2 * SECOND);
	assert_int_equal(made_up.deadline_ns, 4 * SECOND);
	heartbeat_renew(&x, 2 * SECOND - 1);
	assert_int_equal(made_up.deadline_ns, 4 * SECOND);
	heartbeat_renew(&x, 4 * SECOND);
	assert_int_equal(measure.n_notes, 0);
	heartbeat_renew(&x, 7 * SECOND);
	assert_int_equal(measure.n_notes, 1);
	assert_non_null(strstr(measure.notes[0], "jinx stood still for 3.0 s, 3.0 s after"));
	free(measure.notes[0]);
	free(measure.notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(heartbeats),
		TEST(twice),
		TEST(twice_with_workload),
		TEST(two_workloads),
		TEST(operations_out_of_time),
		TEST(unreadable),
		TEST(that_can_not_begin),
	};

	inherited_note();
	/* Nobody who looks for experiments on this host is to find these. */
	(void)unshare(CLONE_NEWNET);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
