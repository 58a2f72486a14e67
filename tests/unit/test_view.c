// SPDX-License-Identifier: GPL-2.0
/* The live view, on a terminal and elsewhere. */
#include <fcntl.h>
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
#include "run/view.h"

#define MS 1000000ull

static const struct progress first = {
	.phase = "steady", .number = 1, .of = 3, .left_ns = 2500 * MS};
static const struct progress second = {.phase = "slow",
	.number = 2,
	.of = 3,
	.endless = true,
	.has_load = true,
	.injected = 12,
	.operations = 7,
	.failed = 2};

/* In place of stderr, whatever is at `fd`. */
struct place {
	int saved, reader;
	struct output *to;
};

static void enter(struct place *p, int writer, int reader)
{
	p->saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	assert_true(p->saved >= 0);
	assert_true(dup2(writer, STDERR_FILENO) >= 0);
	close(writer);
	p->reader = reader;
	p->to = output_standard(STDERR_FILENO);
	assert_non_null(p->to);
}

static void leave(struct place *p)
{
	output_finish(p->to, -1);
	output_close(p->to);
	assert_true(dup2(p->saved, STDERR_FILENO) >= 0);
	close(p->saved);
	close(p->reader);
}

/* Both, or cmocka's words would be in between. */
static void enter_pipe(struct place *p)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	enter(p, ends[1], ends[0]);
}

static bool enter_terminal(struct place *p)
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

static const char *said(const struct place *p)
{
	static char text[4096];
	ssize_t n = read(p->reader, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void a_line_a_second_and_one_a_phase(void **state)
{
	struct view v = {};
	struct place p;
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
	struct place p;
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
	assert_string_equal(text[0], "\r[1/3 steady] 2.5 s left  injected 0 in all\033[K"
				     "\r[1/3 steady] 2.5 s left  injected 0 in all\033[K");
	assert_string_equal(text[1], "\r\033[K");
	assert_string_equal(text[2], "");
}

/* A terminal that is stopped: one line waits, and no more are added to it. */
static void nobody_waits_for_a_slow_terminal(void **state)
{
	static char much[65536], taken[sizeof(much) + 4096];
	struct view v = {};
	struct place p;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_a_second_and_one_a_phase),
		cmocka_unit_test(a_terminals_line_renews_itself_and_goes),
		cmocka_unit_test(nobody_waits_for_a_slow_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
