// SPDX-License-Identifier: GPL-2.0
/* A recording is taken for the rules that it was made with, and for no others. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_same_rules)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
