// SPDX-License-Identifier: GPL-2.0
/* Runs that are remembered, and whether they differ. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "history/compare.h"
#include "history/own.h"
#include "history/stats.h"
#include "remove_tree.h"

static uint64_t state = 4711;

static double uniform(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return ((state >> 11) + 0.5) / (double)(1ull << 53);
}

static double noise(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
}

static void near(double found, double wanted)
{
	if (!(fabs(found - wanted) < 1e-4))
		fail_msg("%.6f for %.6f", found, wanted);
}

/* Wanted: counted by hand over all orders; of ties by the formula, as R's wilcox.test() does. */
static void test_values(void **unused)
{
	static const double a[] = {1.1, 2.2, 3.3, 4.4}, b[] = {5.5, 6.6, 7.7, 8.8},
			    c[] = {0.8, 2.5, 3.1, 6.0, 7.0}, tied[] = {1, 2, 2, 3, 3},
			    other[] = {2, 3, 3, 4, 5};

	(void)unused;
	near(mann_whitney(a, 4, b, 4), 2 / 70.0);
	near(mann_whitney(b, 4, a, 4), 2 / 70.0);
	near(mann_whitney(a, 4, c, 5), 46 / 63.0);
	near(mann_whitney(tied, 5, other, 5), 0.126379);
	near(mann_whitney(a, 4, a, 4), 1);
	near(superiority(a, 4, b, 4), 1);
	near(superiority(a, 4, a, 4), 0.5);
	near(median(c, 5), 3.1);
	near(median(a, 4), 2.75);
	assert_true(isnan(median(a, 0)));
	assert_true(isnan(mann_whitney(a, 0, b, 4)));
}

/* Never is later than any time. */
static void infinite_values(void **unused)
{
	static const double never[] = {INFINITY, INFINITY, INFINITY, INFINITY},
			    some[] = {1, 2, 3, INFINITY};

	(void)unused;
	assert_true(isinf(median(never, 4)));
	near(median(some, 3), 2);
	assert_true(superiority(some, 4, never, 4) > 0.8);
	near(mann_whitney(never, 4, never, 4), 1);
}

/* The exact distribution and the normal one agree where both can be had. */
static void exact_and_normal(void **unused)
{
	double a[30], b[30], u, z;

	(void)unused;
	for (int i = 0; i < 30; i++) {
		a[i] = noise();
		b[i] = noise() + 0.5;
	}
	u = superiority(a, 30, b, 30) * 900;
	z = (fabs(u - 450) - 0.5) / sqrt(900 * 61 / 12.0);
	assert_true(fabs(mann_whitney(a, 30, b, 30) - erfc(z / sqrt(2))) < 0.005);
}

static void many_tests(void **unused)
{
	double p[] = {0.04, 0.01, 0.03, 0.9};

	(void)unused;
	correct_for_many(p, 4);
	near(p[1], 0.04);
	near(p[2], 0.16 / 3);
	near(p[0], 0.16 / 3);
	near(p[3], 0.9);
	near(least_p(4, 4, 1), 2 / 70.0);
	near(least_p(5, 5, 10), 20 / 252.0);
}

static void intervals(void **unused)
{
	double a[10], b[10], low, high, low2, high2;

	(void)unused;
	for (int i = 0; i < 10; i++) {
		a[i] = noise();
		b[i] = noise() + 1;
	}
	superiority_interval(a, 10, b, 10, 1, &low, &high);
	assert_true(low < superiority(a, 10, b, 10) && superiority(a, 10, b, 10) < high);
	assert_true(low >= 0 && high <= 1 && low < high);
	superiority_interval(a, 10, b, 10, 1, &low2, &high2);
	assert_true(low == low2 && high == high2);
}

static char folder[64];

static int set_up(void **unused)
{
	(void)unused;
	strcpy(folder, "/tmp/jinx-history-XXXXXX");
	return !mkdtemp(folder);
}

static int tear_down(void **unused)
{
	(void)unused;
	remove_tree(folder);
	return 0;
}

static const char *file(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static struct history *open_it(const char *name, bool only_read)
{
	struct history *h;
	struct error why;

	if (history_open(file(name), only_read, &h, &why))
		fail_msg("%s", why.message);
	return h;
}

/* A run of a series, by way of a snapshot that has little more than a name. */
static void add(struct history *h, const char *id, const char *series, double p99,
	const struct labels *labels)
{
	struct snapshot_expectation e = {.name = "latency",
		.text = "p99 <= 1s",
		.about = "",
		.relation = "<=",
		.judged = {.truth = TRUTH_TRUE,
			.left = p99,
			.right = 1e9,
			.dimension = DIMENSION_TIME}};
	struct snapshot s = {.name = "made-up",
		.kernel = "7.3",
		.n_expectations = 1,
		.expectations = &e,
		.seed = 1ull << 63,
		.judgement = {VERDICT_HELD, "fine"}};
	const struct run_tags tags = {"", series, "default", labels, "0.1"};
	struct error why;

	snprintf(s.id, sizeof(s.id), "%s", id);
	snprintf(s.started_at, sizeof(s.started_at), "2026-01-01T00:00:00");
	for (int m = 0; m < NR_METRICS; m++)
		s.numbers[m] =
			(union snapshot_numbers){.counts = calloc(1, sizeof(struct histogram))};
	if (history_add(h, &s, &tags, &why))
		fail_msg("%s", why.message);
	for (int m = 0; m < NR_METRICS; m++)
		free(s.numbers[m].counts);
}

static size_t count(struct history *h, const char *text)
{
	const struct run_filter all = {};
	struct error why;
	struct runs r;
	int err = history_select(h, text, &all, &r, &why);
	size_t n = r.n;

	assert_true(!err || err == -ENOENT);
	runs_free(&r);
	return n;
}

static void remembered(void **unused)
{
	struct history *h = open_it("deep/er/history.db", false);
	_cleanup_free_ char *text = NULL;
	struct labels labels = {};
	struct figure v;
	struct error why;

	(void)unused;
	assert_int_equal(labels_add(&labels, "release=1.4", &why), 0);
	assert_int_equal(labels_add(&labels, "release=1.5", &why), -EINVAL);
	assert_int_equal(labels_add(&labels, "release", &why), -EINVAL);
	assert_int_equal(labels_add(&labels, "=x", &why), -EINVAL);
	assert_int_equal(labels_add(&labels, "a\nb=x", &why), -EINVAL);
	add(h, "aaaaaa", NULL, 5e6, NULL);
	add(h, "bbbbbb", "bbbbbb", 6e6, &labels);
	add(h, "cccccc", "bbbbbb", INFINITY, &labels);
	history_close(h);
	h = open_it("deep/er/history.db", true);
	assert_int_equal(count(h, "aaaaaa"), 1);
	assert_int_equal(count(h, "cccccc"), 2);
	assert_int_equal(count(h, "last"), 2);
	assert_int_equal(count(h, "last~1"), 1);
	assert_int_equal(count(h, "last~2"), 0);
	assert_int_equal(count(h, "release=1.4"), 2);
	assert_int_equal(count(h, "release=1"), 0);
	assert_int_equal(count(h, "' or 1 --"), 0);
	assert_true(history_value(h, 2, "latency", &v));
	assert_true(v.value == 6e6 && v.better == BETTER_LOWER);
	assert_true(history_value(h, 3, "latency", &v));
	assert_true(isinf(v.value));
	assert_false(history_value(h, 3, "nothing", &v));
	text = history_report(h, 1, "tap");
	assert_non_null(text);
	assert_non_null(strstr(text, "TAP version 14\n"));
	assert_null(history_report(h, 1, "nothing"));
	history_close(h);
	labels_free(&labels);
}

static void not_a_history(void **unused)
{
	struct history *h;
	struct error why;
	FILE *f = fopen(file("text"), "w");

	(void)unused;
	assert_int_equal(history_open(file("absent"), true, &h, &why), -ENOENT);
	fputs("no database, but long enough for one to be looked for in it: ............", f);
	fclose(f);
	assert_true(history_open(file("text"), true, &h, &why) < 0);
	assert_true(history_open(file("text"), false, &h, &why) < 0);
	assert_non_null(strstr(why.message, "text: "));
	/* Nobody would ever write to it. */
	assert_int_equal(mkfifo(file("pipe"), 0600), 0);
	assert_int_equal(history_open(file("pipe"), true, &h, &why), -EINVAL);
	assert_int_equal(history_open(file("pipe"), false, &h, &why), -EINVAL);
}

static void transferred(void **unused)
{
	struct history *from = open_it("from.db", false), *to = open_it("to.db", false);
	const struct run_filter all = {};
	struct labels labels = {};
	struct error why;
	struct runs r;
	struct figure v;
	json_t *exported, *again;

	(void)unused;
	assert_int_equal(labels_add(&labels, "a=b", &why), 0);
	add(from, "aaaaaa", NULL, INFINITY, &labels);
	add(from, "bbbbbb", NULL, 7e6, NULL);
	add(to, "bbbbbb", NULL, 7e6, NULL);
	assert_int_equal(history_find(from, &all, &r, &why), 0);
	exported = history_export(from, &r, &why);
	assert_int_equal(history_import(to, exported, &why), 1);
	assert_int_equal(history_import(to, exported, &why), 0);
	runs_free(&r);
	assert_int_equal(count(to, "a=b"), 1);
	assert_true(history_value(to, 2, "latency", &v));
	assert_true(isinf(v.value));
	assert_int_equal(history_find(to, &(struct run_filter){.id = "aaaaaa"}, &r, &why), 0);
	again = history_export(to, &r, &why);
	assert_true(json_equal(json_array_get(json_object_get(exported, "runs"), 0),
		json_array_get(json_object_get(again, "runs"), 0)));
	json_object_set_new(
		json_array_get(json_object_get(again, "runs"), 0), "id", json_string("last"));
	assert_int_equal(history_import(from, again, &why), -EINVAL);
	json_array_insert_new(json_object_get(again, "runs"), 0, json_object());
	assert_int_equal(history_import(from, again, &why), -EINVAL);
	assert_string_equal(why.message, "a run has no \"id\"");
	runs_free(&r);
	json_decref(exported);
	json_decref(again);
	history_close(from);
	history_close(to);
	labels_free(&labels);
}

/* Two that write at the same time, of which one is killed at some moment, again and again. */
static void write_until_killed(unsigned int writer)
{
	struct history *h = open_it("history.db", false);
	char id[8];

	for (unsigned int i = 0;; i++) {
		snprintf(id, sizeof(id), "%x%05x", writer, i);
		add(h, id, NULL, 1e6, NULL);
	}
}

static void killed_writers(void **unused)
{
	size_t before = 0;
	struct error why;
	struct runs r;

	(void)unused;
	for (unsigned int round = 0; round < 8; round++) {
		pid_t pids[2];
		struct history *h;

		for (unsigned int i = 0; i < 2; i++) {
			pids[i] = fork();
			if (!pids[i])
				write_until_killed(2 * round + i);
		}
		usleep(150000 + 37000 * round);
		for (unsigned int i = 0; i < 2; i++) {
			kill(pids[i], SIGKILL);
			waitpid(pids[i], NULL, 0);
		}
		h = open_it("history.db", false);
		assert_int_equal(history_find(h, &(struct run_filter){}, &r, &why), 0);
		/* Each one that is there is whole. */
		for (size_t i = 0; i < r.n; i++) {
			_cleanup_free_ char *text = history_report(h, r.all[i].n, "table");
			struct figure v;

			assert_non_null(text);
			assert_true(history_value(h, r.all[i].n, "latency", &v));
		}
		assert_true(r.n >= before);
		before = r.n;
		runs_free(&r);
		history_close(h);
	}
	assert_true(before > 0);
}

/* A run of nothing but one value, which many of can be had. */
static void add_bare(struct history *h, char *id, char *series, double p99)
{
	struct run r = {.id = id,
		.series = series,
		.name = "x",
		.variant = "",
		.namespace = "",
		.started = "",
		.host = "",
		.kernel = "",
		.version = "",
		.verdict = "",
		.reason = ""};
	const struct figure v = {"latency", p99, DIMENSION_TIME, BETTER_LOWER};
	struct error why;

	if (add_run(h, &r, &why) || add_value(h, r.n, 0, &v, &why))
		fail_msg("%s", why.message);
}

/* Series of ten, one after the other, with a shift: how often are they said to differ? */
static unsigned int trials(unsigned int n, double shift, double threshold)
{
	unsigned int worse = 0;
	struct history *h;
	struct error why;

	assert_int_equal(history_open(":memory:", false, &h, &why), 0);

	for (unsigned int t = 0; t < n; t++) {
		struct runs before, after;
		struct differences d;
		char series[2][16];

		for (int k = 0; k < 2; k++) {
			snprintf(series[k], sizeof(series[k]), "%x%05x", k, t);
			for (int i = 0; i < 10; i++) {
				char id[16];

				snprintf(id, sizeof(id), "%x%04x%x", 2 + k, t, i);
				add_bare(h, id, series[k], 1e7 * (1 + k * shift + 0.05 * noise()));
			}
			assert_int_equal(history_find(h, &(struct run_filter){.series = series[k]},
						 k ? &after : &before, &why),
				0);
		}
		assert_int_equal(compare(h, &before, &after, threshold, &d, &why), 0);
		assert_int_equal(d.n, 1);
		worse += d.all[0].outcome == OUTCOME_WORSE || d.all[0].outcome == OUTCOME_BETTER;
		comparison_free(&d);
		runs_free(&before);
		runs_free(&after);
	}
	history_close(h);
	return worse;
}

static void false_alarms(void **unused)
{
	unsigned int n = trials(200, 0, 0);

	(void)unused;
	if (n > 18)
		fail_msg("%u of 200 without a difference", n);
}

static void real_shifts(void **unused)
{
	unsigned int n = trials(100, 0.1, 0.05);

	(void)unused;
	if (n <= 95)
		fail_msg("%u of 100 that differ by a tenth", n);
	assert_int_equal(trials(20, 0.1, 0.3), 0);
}

static void too_few(void **unused)
{
	struct history *h = open_it("few.db", false);
	struct runs before, after;
	struct differences d;
	struct error why;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		char id[8];

		snprintf(id, sizeof(id), "a%05x", i);
		add(h, id, "aaaaaa", 1e6, NULL);
		snprintf(id, sizeof(id), "b%05x", i);
		add(h, id, "bbbbbb", 9e6, NULL);
	}
	assert_int_equal(history_select(h, "last~1", &(struct run_filter){}, &after, &why), 0);
	assert_int_equal(
		history_find(h, &(struct run_filter){.series = "aaaaaa"}, &before, &why), 0);
	runs_free(&after);
	assert_int_equal(
		history_find(h, &(struct run_filter){.series = "bbbbbb"}, &after, &why), 0);
	assert_int_equal(compare(h, &before, &after, 0.05, &d, &why), 0);
	assert_true(d.few);
	assert_int_equal(d.all[0].outcome, OUTCOME_TOO_FEW);
	near(d.all[0].change, 8);
	comparison_free(&d);
	runs_free(&before);
	runs_free(&after);
	history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(infinite_values),
		cmocka_unit_test(exact_and_normal),
		cmocka_unit_test(many_tests),
		cmocka_unit_test(intervals),
		TEST(remembered),
		TEST(not_a_history),
		TEST(transferred),
		TEST(killed_writers),
		TEST(false_alarms),
		TEST(real_shifts),
		TEST(too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
