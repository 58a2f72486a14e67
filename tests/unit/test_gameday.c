// SPDX-License-Identifier: GPL-2.0
/* Plans of gamedays: what they say, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <errno.h>
#include <cmocka.h>

#include "scenario/gameday.h"

static int read_plan(const char *text, struct gameday **ret, struct complaints *all)
{
	char path[] = "/tmp/jinx-gameday-XXXXXX";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err = gameday_read(path, true, ret, all);
	unlink(path);
	return err;
}

static void a_plan(void **state)
{
	struct complaints all;
	struct gameday *g;

	(void)state;
	assert_int_equal(
		read_plan("gameday: 1\nname: autumn\npause: 2m\nstop_when_deviated: true\n"
			  "scenarios: [a.yaml, {file: /b.yaml, pause: 1s, set: {x: 1, y: 'a=b'}}, "
			  "{file: c.yaml, pause: 0s}]\n",
			&g, &all),
		0);
	assert_string_equal(g->name, "autumn");
	assert_true(g->stop_deviated);
	assert_true(g->pause_ns == 120000000000ull);
	assert_int_equal(g->n, 3);
	assert_true(g->rounds[2].pause_ns == 0 && g->rounds[2].has_pause);
	assert_string_equal(g->rounds[0].file, "/tmp/a.yaml");
	assert_false(g->rounds[0].has_pause);
	assert_string_equal(g->rounds[1].file, "/b.yaml");
	assert_true(g->rounds[1].pause_ns == 1000000000ull && g->rounds[1].has_pause);
	assert_int_equal(g->rounds[1].n_set, 2);
	assert_string_equal(g->rounds[1].set[1], "y=a=b");
	gameday_free(g);
	assert_int_equal(read_plan("gameday: 1\nscenarios: a.yaml\n", &g, &all), -EINVAL);
}

static void wrong_ones(void **state)
{
	static const struct {
		const char *text, *message;
		unsigned int line, column;
	} rows[] = {
		{"gameday: 2\nscenarios: [a]\n",
			"this jinx reads version 1 of the format, not \"2\"", 1, 10},
		{"scenarios: [a]\n", "\"gameday\" is missing in the gameday", 1, 1},
		{"jinx: 1\ntimeline: []\n", "this is a scenario, not a gameday: jinx run runs it",
			1, 1},
		{"gameday: 1\n", "\"scenarios\" is missing in the gameday", 1, 1},
		{"gameday: 1\nscenarios: []\n", "\"scenarios\" is an empty list", 2, 12},
		{"gameday: 1\nscenarios: a\n", "\"scenarios\" takes a list of files", 2, 12},
		{"gameday: 1\nscenarios: ['']\n", "\"scenarios\" is empty", 2, 13},
		{"gameday: 1\nscenarios: [[a]]\n", "\"scenarios\" takes a plain value, not a list",
			2, 13},
		{"gameday: 1\nscenarios: [{pause: 3s}]\n",
			"\"file\" is missing in a scenario of the gameday", 2, 13},
		{"gameday: 1\nscenarios: [{file: a, paus: 3s}]\n",
			"unknown key \"paus\" in a scenario of the gameday; did you mean "
			"\"pause\"?",
			2, 23},
		{"gameday: 1\npause: 3\nscenarios: [a]\n",
			"\"3\" has no unit (50us, 20ms, 1.5s, 1m30s)", 2, 8},
		{"gameday: 1\nstop_when_deviated: maybe\nscenarios: [a]\n",
			"\"stop_when_deviated\" takes true or false, not \"maybe\"", 2, 21},
		{"gameday: 1\nscenarios: [{file: a, set: [x]}]\n",
			"\"set\" takes a mapping of names to params", 2, 28},
		{"gameday: 1\ngameday: 1\nscenarios: [a]\n",
			"duplicate key \"gameday\" in the gameday", 2, 1},
		{"[]\n", "the gameday is a mapping of keys, not a list", 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct complaints all;
		struct gameday *g;

		assert_int_equal(read_plan(rows[i].text, &g, &all), -EINVAL);
		assert_string_equal(all.all[0].message, rows[i].message);
		assert_int_equal(all.all[0].place.line, rows[i].line);
		assert_int_equal(all.all[0].place.column, rows[i].column);
	}
}

static void too_many(void **state)
{
	char text[1000] = "gameday: 1\nscenarios: [a";
	struct complaints all;
	struct gameday *g;

	(void)state;
	for (int i = 1; i < MAX_ROUNDS + 1; i++)
		strcat(text, ", a");
	strcat(text, "]\n");
	assert_int_equal(read_plan(text, &g, &all), -EINVAL);
	assert_string_equal(all.all[0].message, "more than 64 scenarios");
	assert_int_equal(gameday_read("/nowhere/at-all", true, &g, &all), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan),
		cmocka_unit_test(wrong_ones),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
