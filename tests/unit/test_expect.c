// SPDX-License-Identifier: GPL-2.0
/* The language of expectations: what is written, what is refused, and the three values. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_up_names.h"

static struct condition *parsed(const char *text)
{
	struct condition *t = NULL;
	struct error why = {};

	if (condition_parse(text, &names, &t, &why))
		fail_msg("%s: %u: %s", text, why.place.column, why.message);
	return t;
}

static void understood(void **state)
{
	static const struct {
		const char *text, *as;
	} rows[] = {
		{"success_rate(inject) >= 99%", "success_rate in the inject phases >= 99%"},
		{"success_rate >= 0.99", "success_rate in the inject phases >= 0.99"},
		{"p99(inject) <= 3 * p99(baseline)", "p99 of successful operations in the inject "
						     "phases <= (3 * p99 of successful "
						     "operations in the baseline phases)"},
		{"throughput(recover) >= 0.95x",
			"throughput in the recover phases >= 0.95 times its baseline"},
		{"recovery_time <= 10s", "recovery_time in the whole run <= 10s"},
		{"lost == 0", "lost in the whole run == 0"},
		{"injected[fsync] >= 1", "injected of fsync in the inject phases >= 1"},
		{"matched[2](stall) > 10", "matched of rule 2 in phase stall > 10"},
		{"longest_stall(all) < 2s",
			"longest_stall of successful operations in the whole run < 2s"},
		{"p99(slow-100ms-2) < 1s - 200ms",
			"p99 of successful operations in phase slow-100ms-2 < (1s - 200ms)"},
		{"target.web-1.alive == 1", "alive of target web-1 in the whole run == 1"},
		{"target.db.restarts == 1", "restarts of target db in the whole run == 1"},
		{"restarts == 0", "restarts of all targets in the whole run == 0"},
		{"log.pg(\"PANIC:  could not fsync file\") >= 1",
			"lines of log pg with \"PANIC:  could not fsync file\" in the whole run >= "
			"1"},
		{"probe.health.max_consecutive_failures <= 3",
			"max_consecutive_failures of probe health in the inject phases <= 3"},
		{"error_rate(stall) - error_rate(baseline) <= 1%",
			"(error_rate in phase stall - error_rate in the baseline phases) <= 1%"},
		{"budget_used <= 2%", "budget_used in the inject phases <= 2%"},
		{"p99[fsync, natural](stall) < 20ms",
			"p99 of fsync without the injected part in phase stall < 20ms"},
		{"errors[write, ENOSPC](stall) == 20",
			"errors of write with ENOSPC in phase stall == 20"},
		{"calls[write] != 0", "calls of write in the inject phases != 0"},
		{"p99[ user:/x:C::operator[](std::map<int, int>) , natural] < 1ms",
			"p99 of user:/x:C::operator[](std::map<int, int>) without the injected "
			"part in the "
			"inject phases < 1ms"},
		{"workload.reads.p99.9(2nd) < 1.5s", "p99.9 of workload reads in phase 2nd < 1.5s"},
		{"workload.reads.recovery_time < 1s",
			"recovery_time of workload reads in the whole run < 1s"},
		{"latency.all.p50 < 1m30s", "p50 of all operations in the inject phases < 90s"},
		{"20/s <= throughput", "20/s <= throughput in the inject phases"},
		{"ok / operations > 1 - 5%",
			"(ok in the inject phases / operations in the inject phases) > "
			"(1 - 5%)"},
		{"operations(stall) / 10s >= 300/m", "(operations in phase stall / 10s) >= 5/s"},
		{"throughput * 10s > (failed + 1) * 2", "(throughput in the inject phases * 10s) > "
							"((failed in the inject phases + 1) * 2)"},
		{"longest_outage <= 0s", "longest_outage in the whole run <= 0ns"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct condition *t = parsed(rows[i].text);
		char as[400];

		assert_string_equal(condition_describe(t, &names, as, sizeof(as)), rows[i].as);
		assert_string_equal(condition_text(t), rows[i].text);
		/* Whatever the room, it ends. */
		for (size_t size = 1; size < 40; size++)
			assert_true(strlen(condition_describe(t, &names, as, size)) < size);
		condition_free(t);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *text;
		unsigned int column;
		const char *message;
	} rows[] = {
		{"p99 < 200", 7, "no unit; did you mean 200ms?"},
		{"200 > p99", 1, "no unit; did you mean 200ms?"},
		{"throughput >= 20", 15, "no unit; did you mean 20/s?"},
		{"success_rate >= 99", 17, "a ratio is at most 1; did you mean 99%?"},
		{"p99(stal) < 1s", 5, "unknown phase \"stal\"; did you mean \"stall\"?"},
		{"p99(recovry) < 1s", 5, "unknown phase \"recovry\"; did you mean \"recover\"?"},
		{"sucess_rate > 1%", 1,
			"unknown metric \"sucess_rate\"; did you mean \"success_rate\"?"},
		{"probe.helth.failures < 1", 7,
			"unknown probe \"helth\"; did you mean \"health\"?"},
		{"probe.health.restarts < 1", 14, "unknown metric \"restarts\""},
		{"target.dbs.restarts < 1", 8, "unknown target \"dbs\"; did you mean \"db\"?"},
		{"target.db < 1", 11, ".METRIC is missing behind the name"},
		{"exit_code == 0", 1, "exit_code belongs to a target: target.NAME.exit_code"},
		{"workload.reads.restarts < 1", 16,
			"restarts belongs to a target: target.NAME.restarts"},
		{"restarts(stall) == 0", 10, "restarts is of the whole run, and of no phase"},
		{"workload.read.p99 < 1s", 10,
			"unknown workload \"read\"; did you mean \"reads\"?"},
		{"log.pg >= 1", 8, "a log is asked for a pattern: log.NAME(\"regex\")"},
		{"log.pg(\"(\") >= 1", 8,
			"\"(\" is not a regular expression: missing closing parenthesis"},
		{"log.pg(PANIC) >= 1", 8, "the pattern stands in double quotes"},
		{"log.pg(\"PANIC) >= 1", 8, "the quote has no end"},
		{"injected[fsnc] > 0", 10,
			"\"fsnc\" is neither a point, nor the number of a rule, nor an errno (a "
			"function stands there as in \"on\")"},
		{"calls[user:/lib/x:f] > 0", 7,
			"\"user:/lib/x:f\" is not a point of this scenario: neither \"on\" nor "
			"\"observe\" names it"},
		{"calls[user:/lib/x:f > 0", 7,
			"\"user:/lib/x:f > 0\" is not a point of this scenario: neither \"on\" "
			"nor \"observe\" names it"},
		{"injected[3] > 0", 10, "there is no rule 3: the scenario has 2"},
		{"injected[0] > 0", 10, "there is no rule 0: the scenario has 2"},
		{"injected[fsync > 0", 16, "\"]\" is missing"},
		{"calls > 0", 7, "calls of which point? calls[fsync]"},
		{"success_rate[fsync] > 1%", 13, "success_rate has no points"},
		{"p99[fsync, ENOSPC] > 1s", 4, "only errors has an errno"},
		{"injected[fsync, natural] > 1", 9, "only latencies are natural or not"},
		{"p99 < 1s +", 11, "a value is missing"},
		{"p99 <", 6, "a value is missing"},
		{"p99", 4, "a comparison is missing (<, <=, >, >=, ==, !=)"},
		{"p99 = 1s", 5, "a single =: equal is =="},
		{"p99 < 1s 2s", 10, "\"2s\" is not expected here: the condition has ended"},
		{"(p99 < 1s", 6, "\")\" is missing"},
		{"p99 & 1s < 1", 5, "'&' means nothing here"},
		{"p99 + throughput > 1s", 5, "a time + a rate makes no sense"},
		{"p99 * p50 > 1s", 5, "a time * a time makes no sense"},
		{"p99 < throughput", 7, "compares a time with a rate"},
		{"lost <= 5%", 9, "compares a number with a ratio"},
		{"1 < 2", 1, "compares two numbers, and no metric"},
		{"1.5x < p99", 1,
			"a multiple of the baseline (1.5x) stands on the right, its metric on the "
			"left"},
		{"p99 + p50 < 1.5x", 13,
			"1.5x is a multiple of one metric's baseline: the left side is none"},
		{"p99 < 1.5x + 1s", 12,
			"a multiple of the baseline (1.5x) stands alone on its side"},
		{"p99 < 5parsecs", 7, "\"5parsecs\" has an unknown unit (ns, us, ms, s, m, h)"},
		{"p100 < 1s", 1, "a quantile lies between p0 and p100"},
		{"p0 < 1s", 1, "a quantile lies between p0 and p100"},
		{"latency.p99 < 1s", 9, "latency.all.METRIC is expected"},
		{"latency.all.failed < 1", 20, "latency.all is of avg, min, max and pNN"},
		{"", 1, "a value is missing"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct condition *t = NULL;
		struct error why = {};

		assert_int_equal(condition_parse(rows[i].text, &names, &t, &why), -EINVAL);
		assert_null(t);
		if (strcmp(why.message, rows[i].message) || why.place.column != rows[i].column ||
			why.place.line != 1)
			fail_msg("%s: got %u: %s", rows[i].text, why.place.column, why.message);
	}
}

static void too_deep(void **state)
{
	char text[400];
	struct condition *t = NULL;
	struct error why = {};

	(void)state;
	memset(text, '(', 300);
	strcpy(text + 300, "p99 < 1s");
	assert_int_equal(condition_parse(text, &names, &t, &why), -EINVAL);
	assert_string_equal(why.message, "more than 32 parentheses in each other");
}

/* What was measured, made up: by phase or role, a value. */
static void made_up(const struct metric *m, void *context, struct measured *ret)
{
	const char *name = m->row->name;

	(void)context;
	*ret = (struct measured){.known = true, .n = 87};
	if (!strcmp(name, "p")) {
		ret->value = m->scope == SCOPE_BASELINE ? 100e6 : 812e6;
	} else if (!strcmp(name, "recovery_time")) {
		ret->value = INFINITY;
		ret->n = 0;
	} else if (!strcmp(name, "success_rate")) {
		ret->value = 0.995;
	} else if (!strcmp(name, "throughput")) {
		ret->value = m->scope == SCOPE_BASELINE ? 200 : 190;
	} else if (!strcmp(name, "injected")) {
		ret->value = m->point == 0 ? 0 : 20;
		ret->n = 0;
	} else if (!strcmp(name, "ok") || !strcmp(name, "operations")) {
		ret->value = m->scope == SCOPE_PHASE ? 0 : 87;
	} else {
		ret->known = false;
		strcpy(ret->why, "verify did not run");
	}
}

static void judged(void **state)
{
	static const struct {
		const char *text;
		uint64_t least;
		enum truth truth;
		const char *line;
	} rows[] = {
		{"p90 <= 400ms", 0, TRUTH_FALSE, "p90 <= 400ms: false: 812ms, n = 87"},
		{"p90 > 400ms", 0, TRUTH_TRUE, "p90 > 400ms: true: 812ms, n = 87"},
		{"p99 <= 400ms", 0, TRUTH_UNKNOWN,
			"p99 <= 400ms: unknown: too few: at least 100 are needed, n = 87"},
		{"p99 <= 400ms", 10, TRUTH_FALSE, "p99 <= 400ms: false: 812ms, n = 87"},
		{"success_rate > 1%", 88, TRUTH_UNKNOWN,
			"success_rate > 1%: unknown: too few: at least 88 are needed, n = 87"},
		{"p90 <= 10x", 0, TRUTH_TRUE, "p90 <= 10x: true: 812ms against 1s, n = 87"},
		{"p90 <= 8x", 0, TRUTH_FALSE, "p90 <= 8x: false: 812ms against 800ms, n = 87"},
		{"throughput >= 0.95x", 0, TRUTH_TRUE,
			"throughput >= 0.95x: true: 190/s against 190/s, n = 87"},
		{"recovery_time <= 10s", 0, TRUTH_FALSE, "recovery_time <= 10s: false: never"},
		{"recovery_time > 10s", 0, TRUTH_TRUE, "recovery_time > 10s: true: never"},
		{"lost == 0", 0, TRUTH_UNKNOWN, "lost == 0: unknown: verify did not run"},
		{"lost + ok == 0", 0, TRUTH_UNKNOWN,
			"lost + ok == 0: unknown: verify did not run, n = 87"},
		{"injected[fsync] == 0", 0, TRUTH_TRUE, "injected[fsync] == 0: true: 0"},
		{"injected[write] != 20", 0, TRUTH_FALSE, "injected[write] != 20: false: 20"},
		{"ok / operations(stall) > 1%", 0, TRUTH_UNKNOWN,
			"ok / operations(stall) > 1%: unknown: divides by zero, n = 87"},
		{"recovery_time - recovery_time < 1s", 0, TRUTH_UNKNOWN,
			"recovery_time - recovery_time < 1s: unknown: has no value"},
		{"success_rate >= 99.5%", 0, TRUTH_TRUE,
			"success_rate >= 99.5%: true: 99.5%, n = 87"},
		{"99% < success_rate", 0, TRUTH_TRUE,
			"99% < success_rate: true: 99% against 99.5%, n = 87"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct condition *t = parsed(rows[i].text);
		struct judged j;
		char line[300];

		condition_evaluate(t, rows[i].least, made_up, NULL, &j);
		assert_string_equal(judged_text(t, &j, line, sizeof(line)), rows[i].line);
		assert_int_equal(j.truth, rows[i].truth);
		condition_free(t);
	}
}

static void a_share(const struct metric *m, void *context, struct measured *ret)
{
	(void)m;
	*ret = *(struct measured *)context;
}

/* Of Wilson's formula, worked out elsewhere (R: prop.test(x, n, correct = FALSE)). */
static void intervals(void **state)
{
	static const struct {
		const char *text;
		double value, low, high;
		uint64_t n;
	} rows[] = {
		{"success_rate >= 99%", 0.98, 0.9300, 0.9945, 100},
		{"success_rate >= 99%", 0, 0, 0.2775, 10},
		{"error_rate <= 1%", 1, 0.7225, 1, 10},
		{"probe.health.success_rate > 1%", 0.5, 0.4687, 0.5313, 980},
		{"success_rate >= 99%", 0.98, 0, 0, 1000}, /* many */
		{"success_rate + 0 >= 99%", 0.98, 0, 0, 100},
		{"p90 <= 1s", 0.98, 0, 0, 100},
		{"degradation <= 50%", 0.98, 0, 0, 100},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct measured got = {.known = true, .value = rows[i].value, .n = rows[i].n};
		struct condition *t = parsed(rows[i].text);
		struct judged j;

		condition_evaluate(t, 1, a_share, &got, &j);
		assert_true(fabs(j.low - rows[i].low) < 1e-4);
		assert_true(fabs(j.high - rows[i].high) < 1e-4);
		condition_free(t);
	}
}

static void about_injections(void **state)
{
	struct condition *t = parsed("injected[fsync] >= 1"), *other = parsed("p90 < 1s");

	(void)state;
	assert_true(condition_is_about_injections(t));
	assert_false(condition_is_about_injections(other));
	condition_free(t);
	condition_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understood),
		cmocka_unit_test(refused),
		cmocka_unit_test(too_deep),
		cmocka_unit_test(judged),
		cmocka_unit_test(intervals),
		cmocka_unit_test(about_injections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
