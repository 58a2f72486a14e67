// SPDX-License-Identifier: GPL-2.0
/* What jinx writes: text from outside made fit for it, files that fail, readers that are slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/output.h"
#include "base/text.h"
#include "report/json.h"
#include "report/recording.h"
#include "report/event.h"

static char directory[] = "/tmp/jinx-test.XXXXXX";

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? chdir(directory) : -1;
}

static int remove_directory(void **state)
{
	static const char *const names[] = {"file", "fifo", "link"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		unlink(names[i]);
	return rmdir(directory);
}

static void shown_as(const char *text, const char *wanted)
{
	char ret[256];

	assert_int_equal(printable(text, "\n", ret, sizeof(ret)), strlen(wanted));
	assert_string_equal(ret, wanted);
}

static void test_printable(void **state)
{
	char small[8];

	(void)state;
	shown_as("plain, ± and …\n", "plain, ± and …\n");
	shown_as("\033[31m", "\\x1b[31m");
	shown_as("a\tb\177", "a\\x09b\\x7f");
	shown_as("caf\xe9", "caf\\xe9");
	shown_as("\xc2\x9b"
		 "31m",
		"\\xc2\\x9b31m");			      /* CSI in one character */
	shown_as("\xc0\xaf", "\\xc0\\xaf");		      /* '/' in two bytes */
	shown_as("\xed\xa0\x80", "\\xed\\xa0\\x80");	      /* half a UTF-16 pair */
	shown_as("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	shown_as("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80");
	shown_as("a\u202eb\u2066\u2028",
		"a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6\\xe2\\x80\\xa8"); /* turned round */
	shown_as("\xef\xbf\xbf", "\\xef\\xbf\\xbf");
	shown_as("\xef\xbf\xbd", "\xef\xbf\xbd");
	shown_as("cut \xe2\x82", "cut \\xe2\\x82");
	printable("abcde…", "", small, sizeof(small));
	assert_string_equal(small, "abcde"); /* no half of a character */
	printable("abcd\033", "", small, sizeof(small));
	assert_string_equal(small, "abcd");
}

/* Whatever the bytes, JSON takes them. */
static void test_every_byte(void **state)
{
	char text[] = "x?y";

	(void)state;
	for (int c = 1; c < 256; c++) {
		json_t *j;

		text[1] = c;
		j = json_foreign(text);
		assert_non_null(j);
		json_decref(j);
	}
}

static void test_event_line(void **state)
{
	static struct fault_spec fault = {.fault = FAULT_FAIL};
	static struct plan plan = {.n_rules = 1, .rules[0].fault = &fault};
	struct event e = {.time_ns = UINT64_MAX >> 1,
		.pid = 4000000000u,
		.result = INT64_MIN,
		.point = POINT_connect,
		.mechanism = MECHANISM_SOCK_ADDR};
	char line[EVENT_LINE_SIZE + 1] = {};
	json_t *j;

	(void)state;
	for (int c = 1; c < 256; c++) {
		memset(e.comm, c, sizeof(e.comm)); /* without an end, too */
		line[event_line(&e, &plan, line)] = '\0';
		assert_int_equal(line[strlen(line) - 1], '\n');
		j = json_loads(line, 0, NULL);
		assert_non_null(j);
		assert_int_equal(json_integer_value(json_object_get(j, "pid")), 4000000000u);
		assert_int_equal(json_integer_value(json_object_get(j, "result")), INT64_MIN);
		json_decref(j);
	}
	memcpy(e.comm, "a\"b\\c", 6);
	e = (struct event){.time_ns = 5,
		.pid = 6,
		.tid = 7,
		.cgroup = 8,
		.result = -111,
		.rule = 0,
		.point = POINT_connect,
		.mechanism = MECHANISM_SOCK_ADDR,
		.comm = "a\"b\\c",
		.task = 1,
		.call = 23};
	line[event_line(&e, &plan, line)] = '\0';
	assert_string_equal(line,
		"{\"time_ns\":5,\"rule\":0,\"fault\":\"fail\",\"point\":\"connect\",\"mechanism\":"
		"\"cgroup-socket\",\"pid\":6,\"tid\":7,\"comm\":\"a\\\"b\\\\c\",\"cgroup\":8,"
		"\"result\":-111}\n");
	line[recording_line(&e, line)] = '\0';
	assert_string_equal(line, "{\"rule\":0,\"task\":1,\"call\":23,\"result\":-111}\n");
}

static void file_holds(const char *wanted)
{
	char text[64] = "";
	FILE *f = fopen("file", "r");

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, wanted);
}

/* What was there is kept until something else is there. */
static void test_old_content(void **state)
{
	struct output *o, *same;
	FILE *f = fopen("file", "w");

	(void)state;
	fputs("old and long\n", f);
	fclose(f);
	assert_int_equal(output_open("file", &o), 0);
	output_put(o, "new\n");
	output_close(o);
	file_holds("old and long\n");
	assert_int_equal(output_open("file", &o), 0);
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(output_open("link", &same), 0);
	assert_true(output_is_same(o, same));
	output_close(same);
	output_put(o, "new\n");
	assert_int_equal(output_finish(o, -1), 0);
	output_close(o);
	file_holds("new\n");
	/* One that was made in vain is gone. */
	unlink("file");
	assert_int_equal(output_open("file", &o), 0);
	output_close(o);
	assert_int_equal(access("file", F_OK), -1);
}

static void test_fails(void **state)
{
	struct output *o;

	(void)state;
	assert_int_equal(output_open("/dev/full", &o), 0);
	output_put(o, "text\n");
	assert_int_equal(output_finish(o, -1), -ENOSPC);
	output_put(o, "more\n");
	assert_int_equal(output_finish(o, -1), -ENOSPC);
	output_close(o);
	assert_int_equal(output_open("none/file", &o), -ENOENT);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(output_open("fifo", &o), -ENXIO);
}

/* A file that ends in the middle of a line would be read wrongly; and nothing comes after a gap. */
static void test_whole_lines(void **state)
{
	struct rlimit before, now;
	struct output *o;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(output_open("file", &o), 0);
	now = (struct rlimit){10, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	output_put(o, "one\ntwo\nthree\n");
	output_flush(o);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	output_put(o, "four\n");
	assert_int_equal(output_finish(o, -1), -EFBIG);
	output_close(o);
	file_holds("one\ntwo\n");
}

/* A reader that reads nothing costs events, never time. */
static void test_slow_reader(void **state)
{
	int reader = open("fifo", O_RDONLY | O_NONBLOCK), cancel[2];
	struct output *o;
	unsigned int taken = 0;
	char *room;

	(void)state;
	assert_true(reader >= 0);
	assert_int_equal(output_open("fifo", &o), 0);
	while ((room = output_room(o, 1000))) {
		memset(room, 'x', 1000);
		output_add(o, 1000);
		assert_true(taken++ < 10000);
	}
	assert_true(taken > 100);
	assert_int_equal(pipe(cancel), 0);
	assert_int_equal(write(cancel[1], "", 1), 1);
	assert_int_equal(output_finish(o, cancel[0]), -ECANCELED);
	close(reader);
	assert_int_equal(output_finish(o, -1), -EPIPE);
	output_close(o);
	close(cancel[0]);
	close(cancel[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_event_line),
		cmocka_unit_test(test_old_content),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_whole_lines),
		cmocka_unit_test(test_slow_reader),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
