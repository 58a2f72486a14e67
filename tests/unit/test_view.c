// SPDX-License-Identifier: GPL-2.0
/* The live view, on a terminal and elsewhere. */
#include <fcntl.h>
#include <poll.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/output.h"
#include "base/text.h"
#include "run/view.h"

#define MS 1000000ull

static const struct progress first = {
	.phase = "steady", .number = 1, .of = 3, .left_ns = 2500 * MS, .one_line = true};
static const struct progress second = {.phase = "slow",
	.number = 2,
	.of = 3,
	.endless = true,
	.one_line = true,
	.has_load = true,
	.injected = 12,
	.operations = 7,
	.failed = 2};

/* In place of stderr, whatever is at `fd`. */
struct spot {
	int saved, reader;
	struct output *to;
};

static void enter(struct spot *p, int writer, int reader)
{
	p->saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	assert_true(p->saved >= 0);
	assert_true(dup2(writer, STDERR_FILENO) >= 0);
	close(writer);
	p->reader = reader;
	p->to = output_standard(STDERR_FILENO);
	assert_non_null(p->to);
}

static void leave(struct spot *p)
{
	output_finish(p->to, -1);
	output_close(p->to);
	assert_true(dup2(p->saved, STDERR_FILENO) >= 0);
	close(p->saved);
	close(p->reader);
}

/* Both, or cmocka's words would be in between. */
static void enter_pipe(struct spot *p)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	enter(p, ends[1], ends[0]);
}

static bool enter_terminal(struct spot *p)
{
	int ends[2];

	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (ends[0] < 0 || grantpt(ends[0]) || unlockpt(ends[0]))
		return false;
	ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ends[1] < 0)
		return false;
	enter(p, ends[1], ends[0]);
	return true;
}

/* Until a bell of its own: a terminal's other end gets what was written some time later. */
static const char *said(const struct spot *p)
{
	static char text[4096];
	char *end = NULL;
	size_t n = 0;

	assert_int_equal(write(STDERR_FILENO, "\a", 1), 1);
	while (!end) {
		struct pollfd readable = {.fd = p->reader, .events = POLLIN};
		ssize_t more;

		assert_int_equal(poll(&readable, 1, 10000), 1);
		more = read(p->reader, text + n, sizeof(text) - n);
		assert_true(more > 0);
		n += more;
		end = memchr(text, '\a', n);
	}
	*end = '\0';
	return text;
}

static void a_line_a_second_and_one_a_phase(void **state)
{
	struct view v = {};
	struct spot p;
	char text[4][256];

	(void)state;
	enter_pipe(&p);
	view_show(&v, p.to, &first, 5000 * MS);
	snprintf(text[0], sizeof(text[0]), "%s", said(&p));
	view_show(&v, p.to, &first, 5999 * MS);
	snprintf(text[1], sizeof(text[1]), "%s", said(&p));
	view_show(&v, p.to, &second, 5999 * MS);
	snprintf(text[2], sizeof(text[2]), "%s", said(&p));
	view_end(&v, p.to);
	view_show(&v, p.to, &second, 6999 * MS);
	snprintf(text[3], sizeof(text[3]), "%s", said(&p));
	leave(&p);
	assert_string_equal(text[0], "jinx: [1/3 steady] 2.5 s left  injected 0 in all\n");
	assert_string_equal(text[1], "");
	assert_string_equal(text[2], "jinx: [2/3 slow] until the command ends  7 operations, 2 "
				     "failed; injected 12 in all\n");
	assert_string_equal(text[3], text[2]);
}

static void a_terminals_line_renews_itself_and_goes(void **state)
{
	struct view v = {};
	struct spot p;
	char text[3][256];

	(void)state;
	if (!enter_terminal(&p))
		skip();
	view_show(&v, p.to, &first, 5000 * MS);
	view_show(&v, p.to, &first, 5001 * MS);
	snprintf(text[0], sizeof(text[0]), "%s", said(&p));
	view_end(&v, p.to);
	output_flush(p.to);
	snprintf(text[1], sizeof(text[1]), "%s", said(&p));
	view_end(&v, p.to);
	output_flush(p.to);
	snprintf(text[2], sizeof(text[2]), "%s", said(&p));
	leave(&p);
	assert_string_equal(text[0], "\r[1/3 steady] 2.5 s left  injected 0 in all\033[K\033[J"
				     "\r[1/3 steady] 2.5 s left  injected 0 in all\033[K\033[J");
	assert_string_equal(text[1], "\r\033[J");
	assert_string_equal(text[2], "");
}

/* One on which nothing can be drawn anew is no other than a file. */
static void a_dumb_terminal_gets_lines(void **state)
{
	const char *term = getenv("TERM");
	_cleanup_free_ char *before = term ? strdup(term) : NULL;
	struct view v = {};
	struct spot p;
	char text[256];

	(void)state;
	if (!enter_terminal(&p))
		skip();
	setenv("TERM", "dumb", 1);
	terminal_learn();
	view_show(&v, p.to, &first, 5000 * MS);
	view_show(&v, p.to, &first, 5001 * MS);
	view_end(&v, p.to);
	snprintf(text, sizeof(text), "%s", said(&p));
	leave(&p);
	if (before)
		setenv("TERM", before, 1);
	else
		unsetenv("TERM");
	terminal_learn();
	assert_string_equal(text, "jinx: [1/3 steady] 2.5 s left  injected 0 in all\r\n");
}

/* A terminal that is stopped: one line waits, and no more are added to it. */
static void nobody_waits_for_a_slow_terminal(void **state)
{
	static char much[65536], taken[sizeof(much) + 4096];
	struct view v = {};
	struct spot p;
	ssize_t n;

	(void)state;
	memset(much, '.', sizeof(much) - 1);
	enter_pipe(&p);
	while (write(STDERR_FILENO, much, sizeof(much)) > 0)
		;
	for (int i = 0; i < 5; i++)
		view_show(&v, p.to, &first, 5000ull * (i + 1) * MS);
	n = read(p.reader, taken, sizeof(taken));
	output_flush(p.to);
	while (n == sizeof(much) || (n > 0 && taken[0] == '.'))
		n = read(p.reader, taken, sizeof(taken));
	leave(&p);
	assert_int_equal(n, strlen("jinx: [1/3 steady] 2.5 s left  injected 0 in all\n"));
}

/* A row of the screen as the frame leaves it there, after "\033[K\r\n". */
static void several_lines_go_where_they_were(void **state)
{
	struct panel_lines lines = {3, {"one", "zwei: \xc3\xa4\xc3\xb6\xc3\xbc", "0123456789"}};
	struct panel panel = {};
	struct spot p;
	char text[4][256];

	(void)state;
	enter_pipe(&p);
	panel_draw(&panel, p.to, &lines, 9, 24);
	snprintf(text[0], sizeof(text[0]), "%s", said(&p));
	/* As narrow as that the second one of it has three rows, and the third too. */
	panel_draw(&panel, p.to, &lines, 3, 24);
	snprintf(text[1], sizeof(text[1]), "%s", said(&p));
	panel_draw(&panel, p.to, &lines, 9, 3);
	snprintf(text[2], sizeof(text[2]), "%s", said(&p));
	panel_forget(&panel);
	panel_clear(&panel, p.to, 9);
	panel_draw(&panel, p.to, &lines, 9, 24);
	snprintf(text[3], sizeof(text[3]), "%s", said(&p));
	leave(&p);
	assert_string_equal(
		text[0], "\rone\033[K\r\nzwei: \xc3\xa4\xc3\xb6\033[K\r\n01234567\033[K\033[J");
	assert_string_equal(text[1], "\r\033[6Aon\033[K\r\nzw\033[K\r\n01\033[K\033[J");
	assert_string_equal(text[2], "\r\033[2Aone\033[K\r\nzwei: \xc3\xa4\xc3\xb6\033[K\033[J");
	assert_string_equal(text[3], text[0]);
}

static const struct judged far = {
	TRUTH_FALSE, .left = 0.1e9, .right = 0.4e9, .dimension = DIMENSION_TIME};
static const struct judged near = {
	TRUTH_TRUE, .left = 0.4, .right = 0.5, .dimension = DIMENSION_RATIO};
static const struct judged none = {
	TRUTH_UNKNOWN, .left = NAN, .right = NAN, .why = "no operation ended in it"};

static struct progress full(void)
{
	return (struct progress){.name = "shop",
		.id = "5a93de",
		.phase = "slow",
		.number = 2,
		.of = 3,
		.left_ns = 5000 * MS,
		.all_left_ns = 70000 * MS,
		.passed_ns = 5000 * MS,
		.phases = {{"base", ROLE_BASELINE, 10000 * MS}, {"slow", ROLE_INJECT, 10000 * MS},
			{"recovery", ROLE_RECOVER, 20000 * MS}},
		.has_load = true,
		.operations = 120,
		.operations_rate = 12,
		.injected = 7,
		.injected_rate = 0.5,
		.success = 0.925,
		.p50_ms = 3,
		.p99_ms = 20,
		.n_rules = 2,
		.rules = {{"fail EIO on read", false, 9, 8, 3},
			{"delay 1s on write", true, 4, 4, 4}},
		.n_guards = 4,
		.guards = {{"p99 > 400ms", ">", true, &far, 0, 0},
			{"success_rate < 50%", "<", true, &near, 400 * MS, 2000 * MS},
			{"p50 > 1s", ">", true, &none, 0, 0},
			{"max > 1s", ">", false, &none, 0, 0}}};
}

static void all_of_it(void **state)
{
	static const char *const wanted[] = {
		"shop 5a93de  phase 2/3 slow: 5.0 s left, 1m10s to the end",
		"|===========|#####......|.....................|",
		" base        slow        recovery",
		"load      120 operations, 12.0/s, success 92.50%, p50 3.0 ms, p99 20.0 ms",
		"injected  7 in all, 0.5/s",
		"  rule                       eligible    matched    injected",
		"* delay 1s on write                 4          4           4",
		"  fail EIO on read                  9          8           3",
		"guard p99 > 400ms: 100ms [###.......] 25%",
		"guard success_rate < 50%: 40% [##########] 100%, for 0.4 of 2s",
		"guard p50 > 1s: no operation ended in it",
		"guard max > 1s: not looked at now",
	};
	static struct panel_lines lines;
	const struct progress p = full();

	(void)state;
	view_lines(&p, 48, 24, &lines);
	assert_int_equal(lines.n, sizeof(wanted) / sizeof(wanted[0]));
	for (unsigned int i = 0; i < lines.n; i++)
		if (i < 5 || i > 7) /* as wide as there is room for */
			assert_string_equal(lines.all[i], wanted[i]);
	assert_non_null(strstr(lines.all[6], "* delay 1s on write"));
	/* Where there is little room guards come before rules, and those of the phase before
	 * others. */
	view_lines(&p, 80, 12, &lines);
	assert_int_equal(lines.n, 11);
	assert_non_null(strstr(lines.all[6], "* delay"));
	assert_string_equal(lines.all[7], wanted[8]);
}

/* The time that is left is seen behind names that are longer than the terminal is wide. */
static void long_names(void **state)
{
	static const char name[] =
		"a-scenario-with-a-name-of-more-columns-than-there-are-to-show-it";
	static struct panel_lines lines;
	struct progress p = full();

	(void)state;
	p.name = name;
	p.phase = name + 2;
	view_lines(&p, 80, 24, &lines);
	assert_string_equal(lines.all[0], "a-scenario-with- 5a93de  phase 2/3 scenario-with-a: "
					  "5.0 s left, 1m10s to the end");
	p.phase = "slow";
	view_lines(&p, 80, 24, &lines);
	assert_string_equal(lines.all[0], "a-scenario-with-a-name-of-m 5a93de  phase 2/3 slow: "
					  "5.0 s left, 1m10s to the end");
	view_lines(&p, 10, 24, &lines);
	assert_int_equal(strncmp(lines.all[0], "a-scenar 5a93de", 15), 0);
}

/* Whatever the size: nothing is written beyond it, and every phase has a place. */
static void any_size(void **state)
{
	static struct panel_lines lines;
	struct progress p = full();

	(void)state;
	p.of = VIEW_PHASES;
	for (unsigned int i = 3; i < VIEW_PHASES; i++)
		p.phases[i] = (struct view_phase){"x", ROLE_INJECT, MS};
	for (unsigned int columns = 1; columns < 500; columns++)
		for (unsigned int rows = 1; rows < 60; rows += 7) {
			p.number = 1 + columns % p.of;
			view_lines(&p, columns, rows, &lines);
			assert_in_range(lines.n, 1, PANEL_LINES);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_a_second_and_one_a_phase),
		cmocka_unit_test(a_terminals_line_renews_itself_and_goes),
		cmocka_unit_test(a_dumb_terminal_gets_lines),
		cmocka_unit_test(several_lines_go_where_they_were),
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(long_names),
		cmocka_unit_test(any_size),
		cmocka_unit_test(nobody_waits_for_a_slow_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
