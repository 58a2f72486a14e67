// SPDX-License-Identifier: GPL-2.0
/* Scenario files: the model of a good one, the one message of each bad one. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "scenario/scenario.h"

#define LEAST_MALFORMED 60

static struct scenario *read_good(const char *text)
{
	struct scenario *s = NULL;
	struct error why;

	if (scenario_parse(text, strlen(text), "/a/good.yaml", &s, &why))
		fail_msg("%u:%u: %s", why.place.line, why.place.column, why.message);
	return s;
}

static void whole_model(void **state)
{
	struct scenario *s =
		read_good("jinx: 1\n"
			  "name: all-of-it\n"
			  "seed: 42\n"
			  "targets:\n"
			  "  db: {unit: pg.service, only: {comm: [postgres, walwriter]}}\n"
			  "  web: {command: [server, '', -v], except: {uid: 4711, exe: /bin/sh}}\n"
			  "  load: {workload: yes}\n"
			  "workload: {exec: a | b, concurrency: 7, timeout: 1.5s}\n"
			  "timeline:\n"
			  "  - {phase: before, for: 10s}\n"
			  "  - phase: hurt\n"
			  "    for: 2m\n"
			  "    faults:\n"
			  "      - {fail: ENOSPC, on: [write, pwrite64], target: db, at: exit,\n"
			  "         when: {chance: 250ppm, after: 3, every: 10, limit: 20}}\n"
			  "      - {drop: both, target: load, optional: true}\n"
			  "      - {kill: TERM, on: 'fsync,%ipc', target: load}\n");
	const struct fault_spec *f = s->faults;

	(void)state;
	assert_string_equal(s->name, "all-of-it");
	assert_true(s->has_seed);
	assert_int_equal(s->seed, 42);
	assert_int_equal(s->n_targets, 3);
	assert_int_equal(s->targets[0].kind, TARGET_UNIT);
	assert_string_equal(s->targets[0].unit, "pg.service");
	assert_int_equal(s->targets[0].only.n_comm, 2);
	assert_string_equal(s->targets[0].only.comm[1], "walwriter");
	assert_int_equal(s->targets[1].kind, TARGET_COMMAND);
	assert_string_equal(s->targets[1].command[1], "");
	assert_null(s->targets[1].command[3]);
	assert_int_equal(s->targets[1].except.uid[0], 4711);
	assert_string_equal(s->targets[1].except.exe[0], "/bin/sh");
	assert_int_equal(s->targets[2].kind, TARGET_WORKLOAD);
	assert_string_equal(s->workloads[0].ask.exec[0], "/bin/sh");
	assert_string_equal(s->workloads[0].ask.exec[2], "a | b");
	assert_int_equal(s->workloads[0].concurrency, 7);
	assert_int_equal(s->workloads[0].ask.timeout_ns, 1500000000);
	assert_int_equal(s->n_phases, 2);
	assert_int_equal(s->phases[1].duration_ns, 120000000000);
	assert_int_equal(s->n_faults, 3);
	assert_int_equal(f[0].fault, FAULT_FAIL);
	assert_int_equal(f[0].errors[0], ENOSPC);
	assert_int_equal(f[0].at, AT_EXIT);
	assert_int_equal(f[0].phase, 1);
	assert_int_equal(f[0].n_points, 2);
	assert_int_equal(f[0].points[1], POINT_pwrite64);
	assert_int_equal(f[0].trigger.chance_ppm, 250);
	assert_int_equal(f[0].trigger.after, 3);
	assert_int_equal(f[0].trigger.every, 10);
	assert_int_equal(f[0].trigger.limit, 20);
	assert_int_equal(f[1].fault, FAULT_DROP);
	assert_int_equal(f[1].target, 2);
	assert_true(f[1].optional);
	assert_int_equal(f[1].n_points, 2);
	assert_int_equal(f[1].points[0], POINT_egress);
	assert_int_equal(f[1].points[1], POINT_ingress);
	assert_int_equal(f[1].n_points, 2);
	assert_int_equal(f[2].fault, FAULT_KILL);
	assert_int_equal(f[2].target, 2);
	assert_int_equal(f[2].signal, 15);
	assert_false(f[2].from_group[0]);
	assert_true(f[2].from_group[1]);
	scenario_free(s);
}

static void defaults(void **state)
{
	struct scenario *s =
		read_good("jinx: 1\n"
			  "target: {cgroup: a.slice}\n"
			  "timeline: [{phase: p, for: 1s, faults: [{fail: 5, on: read}]}]\n");

	(void)state;
	assert_string_equal(s->name, "good");
	assert_false(s->has_seed);
	assert_int_equal(s->n_workloads, 0);
	assert_string_equal(s->targets[0].name, "target");
	assert_int_equal(s->faults[0].trigger.chance_ppm, PPM);
	assert_int_equal(s->faults[0].trigger.every, 1);
	assert_int_equal(s->faults[0].trigger.limit, 0);
	assert_int_equal(s->faults[0].trigger.after, 0);
	assert_int_equal(s->faults[0].at, AT_ENTRY);
	assert_false(s->faults[0].optional);
	assert_int_equal(s->targets[0].kind, TARGET_CGROUP);
	assert_string_equal(s->targets[0].cgroup, "a.slice");
	assert_int_equal(s->faults[0].place.line, 3);
	assert_int_equal(s->faults[0].place.column, 41);
	scenario_free(s);
}

static char *read_workload(const char *exec, struct scenario **ret)
{
	char text[300];

	snprintf(text, sizeof(text),
		"jinx: 1\ntarget: {workload: true}\nworkload: {exec: %s}\n"
		"timeline: [{phase: p, for: 1s, faults: [{drop: ingress}]}]\n",
		exec);
	*ret = read_good(text);
	return (*ret)->workloads[0].ask.exec[0];
}

/* A list is run as it stands; a string is the shell's. */
static void workload_forms(void **state)
{
	struct scenario *s;

	(void)state;
	assert_string_equal(read_workload("[/bin/echo, a b, '']", &s), "/bin/echo");
	assert_string_equal(s->workloads[0].ask.exec[1], "a b");
	assert_string_equal(s->workloads[0].ask.exec[2], "");
	assert_null(s->workloads[0].ask.exec[3]);
	assert_int_equal(s->workloads[0].concurrency, 1);
	assert_int_equal(s->workloads[0].ask.timeout_ns, 30000000000);
	assert_int_equal(s->faults[0].n_points, 1);
	assert_int_equal(s->faults[0].points[0], POINT_ingress);
	scenario_free(s);
	assert_string_equal(read_workload("echo $HOME", &s), "/bin/sh");
	assert_string_equal(s->workloads[0].ask.exec[1], "-c");
	assert_string_equal(s->workloads[0].ask.exec[2], "echo $HOME");
	assert_null(s->workloads[0].ask.exec[3]);
	scenario_free(s);
}

/* Only and except are two lists; a single value is a list of one; uid takes users' names. */
static void identities(void **state)
{
	struct scenario *s =
		read_good("jinx: 1\n"
			  "target:\n"
			  "  pid: 4711\n"
			  "  only: {comm: fifteen-letters, uid: [root, 4294967294]}\n"
			  "  except: {exe: [/bin/a, /bin/b, /bin/c, /bin/d], thread_name: [x, y]}\n"
			  "timeline: [{phase: p, for: 1s, faults: [{kill: 9, on: read}]}]\n");
	const struct target_spec *t = &s->targets[0];

	(void)state;
	assert_int_equal(t->kind, TARGET_PID);
	assert_int_equal(t->pid, 4711);
	assert_int_equal(t->only.n_comm, 1);
	assert_string_equal(t->only.comm[0], "fifteen-letters");
	assert_int_equal(t->only.n_uid, 2);
	assert_int_equal(t->only.uid[0], 0);
	assert_true(t->only.uid[1] == 4294967294);
	assert_int_equal(t->only.n_exe, 0);
	assert_int_equal(t->except.n_exe, 4);
	assert_string_equal(t->except.exe[3], "/bin/d");
	assert_int_equal(t->except.n_thread_name, 2);
	assert_string_equal(t->except.thread_name[1], "y");
	assert_int_equal(t->except.n_comm + t->except.n_uid, 0);
	scenario_free(s);
}

/* Phases count across the file; what a fault says of its target may stand before the target. */
static void order_does_not_matter(void **state)
{
	struct scenario *s = read_good(
		"timeline:\n"
		"  - {faults: [{when: {limit: 3}, on: dup, fail: EIO, target: b}], for: 1s, phase: "
		"one}\n"
		"  - {phase: two, for: 1s}\n"
		"  - {phase: three, for: 1s, faults: [&f {drop: egress, target: a}, *f]}\n"
		"targets: {a: {cgroup: /a}, b: {cgroup: /b}}\n"
		"jinx: 1\n");

	(void)state;
	assert_int_equal(s->n_faults, 3);
	assert_int_equal(s->faults[0].target, 1);
	assert_int_equal(s->faults[0].phase, 0);
	assert_int_equal(s->faults[0].points[0], POINT_dup);
	assert_int_equal(s->faults[0].trigger.limit, 3);
	assert_int_equal(s->faults[0].trigger.every, 1);
	assert_int_equal(s->faults[0].trigger.chance_ppm, PPM);
	assert_int_equal(s->faults[1].target, 0);
	assert_int_equal(s->faults[1].phase, 2);
	assert_int_equal(s->faults[2].phase, 2);
	assert_int_equal(s->faults[2].points[0], POINT_egress);
	assert_string_equal(s->phases[2].name, "three");
	scenario_free(s);
}

/* As much of each as the format allows; one more is among the malformed. */
static void fullest(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct scenario *s;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	assert_non_null(f);
	fprintf(f, "jinx: 1\nname: %063d\nseed: 9223372036854775807\ntargets:\n", 0);
	for (int i = 0; i < MAX_TARGETS; i++)
		fprintf(f, "  t%d: {cgroup: /x%d}\n", i, i);
	fprintf(f, "timeline:\n");
	for (int i = 0; i < MAX_PHASES; i++)
		fprintf(f,
			"- {phase: p%d, for: 24h, faults: [{fail: 4095, on: read, target: t%d},"
			" {kill: 64, on: read, target: t0}]}\n",
			i, i % MAX_TARGETS);
	fclose(f);
	s = read_good(text);
	assert_int_equal(s->n_targets, MAX_TARGETS);
	assert_int_equal(s->n_phases, MAX_PHASES);
	assert_int_equal(s->n_faults, MAX_RULES);
	assert_int_equal(s->faults[MAX_RULES - 2].target, (MAX_PHASES - 1) % MAX_TARGETS);
	assert_true(s->seed == INT64_MAX);
	scenario_free(s);
}

/* The expectation stands in the file's first line, or beside it where it can't. */
static void read_expectation(const char *path, char *ret, int size)
{
	static const char mark[] = "# expect ";
	char other[512], line[512] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	if (!strncmp(line, mark, strlen(mark))) {
		snprintf(ret, size, "%s", line + strlen(mark));
	} else {
		snprintf(other, sizeof(other), "%.*s.expect", (int)strlen(path) - 5, path);
		f = fopen(other, "r");
		if (!f)
			fail_msg("%s has no expectation", path);
		assert_non_null(fgets(ret, size, f));
		fclose(f);
	}
	ret[strcspn(ret, "\n")] = '\0';
}

/* "..." at the end stands for a list that grows with the rows. */
static bool as_wanted(const char *got, const char *wanted)
{
	size_t length = strlen(wanted);

	if (length > 3 && !strcmp(wanted + length - 3, "..."))
		return !strncmp(got, wanted, length - 3);
	return !strcmp(got, wanted);
}

/* Whether the file gives its message; says so when it doesn't, so that one run shows them all. */
static bool gives_its_message(const char *path)
{
	char wanted[600], got[600];
	struct scenario *s = NULL;
	struct complaints all;
	const struct error *why = &all.all[0];

	read_expectation(path, wanted, sizeof(wanted));
	if (scenario_read(path, true, NULL, &s, &all) != -EINVAL)
		fail_msg("%s was accepted", path);
	snprintf(got, sizeof(got), "%u:%u: %.500s", why->place.line, why->place.column,
		why->message);
	if (as_wanted(got, wanted))
		return true;
	print_error("%s:\n  got    %s\n  wanted %s\n", path, got, wanted);
	return false;
}

static void each_malformed(void **state)
{
	static const char folder[] = JINX_SOURCE_DIR "/tests/malformed";
	_cleanup_dir_ DIR *d = opendir(folder);
	unsigned int n = 0, wrong = 0;
	struct dirent *e;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d))) {
		const char *suffix = strrchr(e->d_name, '.');
		char path[512];

		if (!suffix || strcmp(suffix, ".yaml"))
			continue;
		snprintf(path, sizeof(path), "%s/%.200s", folder, e->d_name);
		wrong += !gives_its_message(path);
		n++;
	}
	assert_int_equal(wrong, 0);
	assert_in_range(n, LEAST_MALFORMED, 10000);
}

/* Cut anywhere, a good file is either good or complained about: never a crash, never silence. */
static void truncated(void **state)
{
	static const char text[] = "jinx: 1\ntargets: {a: {pid: 77}, b: {command: [x, y]}}\n"
				   "workload: {exec: [x, y]}\ntimeline:\n- phase: p\n  for: 1s\n"
				   "  faults:\n  - {fail: EIO, on: ['%file', read], target: a}\n";

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		struct scenario *s = NULL;
		struct error why = {};
		int err = scenario_parse(text, length, "cut", &s, &why);

		assert_true(err ? why.message[0] && why.place.line : s != NULL);
		if (!err)
			scenario_free(s);
	}
}

static void missing_file(void **state)
{
	struct scenario *s;
	struct complaints all;

	(void)state;
	assert_int_equal(scenario_read("/nowhere/x.yaml", true, NULL, &s, &all), -ENOENT);
	assert_string_equal(all.all[0].message, "No such file or directory");
	assert_int_equal(scenario_read("/", true, NULL, &s, &all), -EISDIR);
	assert_string_equal(all.all[0].message, "a folder: jinx suite runs the scenarios in it");
}

/* What no one wrote by hand is refused before YAML gets it. */
static void endless_file(void **state)
{
	struct scenario *s;
	struct complaints all;

	(void)state;
	assert_int_equal(scenario_read("/dev/zero", true, NULL, &s, &all), -EINVAL);
	assert_string_equal(all.all[0].message, "larger than 1048576 bytes: this is no scenario");
}

/* Quick verbs fill the model themselves, so what the parser can't produce is refused as well. */
static void validation(void **state)
{
	static const char *const wanted[] = {"\"target\" is missing: name the target of the faults",
		"\"timeline\" is missing or empty",
		"no fault in the timeline, and no call to observe: nothing to do",
		"\"kill\" needs \"on\": the system calls"};
	struct scenario *s = scenario_new();
	struct error why;

	(void)state;
	assert_non_null(s);
	trigger_init(&s->faults[0].trigger);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		s->n_targets = i > 0;
		s->n_phases = i > 1;
		s->n_faults = i > 2;
		s->faults[0].fault = FAULT_KILL;
		assert_int_equal(scenario_validate(s, &why), -EINVAL);
		assert_string_equal(why.message, wanted[i]);
	}
	s->faults[0].points[s->faults[0].n_points++] = POINT_execve;
	assert_int_equal(scenario_validate(s, &why), 0);
	s->faults[0].trigger.after = 1ull << 63;
	assert_int_equal(scenario_validate(s, &why), -EINVAL);
	trigger_init(&s->faults[0].trigger);
	s->faults[0].trigger.every = 0;
	assert_int_equal(scenario_validate(s, &why), -EINVAL);
	trigger_init(&s->faults[0].trigger);
	s->faults[0].trigger.has_chance = s->faults[0].trigger.has_ramp = true;
	s->phases[0].duration_ns = 1;
	assert_int_equal(scenario_validate(s, &why), -EINVAL);
	assert_string_equal(why.message, "a fault takes chance or ramp, not both");
	scenario_free(s);
}

/* A text of `n` times the word between two others. */
static void refuse_many(
	const char *before, const char *word, size_t n, const char *after, const char *wanted)
{
	size_t size = strlen(before) + n * strlen(word) + strlen(after);
	char *text = malloc(size + 1), *end = stpcpy(text, before);
	struct scenario *s = NULL;
	struct error why;
	clock_t began = clock();

	while (n--)
		end = stpcpy(end, word);
	stpcpy(end, after);
	assert_int_equal(scenario_parse(text, size, "many", &s, &why), -EINVAL);
	assert_string_equal(why.message, wanted);
	/* A fifth of it without sanitizers. */
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC);
	free(text);
}

static void too_much(void **state)
{
	static const char values[] = "too many values, aliases included: the most is 100000";
	static const char text[] = "too much text, aliases included: the most is 1048576";
	static const char deep[] = "too deep: the most is 64";

	(void)state;
	refuse_many("", "[", 500000, "", deep);
	refuse_many("", "{a: ", 250000, "", deep);
	refuse_many("", "- ", 400000, "", deep);
	refuse_many("[", "a,", 330000, "a]", values);
	refuse_many("a: &a [b,b,b,b]\nc: [", "*a,", 200000, "*a]", values);
	refuse_many(
		"a: &a 0123456789012345678901234567890123456789\nc: [", "*a,", 90000, "*a]", text);
	refuse_many("[", "&a a,", 100000, "a]", "too many anchors: the most is 256");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_model),
		cmocka_unit_test(defaults),
		cmocka_unit_test(workload_forms),
		cmocka_unit_test(identities),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(fullest),
		cmocka_unit_test(each_malformed),
		cmocka_unit_test(truncated),
		cmocka_unit_test(missing_file),
		cmocka_unit_test(endless_file),
		cmocka_unit_test(validation),
		cmocka_unit_test(too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
