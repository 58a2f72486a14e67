// SPDX-License-Identifier: GPL-2.0
/* What is measured from outside, with clocks that were made up: no kernel, no network. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/histogram.h"
#include "base/lines.h"
#include "expect/pattern.h"
#include "measure/outside.h"
#include "measure/verify.h"
#include "run/loader.h"
#include "run/pace.h"
#include "run/tail.h"
#include "run/told.h"

#define MS 1000000ull

/* When a server that answers in 1 ms, but stands still from 1 s to 3 s, has answered. */
static uint64_t answered(uint64_t asked)
{
	if (asked >= 1000 * MS && asked < 3000 * MS)
		asked = 3000 * MS;
	return asked + MS;
}

/* One worker for 4 s; open-loop with 100/s. */
static void drive(bool open, struct histogram *latency, struct pace *pace)
{
	uint64_t now = 0, planned;
	bool waited = false;

	*pace = (struct pace){.interval_ns = 10 * MS};
	memset(latency, 0, sizeof(*latency));
	while (now < 4000 * MS) {
		planned = now;
		if (open && !pace_take(pace, now, 30000 * MS, waited, &planned)) {
			now = pace_due(pace);
			waited = false;
			continue;
		}
		now = answered(now);
		histogram_add(latency, now - planned);
		waited = pace_due(pace) < now;
	}
}

static void a_stall_shows_only_in_an_open_loop(void **state)
{
	struct histogram latency;
	struct pace pace;

	(void)state;
	drive(false, &latency, &pace);
	assert_true(histogram_quantile(&latency, 0.99) <= 2 * MS);
	drive(true, &latency, &pace);
	assert_true(histogram_quantile(&latency, 0.99) >= 1900 * MS);
	assert_in_range(pace.late, 200, 230); /* two seconds' worth, and while it catches up */
	assert_int_equal(pace.dropped, 0);
}

static void what_waits_too_long_is_dropped(void **state)
{
	struct pace p = {.began_ns = 500 * MS, .interval_ns = 10 * MS};
	uint64_t planned;

	(void)state;
	assert_false(pace_take(&p, 499 * MS, 100 * MS, false, &planned));
	assert_true(pace_take(&p, 500 * MS, 100 * MS, false, &planned));
	assert_int_equal(planned, 500 * MS);
	assert_false(pace_take(&p, 505 * MS, 100 * MS, false, &planned));
	/* At 1 s those of 510 to 890 ms are older than 100 ms. */
	assert_true(pace_take(&p, 1000 * MS, 100 * MS, true, &planned));
	assert_int_equal(planned, 900 * MS);
	assert_int_equal(p.dropped, 39);
	assert_int_equal(p.late, 1);
}

static void ledgers(void **state)
{
	struct ledger l = {.asked = true, .known = true};
	static const char *const lines[] = {"1", "3", "3 ", "4", "5", "9000"};
	struct verified v;

	(void)state;
	assert_int_equal(ledger_add(&l, 1, ACK_OK, 100 * MS), 0);
	assert_int_equal(ledger_add(&l, 2, ACK_OK, 200 * MS), 0); /* lost */
	assert_int_equal(ledger_add(&l, 3, ACK_OK, 300 * MS), 0);
	assert_int_equal(ledger_add(&l, 4, ACK_FAILED, 400 * MS), 0);
	assert_int_equal(ledger_add(&l, 5, ACK_INDETERMINATE, 500 * MS), 0);
	assert_int_equal(ledger_add(&l, 6, ACK_FAILED, 600 * MS), 0);
	assert_int_equal(ledger_add(&l, 2000, ACK_OK, 700 * MS), 0); /* lost */
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_true(ledger_find(&l, lines[i], strlen(lines[i])));
	ledger_sum(&l, 650 * MS, &v);
	assert_true(v.known);
	assert_int_equal(v.acknowledged, 4);
	assert_int_equal(v.lost, 2);
	assert_int_equal(v.duplicated, 1);
	assert_int_equal(v.unexpected, 2); /* 4 failed, 9000 was never begun */
	assert_int_equal(v.recovered, 1);
	assert_true(v.loss_window_s > 0.499 && v.loss_window_s < 0.501); /* 200 to 700 ms */
	ledger_sum(&l, 900 * MS, &v);
	assert_true(v.loss_window_s > 0.699 && v.loss_window_s < 0.701);
	assert_false(ledger_find(&l, "twelve", 6));
	ledger_sum(&l, 0, &v);
	assert_false(v.known);
	assert_string_equal(v.why, "\"twelve\" is no number of an operation");
	ledger_done(&l);
}

static void nothing_lost(void **state)
{
	struct ledger l = {.asked = true, .known = true};
	struct verified v;

	(void)state;
	assert_int_equal(ledger_add(&l, 1, ACK_OK, 100 * MS), 0);
	assert_true(ledger_find(&l, "1", 1));
	ledger_sum(&l, 500 * MS, &v);
	assert_int_equal(v.lost, 0);
	assert_true(v.loss_window_s == 0);
	ledger_done(&l);
}

static void add_run(struct probe_report *p, unsigned int began_ms, unsigned int took_ms,
	enum sample_result result)
{
	const struct sample one = {.planned_ns = began_ms * MS,
		.start_ns = began_ms * MS,
		.end_ns = (began_ms + took_ms) * MS,
		.result = result};

	probe_add(p, &one);
}

static void outages(void **state)
{
	struct probe_report p = {};

	(void)state;
	add_run(&p, 100, 5, SAMPLE_OK);
	add_run(&p, 200, 50, SAMPLE_FAILED);
	add_run(&p, 300, 50, SAMPLE_INDETERMINATE);
	add_run(&p, 400, 50, SAMPLE_FAILED);
	add_run(&p, 500, 7, SAMPLE_OK);
	assert_int_equal(p.longest_outage_ns, 307 * MS);
	assert_int_equal(p.max_consecutive, 2);
	assert_int_equal(p.unknown, 1);
	assert_int_equal(p.latency.count, 2);
	/* One that isn't over. */
	add_run(&p, 600, 50, SAMPLE_FAILED);
	assert_int_equal(p.outages, 2);
	assert_int_equal(probe_longest_outage(&p, 800 * MS), 307 * MS);
	assert_int_equal(probe_longest_outage(&p, 1000 * MS), 400 * MS);
	samples_done(&p.history);
}

static void told(const char *regex, const char *line, uint64_t after_ms, uint64_t ok,
	uint64_t failed, uint64_t latency_us)
{
	struct pattern *p;
	struct error why;
	struct told t;

	assert_int_equal(pattern_new(regex, &p, &why), 0);
	told_begin(&t, 1000 * MS);
	assert_true(told_take(&t, p, line, strlen(line), (1000 + after_ms) * MS));
	assert_int_equal(t.ok, ok);
	assert_int_equal(t.failed, failed);
	assert_int_equal(t.latency_ns, latency_us * 1000);
	assert_false(told_take(&t, p, "nothing", 7, 2000 * MS));
	pattern_free(p);
}

static void load_tools(void **state)
{
	(void)state;
	told("rps=(?<rate>[0-9.]+) .*avg_msec=(?<latency_ms>[0-9.]+)",
		"SET: rps=102040.8 (overall: 99.1) avg_msec=0.278 (overall: 0.280)", 250, 25510, 0,
		278);
	told("^progress: [0-9.]+ s, (?<rate>[0-9.]+) tps, lat (?<latency_ms>[0-9.]+) ms .*, "
	     "(?<failed>[0-9]+) failed",
		"progress: 1.0 s, 5120.3 tps, lat 0.390 ms stddev 0.1, 3 failed", 1000, 5120, 3,
		390);
	told("^done (?<operations>[0-9]+)", "done 42 of them", 10, 42, 0, 0);
	told("^x", "x", 10, 1, 0, 0);
}

/* What is no number is not taken for none: the line says nothing. */
static void garbage_is_left_out(void **state)
{
	static const char *const lines[] = {"rate=-3 lat=-5", "rate=nan lat=nan",
		"rate= lat=", "rate=1e400 lat=1", "rate=abc lat=9", "rate=1e18 lat=5",
		"rate=5 lat=1x", "rate=5 lat=nan"};
	struct pattern *p;
	struct error why;
	struct told t;

	(void)state;
	assert_int_equal(pattern_new("rate=(?<rate>[^ ]*) lat=(?<latency_ms>.*)", &p, &why), 0);
	told_begin(&t, 0);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(told_take(&t, p, lines[i], strlen(lines[i]), (i + 1) * 1000 * MS));
	assert_true(told_take(&t, p, "rate=5 lat=2", 12, 9000 * MS));
	assert_int_equal(t.ok, 5);
	assert_int_equal(t.latency_ns, 2 * MS);
	pattern_free(p);
}

/* A rate that comes to less than an operation a line is not lost. */
static void rates_add_up(void **state)
{
	struct pattern *p;
	struct error why;
	struct told t;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(pattern_new("(?<rate>[0-9.]+)", &p, &why), 0);
	told_begin(&t, 0);
	for (uint64_t ms = 100; ms <= 10000; ms += 100) {
		assert_true(told_take(&t, p, "2.5", 3, ms * MS));
		n += t.ok;
	}
	assert_in_range(n, 24, 25);
	pattern_free(p);
}

static void patterns(void **state)
{
	static const char endless[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	struct pattern *p;
	struct error why;

	(void)state;
	assert_int_equal(pattern_new("(unclosed", &p, &why), -EINVAL);
	assert_string_equal(why.message,
		"not a regular expression: missing closing parenthesis, at character 10");
	assert_int_equal(pattern_new("^(a+)+$", &p, &why), 0);
	assert_int_equal(pattern_find(p, "aaa", 3), 1);
	assert_int_equal(pattern_find(p, "b", 1), 0);
	assert_int_equal(pattern_find(p, endless, strlen(endless)), -E2BIG);
	pattern_free(p);
	/* What is to stand at the beginning won't come once there is something else; else it may.
	 */
	assert_int_equal(pattern_new("^\\+OK|^PONG$", &p, &why), 0);
	assert_true(pattern_may_come(p, "", 0));
	assert_true(pattern_may_come(p, "+", 1));
	assert_true(pattern_may_come(p, "PON", 3));
	assert_false(pattern_may_come(p, "-ERR", 4));
	pattern_free(p);
	assert_int_equal(pattern_new("\\+OK", &p, &why), 0);
	assert_true(pattern_may_come(p, "-ERR", 4));
	pattern_free(p);
	/* Text that is no UTF-8 is searched all the same. */
	assert_int_equal(pattern_new("PANIC", &p, &why), 0);
	assert_int_equal(pattern_find(p, "\xff\xfe PANIC", 8), 1);
	pattern_free(p);
}

static void kept_lines(void **state)
{
	_cleanup_free_ char *line = calloc(1, MAX_LINE);
	struct kept j = {}, before;
	struct pattern *p;
	struct error why;
	uint64_t n;

	(void)state;
	assert_int_equal(pattern_new("fsync", &p, &why), 0);
	kept_add(&j, 10, "could not fsync", 15);
	kept_add(&j, 20, "fine", 4);
	before = kept_share(&j);
	kept_add(&j, 30, "fsync again", 11);
	assert_int_equal(kept_count(&j, p, 0, UINT64_MAX, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(kept_count(&j, p, 10, 30, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(kept_count(&before, p, 0, UINT64_MAX, &n), 0);
	assert_int_equal(n, 1);
	memset(line, 'x', MAX_LINE);
	for (size_t all = 0; all <= MAX_KEPT; all += MAX_LINE)
		kept_add(&j, 40, line, MAX_LINE);
	assert_true(j.cut);
	assert_false(before.cut);
	assert_int_equal(kept_count(&j, p, 0, UINT64_MAX, &n), 0);
	assert_int_equal(n, 2);
	kept_done(&j);
	assert_int_equal(kept_count(&before, p, 0, UINT64_MAX, &n), 0);
	assert_int_equal(n, 1);
	kept_done(&before);
	pattern_free(p);
}

static void collect(const char *text, size_t size, void *context)
{
	strncat(context, text, size);
}

static void write_to(const char *path, const char *mode, const char *text)
{
	_cleanup_file_ FILE *f = fopen(path, mode);

	assert_non_null(f);
	fputs(text, f);
}

/* Appended to, moved away and made anew, emptied, gone and there again. */
static void rotation(void **state)
{
	char folder[] = "/tmp/jinx-tail-XXXXXX", path[64], old[64], seen[256] = "";
	struct tail t;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	snprintf(old, sizeof(old), "%s/log.1", folder);
	assert_int_equal(tail_open(&t, path), -ENOENT);
	assert_int_equal(tail_read(&t, collect, seen), 0);
	tail_close(&t);
	write_to(path, "w", "before\n");
	assert_int_equal(tail_open(&t, path), 0);
	write_to(path, "a", "one\n");
	assert_int_equal(tail_read(&t, collect, seen), 0);
	write_to(path, "a", "two\n");
	assert_int_equal(rename(path, old), 0);
	write_to(old, "a", "three\n");
	write_to(path, "w", "four\n");
	assert_int_equal(tail_read(&t, collect, seen), 0);
	write_to(path, "w", "5\n");
	assert_int_equal(tail_read(&t, collect, seen), 0);
	unlink(path);
	assert_int_equal(tail_read(&t, collect, seen), 0);
	write_to(path, "w", "six\n");
	assert_int_equal(tail_read(&t, collect, seen), 0);
	assert_int_equal(rename(path, old), 0);
	assert_int_equal(tail_read(&t, collect, seen), 0);
	write_to(old, "a", "seven\n"); /* as who hasn't been told yet does */
	assert_int_equal(tail_read(&t, collect, seen), 0);
	write_to(path, "w", "8\n");
	assert_int_equal(tail_read(&t, collect, seen), 0);
	write_to(old, "a", "nine\n");
	assert_int_equal(tail_read(&t, collect, seen), 0);
	assert_string_equal(seen, "one\ntwo\nthree\nfour\n5\nsix\nseven\n8\nnine\n");
	tail_close(&t);
	unlink(path);
	unlink(old);
	rmdir(folder);
}

static void on_line(const char *line, size_t size, void *context)
{
	collect(line, size, context);
	strcat(context, "|");
}

static void lines(void **state)
{
	struct lines l = {};
	char seen[128] = "";

	(void)state;
	lines_take(&l, "a\nbc", 4, on_line, seen);
	lines_take(&l, "d\r\ne\n\nf", 7, on_line, seen);
	assert_string_equal(seen, "a|bcd|e|");
	lines_end(&l, on_line, seen);
	assert_string_equal(seen, "a|bcd|e|f|");
}

/* The process of a workload tells in memory; what there is no room for is counted. */
static void telling(void **state)
{
	static const struct workload w;
	struct loader *l = loader_new(&w);
	struct loader_record r = {};

	(void)state;
	assert_non_null(l);
	assert_false(loader_read(l, &r));
	for (uint64_t i = 0; i < LOADER_RECORDS + 3; i++) {
		r.began_ns = i;
		loader_tell(l, &r);
	}
	assert_int_equal(l->untold, 3);
	for (uint64_t i = 0; i < LOADER_RECORDS; i++) {
		assert_true(loader_read(l, &r));
		assert_int_equal(r.began_ns, i);
	}
	assert_false(loader_read(l, &r));
	loader_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stall_shows_only_in_an_open_loop),
		cmocka_unit_test(what_waits_too_long_is_dropped),
		cmocka_unit_test(ledgers),
		cmocka_unit_test(nothing_lost),
		cmocka_unit_test(outages),
		cmocka_unit_test(load_tools),
		cmocka_unit_test(garbage_is_left_out),
		cmocka_unit_test(rates_add_up),
		cmocka_unit_test(patterns),
		cmocka_unit_test(kept_lines),
		cmocka_unit_test(rotation),
		cmocka_unit_test(lines),
		cmocka_unit_test(telling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
