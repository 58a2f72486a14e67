// SPDX-License-Identifier: GPL-2.0
/* Which scenarios of a suite run beside which, and what all of them come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "suite/item.h"
#include "suite/suite.h"

#define TAIL "timeline: [{phase: a, for: 2s, faults: [{fail: EIO, on: read, target: t}]}]\n"

static struct scenario *make(const char *target, const char *more)
{
	struct scenario *s = NULL;
	struct error why;
	char text[600];

	snprintf(text, sizeof(text), "jinx: 1\ntargets: {t: {%s}}\n%s" TAIL, target, more);
	if (scenario_parse(text, strlen(text), "x", &s, &why))
		fail_msg("%s: %s", text, why.message);
	return s;
}

static bool share(const char *a, const char *b)
{
	struct scenario *one = make(a, ""), *other = make(b, "");
	bool ret = shares_target(one, other);

	assert_int_equal(shares_target(other, one), ret);
	scenario_free(one);
	scenario_free(other);
	return ret;
}

static void targets_in_common(void **state)
{
	(void)state;
	assert_true(share("unit: a", "unit: a.service"));
	assert_false(share("unit: a", "unit: b"));
	assert_true(share("container: a", "container: a"));
	assert_false(share("container: a", "unit: a"));
	assert_true(share("pid: 77", "pid: 77"));
	assert_false(share("pid: 77", "pid: 78"));
	assert_true(share("cgroup: /a/b", "cgroup: /a/b"));
	assert_true(share("cgroup: /a", "cgroup: /a/b"));
	assert_false(share("cgroup: /a", "cgroup: /ab"));
	assert_true(share("cgroup: /system.slice/a.service", "unit: a"));
	assert_false(share("command: [a]", "command: [a]"));
}

static bool alone(const char *more)
{
	struct scenario *s = make("workload: true", more);
	bool ret = wants_to_be_alone(s);

	scenario_free(s);
	return ret;
}

static void who_is_alone(void **state)
{
	(void)state;
	assert_false(alone("workload: {exec: x}\n"));
	assert_false(
		alone("workload: {exec: x}\nexpect: ['success_rate >= 99%', 'injected >= 1']\n"));
	assert_true(alone("workload: {exec: x}\nexpect: ['success_rate >= 99%', 'p99 <= 1s']\n"));
	assert_true(alone("workload: {exec: x}\nexpect: ['throughput >= 10/s']\n"));
	assert_true(alone("workload: {exec: x}\nexpect: ['recovery_time <= 3s']\n"));
	assert_true(alone("workload: {exec: x}\nguard: ['max > 3s']\n"));
	assert_true(alone("workload: {exec: x}\ntags: [alone]\n"));
	assert_false(alone("workload: {exec: x}\ntags: [aloner]\n"));
}

#define N 5

static struct item all[N];
static struct items items = {N, all};

static void begin(const char *const targets[N])
{
	memset(all, 0, sizeof(all));
	for (int i = 0; i < N; i++)
		all[i].s = make(targets[i], "");
}

static void done(void)
{
	for (int i = 0; i < N; i++)
		scenario_free(all[i].s);
}

/* The number of the one that begins; it runs then. */
static int next(unsigned int jobs)
{
	int i = schedule_next(&items, jobs);

	if (i >= 0)
		all[i].state = ITEM_RUNS;
	return i;
}

static void as_many_as_may(void **state)
{
	static const char *const targets[N] = {
		"unit: a", "unit: b", "unit: c", "unit: d", "unit: e"};

	(void)state;
	begin(targets);
	assert_int_equal(next(2), 0);
	assert_int_equal(next(2), 1);
	assert_int_equal(next(2), -1);
	all[0].state = ITEM_ENDED;
	assert_int_equal(next(2), 2);
	assert_int_equal(next(2), -1);
	assert_int_equal(next(4), 3);
	done();
}

static void not_with_the_same_target(void **state)
{
	static const char *const targets[N] = {
		"unit: a", "unit: a", "unit: a", "unit: b", "unit: b"};

	(void)state;
	begin(targets);
	assert_int_equal(next(4), 0);
	assert_int_equal(next(4), 3);
	assert_int_equal(next(4), -1);
	all[3].state = ITEM_ENDED;
	assert_int_equal(next(4), 4);
	all[0].state = ITEM_ENDED;
	assert_int_equal(next(4), 1);
	done();
}

static void alone_when_nothing_runs(void **state)
{
	static const char *const targets[N] = {
		"unit: a", "unit: b", "unit: c", "unit: d", "unit: e"};

	(void)state;
	begin(targets);
	all[0].alone = all[2].alone = true;
	assert_int_equal(next(2), 0);
	assert_int_equal(next(2), -1);
	all[0].state = ITEM_ENDED;
	assert_int_equal(next(2), 1);
	assert_int_equal(next(2), 3);
	all[1].state = all[3].state = ITEM_ENDED;
	all[4].state = ITEM_RUNS;
	assert_int_equal(next(2), -1);
	all[4].state = ITEM_ENDED;
	assert_int_equal(next(2), 2);
	all[2].state = ITEM_ENDED;
	assert_int_equal(next(2), -1);
	done();
}

static int code_of(const enum verdict *verdicts, unsigned int n)
{
	struct items some = {n, all};

	memset(all, 0, sizeof(all));
	for (unsigned int i = 0; i < n; i++) {
		all[i].state = verdicts[i] ? ITEM_ENDED : ITEM_LEFT_OUT;
		all[i].verdict = verdicts[i];
	}
	return worst_exit_code(&some);
}

#define CODE(...)                                    \
	code_of((const enum verdict[]){__VA_ARGS__}, \
		ARRAY_SIZE(((const enum verdict[]){__VA_ARGS__})))

static void exit_codes(void **state)
{
	(void)state;
	assert_int_equal(CODE(VERDICT_HELD, VERDICT_HELD), 0);
	assert_int_equal(CODE(VERDICT_HELD, VERDICT_UNSUPPORTED), 0);
	assert_int_equal(CODE(VERDICT_UNSUPPORTED, VERDICT_UNSUPPORTED), 3);
	assert_int_equal(CODE(VERDICT_INCONCLUSIVE, VERDICT_HELD), 5);
	assert_int_equal(CODE(VERDICT_INCONCLUSIVE, VERDICT_ABORTED), 4);
	assert_int_equal(CODE(VERDICT_DEVIATED, VERDICT_ABORTED, VERDICT_INCONCLUSIVE), 1);
	assert_int_equal(CODE(VERDICT_DEVIATED, VERDICT_FAILED, VERDICT_HELD), 6);
	assert_int_equal(CODE(VERDICT_DEVIATED, VERDICT_UNSET), 1);
	assert_int_equal(CODE(VERDICT_HELD, VERDICT_UNSET), 0);
}

static struct item judged(int code, const char *printed, const char *report, bool prove)
{
	struct item it = {.report = report ? json_loads(report, 0, NULL) : NULL};

	item_judge(&it, code, printed, prove);
	json_decref(it.report);
	return it;
}

static void reasons(void **state)
{
	struct item it = judged(6, "jinx: one\njinx: two\n", NULL, false);

	(void)state;
	assert_int_equal(it.verdict, VERDICT_FAILED);
	assert_string_equal(it.reason, "two");
	it = judged(3, "jinx: can't do that\njinx: two\n", NULL, false);
	assert_int_equal(it.verdict, VERDICT_UNSUPPORTED);
	assert_string_equal(it.reason, "can't do that");
	it = judged(2, "a.yaml:3:4: wrong\n", NULL, false);
	assert_int_equal(it.verdict, VERDICT_FAILED);
	assert_string_equal(it.reason, "a.yaml:3:4: wrong");
	it = judged(0, "held\n", "{\"reason\": \"3 injections\"}", false);
	assert_int_equal(it.verdict, VERDICT_HELD);
	assert_string_equal(it.reason, "3 injections");
	it = judged(139, "", NULL, false);
	assert_int_equal(it.verdict, VERDICT_FAILED);
	assert_string_equal(it.reason, "exit 139, and no word");
}

static void proofs(void **state)
{
	static const char held[] =
		"{\"reason\": \"x\", \"expectations\": [{\"name\": \"a\", "
		"\"result\": \"true\"}, {\"name\": \"b\", \"result\": \"unknown\"}]}";
	static const char deviated[] =
		"{\"reason\": \"x\", \"expectations\": [{\"name\": \"a\", "
		"\"result\": \"true\"}, {\"name\": \"b\", \"result\": \"false\"}]}";
	struct item it = judged(0, "", held, true);

	(void)state;
	assert_int_equal(it.verdict, VERDICT_DEVIATED);
	assert_string_equal(it.reason, "no expectation is false without its fault");
	it = judged(5, "", held, true);
	assert_int_equal(it.verdict, VERDICT_DEVIATED);
	it = judged(1, "", deviated, true);
	assert_int_equal(it.verdict, VERDICT_HELD);
	assert_string_equal(it.reason, "false without its fault: b");
	it = judged(6, "jinx: no\n", NULL, true);
	assert_int_equal(it.verdict, VERDICT_FAILED);
	it = judged(3, "jinx: no\n", NULL, true);
	assert_int_equal(it.verdict, VERDICT_UNSUPPORTED);
}

/* It ends by itself before; and is not waited for much longer. */
static void limits(void **state)
{
	struct scenario *s = make("workload: true",
		"workload: {exec: x, timeout: 10s}\nsetup: [{exec: x, timeout: 20s}]\n"
		"ready: {exec: x, within: 30s}\n");
	uint64_t limit = longest_time_ns(s);

	(void)state;
	assert_true(limit > (2 + 10 + 20 + 30) * 1000000000ull);
	assert_true(limit < 600 * 1000000000ull);
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_in_common),
		cmocka_unit_test(who_is_alone),
		cmocka_unit_test(as_many_as_may),
		cmocka_unit_test(not_with_the_same_target),
		cmocka_unit_test(alone_when_nothing_runs),
		cmocka_unit_test(exit_codes),
		cmocka_unit_test(reasons),
		cmocka_unit_test(proofs),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
