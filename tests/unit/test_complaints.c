// SPDX-License-Identifier: GPL-2.0
/* A scenario file with several mistakes: all are told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/scenario.h"

/* All that is wrong, in the order of the file; nothing that only follows from it. */
static void all_complaints(void **state)
{
	static const char text[] = "jinx: 1\n"
				   "nome: x\n"
				   "target: {cgruop: /x}\n"
				   "timeline:\n"
				   "  - {phase: A, for: 10}\n"
				   "  - phase: b\n"
				   "    for: 20s\n"
				   "    faults:\n"
				   "      - {fail: EIOO, on: opnat, when: {chance: 300}}\n"
				   "      - {delay: 1s}\n";
	static const struct place wanted[] = {
		{2, 1}, {3, 10}, {5, 13}, {5, 21}, {9, 16}, {9, 26}, {9, 48}, {10, 9}};
	/* What is found once all has been read. */
	static const char whole[] = "jinx: 1\n"
				    "target: {cgroup: /x}\n"
				    "timeline:\n"
				    "  - phase: a\n"
				    "    for: 2s\n"
				    "    faults:\n"
				    "      - {fail: EIO, on: read, from: 3s}\n"
				    "      - {fail: EIO, on: execve, at: exit, until: 4s}\n";
	struct complaints all;
	struct scenario *s;

	(void)state;
	assert_int_equal(scenario_parse_all(text, strlen(text), "x", NULL, &s, &all), -EINVAL);
	for (size_t i = 0; i < all.n && i < ARRAY_SIZE(wanted); i++) {
		assert_int_equal(all.all[i].place.line, wanted[i].line);
		assert_int_equal(all.all[i].place.column, wanted[i].column);
	}
	assert_int_equal(all.n, ARRAY_SIZE(wanted));
	assert_int_equal(scenario_parse_all(whole, strlen(whole), "x", NULL, &s, &all), -EINVAL);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.all[0].place.line, 7);
	assert_int_equal(all.all[1].place.line, 8);
}

/* There is room for 20; the others are counted. */
static void more_complaints_than_room(void **state)
{
	char text[4096] = "jinx: 1\ntarget: {cgroup: /x}\ntimeline:\n  - phase: a\n    for: 2s\n"
			  "    faults:\n";
	struct complaints all;
	struct scenario *s;

	(void)state;
	for (int i = 0; i < 25; i++)
		strcat(text, "      - {fail: EIOO, on: read}\n");
	assert_int_equal(scenario_parse_all(text, strlen(text), "x", NULL, &s, &all), -EINVAL);
	assert_int_equal(all.n, MAX_COMPLAINTS);
	assert_int_equal(all.left, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_complaints),
		cmocka_unit_test(more_complaints_than_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
