// SPDX-License-Identifier: GPL-2.0
/* Recordings: what was written is read, for the rules that it was made with and for no others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "made_up.h"
#include "base/cleanup.h"
#include "report/recording.h"
#include "report/event.h"

static void record(const char *path, const char *fault, const char *target)
{
	static struct plan plan;
	struct scenario *s = scenario_of(fault, target);
	struct caps caps = caps_of(STOCK);
	const struct event e = {.task = 1, .call = 1, .result = -5};
	_cleanup_free_ char *head = NULL;
	char line[EVENT_LINE_SIZE];
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	plan_make(s, &caps, &plan);
	head = recording_head(&plan);
	assert_non_null(head);
	fputs(head, f);
	fwrite(line, 1, recording_line(&e, line), f);
	assert_int_equal(fclose(f), 0);
	scenario_free(s);
}

static bool replays(const char *path, const char *fault, const char *target)
{
	static struct plan plan;
	struct scenario *s = scenario_of(fault, target);
	struct caps caps = caps_of(STOCK);
	struct recorded_call *calls;
	struct error why = {};
	size_t n;
	int err;

	plan_make(s, &caps, &plan);
	err = recording_read(path, &plan, &calls, &n, &why);
	assert_true(!err || strstr(why.message, "not a recording of these rules"));
	free(calls);
	scenario_free(s);
	return !err;
}

static void only_the_same_rules(void **state)
{
	static const char fault[] = "{fail: EIO, on: [read, write, openat, close, mkdir], "
				    "where: {uid: 1, path: /srv/**}}";
	static const char target[] = "{cgroup: /a, only: {comm: x}}";
	static const char *const others[] = {
		"{fail: EIO, on: [read, write, openat, close, rmdir], where: {uid: 1, path: "
		"/srv/**}}",
		"{fail: EIO, on: [read, write, openat, close], where: {uid: 1, path: /srv/**}}",
		"{fail: EIO, on: [read, write, openat, close, mkdir], where: {uid: 2, path: "
		"/srv/**}}",
		"{fail: EIO, on: [read, write, openat, close, mkdir], where: {uid: 1, path: "
		"/srx/**}}",
		"{fail: EIO, on: [read, write, openat, close, mkdir], where: {uid: 1, path: "
		"/srv/a}}",
		"{fail: EIO, on: [read, write, openat, close, mkdir], where: {uid: 1}}",
		"{fail: EIO, on: [read, write, openat, close, mkdir], where: {uid: 1, path: "
		"/srv/**, "
		"thread: main}}",
		"{fail: EIO, on: [read, write, openat, close, mkdir]}",
		"{fail: EPERM, on: [read, write, openat, close, mkdir], where: {uid: 1, path: "
		"/srv/**}}",
	};
	char path[] = "/tmp/jinx-recording-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	record(path, fault, target);
	assert_true(replays(path, fault, target));
	/* The recording is in place of the trigger, and the target may be elsewhere. */
	assert_true(replays(path,
		"{fail: EIO, on: [read, write, openat, close, mkdir], where: {uid: 1, path: "
		"/srv/**}, when: {chance: 5%}}",
		"{cgroup: /b, only: {comm: x}}"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(replays(path, others[i], target));
	assert_false(replays(path, fault, "{cgroup: /a, only: {comm: y}}"));
	assert_false(replays(path, fault, "{cgroup: /a}"));
	unlink(path);
}

/* A recording of a rule that fails reads, as it is being written. */
struct made_recording {
	char path[32];
	struct scenario *s;
	struct plan plan;
	FILE *f;
};

static void write_begin(struct made_recording *w)
{
	struct caps caps = caps_of(STOCK);
	_cleanup_free_ char *head = NULL;
	int fd;

	strcpy(w->path, "/tmp/jinx-recording-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	w->f = fdopen(fd, "w");
	assert_non_null(w->f);
	w->s = scenario_of("{fail: EIO, on: read}", "{cgroup: /a}");
	plan_make(w->s, &caps, &w->plan);
	head = recording_head(&w->plan);
	assert_non_null(head);
	fputs(head, w->f);
}

static int read_back(
	struct made_recording *w, struct recorded_call **ret, size_t *ret_n, struct error *why)
{
	int err;

	assert_int_equal(fclose(w->f), 0);
	err = recording_read(w->path, &w->plan, ret, ret_n, why);
	unlink(w->path);
	scenario_free(w->s);
	return err;
}

static void what_was_written_is_read(void **state)
{
	static struct made_recording w;
	struct recorded_call *calls;
	char line[EVENT_LINE_SIZE];
	struct error why = {};
	size_t n;

	(void)state;
	write_begin(&w);
	for (unsigned int i = 0; i < 1000; i++) {
		const struct event e = {.task = i / 10, .call = i % 10 + 1, .result = -(int)i};

		fwrite(line, 1, recording_line(&e, line), w.f);
	}
	if (read_back(&w, &calls, &n, &why))
		fail_msg("%s", why.message);
	assert_int_equal(n, 1000);
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(calls[i].call.rule, 0);
		assert_int_equal(calls[i].call.task, i / 10);
		assert_int_equal(calls[i].call.call, i % 10 + 1);
		assert_int_equal(calls[i].result, -(int)i);
	}
	free(calls);
}

static void lines_that_are_wrong_are_told(void **state)
{
	static const struct {
		const char *lines, *message; /* after the path */
	} rows[] = {
		{"", ":1: nothing is recorded there"},
		{"{\"rule\":0,\"task\":1,\"call\":1,\"result\":0}\n{\"rule\"",
			":3: not a line of JSON"},
		{"{\"rule\":1,\"task\":1,\"call\":1,\"result\":0}\n", ":2: not a recorded call"},
		{"{\"rule\":-1,\"task\":1,\"call\":1,\"result\":0}\n", ":2: not a recorded call"},
		{"{\"rule\":0,\"task\":-1,\"call\":1,\"result\":0}\n", ":2: not a recorded call"},
		{"{\"rule\":0,\"task\":1,\"call\":0,\"result\":0}\n", ":2: not a recorded call"},
		{"{\"rule\":0,\"task\":1,\"call\":1}\n", ":2: not a recorded call"},
		{"{\"rule\":0,\"task\":\"1\",\"call\":1,\"result\":0}\n",
			":2: not a recorded call"},
		{"[]\n", ":2: not a recorded call"},
	};
	static struct made_recording w;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct recorded_call *calls;
		struct error why = {};
		size_t n;

		write_begin(&w);
		fputs(rows[i].lines, w.f);
		assert_int_equal(read_back(&w, &calls, &n, &why), -EINVAL);
		assert_null(calls);
		assert_memory_equal(why.message, w.path, strlen(w.path));
		assert_string_equal(why.message + strlen(w.path), rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_same_rules),
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(lines_that_are_wrong_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
