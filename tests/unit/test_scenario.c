// SPDX-License-Identifier: GPL-2.0
/* Scenario files: the model of a good one, the one message of each bad one. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "scenario/scenario.h"

#define LEAST_MALFORMED 60

static struct scenario *read_good(const char *text)
{
	struct scenario *s = NULL;
	struct complaint why;

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
			  "      - {drop: both, target: web, optional: true}\n"
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
	assert_string_equal(s->workload.exec[0], "/bin/sh");
	assert_string_equal(s->workload.exec[2], "a | b");
	assert_int_equal(s->workload.concurrency, 7);
	assert_int_equal(s->workload.timeout_ns, 1500000000);
	assert_int_equal(s->n_phases, 2);
	assert_int_equal(s->phases[1].duration_ns, 120000000000);
	assert_int_equal(s->n_faults, 3);
	assert_int_equal(f[0].fault, FAULT_FAIL);
	assert_int_equal(f[0].error, ENOSPC);
	assert_int_equal(f[0].at, AT_EXIT);
	assert_int_equal(f[0].phase, 1);
	assert_int_equal(f[0].n_points, 2);
	assert_int_equal(f[0].points[1], POINT_pwrite64);
	assert_int_equal(f[0].trigger.chance_ppm, 250);
	assert_int_equal(f[0].trigger.after, 3);
	assert_int_equal(f[0].trigger.every, 10);
	assert_int_equal(f[0].trigger.limit, 20);
	assert_int_equal(f[1].fault, FAULT_DROP);
	assert_int_equal(f[1].target, 1);
	assert_true(f[1].optional);
	assert_int_equal(f[1].n_points, 2);
	assert_int_equal(f[1].points[0], POINT_egress);
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
	assert_false(s->has_workload);
	assert_string_equal(s->targets[0].name, "target");
	assert_int_equal(s->faults[0].trigger.chance_ppm, PPM);
	assert_int_equal(s->faults[0].trigger.every, 1);
	assert_int_equal(s->faults[0].trigger.limit, 0);
	assert_int_equal(s->faults[0].at, AT_ENTRY);
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

static void each_malformed(void **state)
{
	static const char folder[] = JINX_SOURCE_DIR "/tests/malformed";
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d))) {
		char path[512], wanted[600], got[600];
		struct scenario *s = NULL;
		struct complaint why;

		if (!strstr(e->d_name, ".yaml"))
			continue;
		snprintf(path, sizeof(path), "%s/%.200s", folder, e->d_name);
		read_expectation(path, wanted, sizeof(wanted));
		if (scenario_read(path, &s, &why) != -EINVAL)
			fail_msg("%s was accepted", path);
		snprintf(got, sizeof(got), "%u:%u: %.500s", why.place.line, why.place.column,
			why.message);
		if (strcmp(got, wanted))
			fail_msg("%s:\n  got    %s\n  wanted %s", e->d_name, got, wanted);
		n++;
	}
	closedir(d);
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
		struct complaint why = {};
		int err = scenario_parse(text, length, "cut", &s, &why);

		assert_true(err ? why.message[0] && why.place.line : s != NULL);
		if (!err)
			scenario_free(s);
	}
}

static void missing_file(void **state)
{
	struct scenario *s;
	struct complaint why;

	(void)state;
	assert_int_equal(scenario_read("/nowhere/x.yaml", &s, &why), -ENOENT);
	assert_string_equal(why.message, "No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_model),
		cmocka_unit_test(defaults),
		cmocka_unit_test(each_malformed),
		cmocka_unit_test(truncated),
		cmocka_unit_test(missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
