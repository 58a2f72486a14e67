// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of an experiment: byte for byte what is in tests/unit/golden, of a plan with every
 * kind of thing in it.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kernel/plan_meters.h"
#include "made_up.h"
#include "measure/ask.h"
#include "measure/measure.h"
#include "output/openmetrics.h"
#include "output/output.h"
#include "run/judge.h"

static const char text[] =
	"jinx: 1\n"
	"name: everything\n"
	"about: What a report can tell\n"
	"targets:\n"
	"  shop: {command: [/bin/shop]}\n"
	"  other: {command: [/bin/other]}\n"
	"  load: {workload: true}\n"
	"workload: {exec: [/bin/ask]}\n"
	"expect:\n"
	"  - \"success_rate >= 99%\"\n"
	"  - {that: \"p99 <= 1s\", name: fast, optional: true}\n"
	"  - {that: \"recovery_time <= 3s\", name: \"recovers <soon>\"}\n"
	"  - criteria/races\n"
	"  - {that: {exec: [./look, -v]}, name: look}\n"
	"guard:\n"
	"  - {stop: \"success_rate < 10%\", phases: [all]}\n"
	"timeline:\n"
	"  - {phase: warm, for: 1s}\n"
	"  - phase: inject\n"
	"    for: 2s\n"
	"    faults:\n"
	"      - {target: shop, fail: EIO, on: [read, write, openat], when: {chance: 10%}}\n"
	"      - {target: shop, fail: ENOSPC, at: exit, on: [fsync], optional: true}\n"
	"      - {target: other, delay: 5ms +- 1ms normal, on: [fsync, read]}\n"
	"      - {target: other, delay: 20us, on: write}\n"
	"      - {target: load, kill: SIGKILL, on: execve}\n"
	"      - {target: load, drop: egress}\n"
	"      - {target: load, fail: EPERM, on: [mkdir, rmdir, open, chdir, chroot, access]}\n"
	"  - {phase: recover, for: 1s}\n"
	"  - {phase: never, for: 1s}\n"
	"observe: [fsync, openat, getppid]\n";

struct made_up_report {
	struct scenario *s;
	struct caps caps;
	struct plan plan;
	struct measure *r;
};

static void count(struct measure *r, unsigned int rule)
{
	const struct planned_rule *p = &r->plan->rules[rule];

	for (unsigned int i = 0; i < p->n_bindings; i++) {
		struct counters *c = &r->counters[p->first_binding + i];

		/* Some points were never reached. */
		if (i % 3 == 2)
			continue;
		c->eligible = 1000 * (rule + 1) + i;
		c->matched = 100 * (rule + 1);
		c->by_reason[REASON_INJECTED] = 100 * (rule + 1) - 7;
		c->by_reason[REASON_CHANCE] = 4;
		c->by_reason[REASON_SHADOWED] = 3;
	}
}

static void sleep_a_while(struct sleeps *s)
{
	s->slept = 3;
	s->cut_short = 1;
	s->late_sum_ns = 4500;
	s->late_max_ns = 2500;
	s->late[histogram_bucket(500)]++;
	s->late[histogram_bucket(1500)]++;
	s->late[histogram_bucket(2500)]++;
}

static void load_phases(struct measure *r)
{
	struct phase_report *p = r->phases;

	for (int i = 0; i < 3; i++) {
		p[i].reached = true;
		p[i].duration_ns = 1000000000ull + i * 123456789;
	}
	for (int i = 1; i <= 20; i++)
		histogram_add(&p[1].latency, i * 1234567);
	r->pressure[1] = (struct pressure){{0.5, NAN, 0.01}};
	p[1].operations = 20;
	p[1].failed = 14;
	for (int i = 0; i < 12; i++)
		failures_add(&p[1].failures, false, (i + 1) << 8);
	failures_add(&p[1].failures, true, 0);
	failures_add(&p[1].failures, false, 11);
	histogram_add(&p[2].latency, 1000000);
	p[2].operations = 1;
	p[2].unfinished = 2;
	p[2].recovery_ns = 1500000;
}

static void add_calls(struct meter_row *row, unsigned int n, uint64_t ns)
{
	row->begun += n;
	row->sum_ns += n * ns;
	row->max_ns = row->max_ns > ns ? row->max_ns : ns;
	row->buckets[histogram_bucket(ns) - METER_FIRST_BUCKET] += n;
}

static unsigned int meter_of(const struct made_up_report *m, enum point p)
{
	unsigned int i = 0;

	while (m->plan.meters[i].at.point != p)
		i++;
	return i;
}

/* Of the point those of a target in a phase; `by` is added by delays. */
static void call(struct made_up_report *m, enum point p, unsigned int target, unsigned int phase,
	unsigned int n, uint64_t ns, uint64_t by)
{
	unsigned int i = meter_of(m, p), natural = meter_natural_row(&m->plan, i, target, phase);

	add_calls(&m->r->calls[meter_row(&m->plan, i, target, phase)], n, ns + by);
	if (natural != NO_ROW)
		add_calls(&m->r->calls[natural], n, ns);
}

static void make_calls(struct made_up_report *m)
{
	struct meter_row *row;

	call(m, POINT_openat, 0, 0, 1000, 1500, 0);
	call(m, POINT_openat, 0, 1, 10000, 2000, 0);
	call(m, POINT_fsync, 1, 0, 3, 900000, 0);
	call(m, POINT_fsync, 1, 1, 2, 900000, 5000000);
	call(m, POINT_fsync, 1, 1, 98, 800000, 5000000);
	row = &m->r->calls[meter_row(&m->plan, meter_of(m, POINT_openat), 0, 1)];
	row->errors[ENOSPC] = 2000;
	row->errors[EINTR] = 3;
	row->errors[0] = 1;
	row->begun += 2;
}

static int set_up(void **state)
{
	struct made_up_report *m = calloc(1, sizeof(*m));
	struct error why;

	if (scenario_parse(text, sizeof(text) - 1, "made-up", &m->s, &why))
		fail_msg("%u:%u: %s", why.place.line, why.place.column, why.message);
	m->caps = caps_of(STOCK | GATED | SPUN | BIT(FEXIT));
	plan_make(m->s, &m->caps, &m->plan);
	m->r = measure_new(m->s, &m->plan, "c0ffee", 18446744073709551615ull >> 1);
	assert_non_null(m->r);
	for (unsigned int i = 0; i < m->plan.n_rules; i++)
		count(m->r, i);
	sleep_a_while(&m->r->sleeps[2]);
	load_phases(m->r);
	m->r->expectations[0].judged =
		(struct judged){TRUTH_FALSE, 0.3, 0.99, 0, DIMENSION_RATIO, 20, ""};
	m->r->expectations[1].judged = (struct judged){
		TRUTH_UNKNOWN, NAN, 1e9, 0, DIMENSION_TIME, 6, "n = 6, at least 100 are needed"};
	m->r->expectations[2].judged =
		(struct judged){TRUTH_FALSE, INFINITY, 3e9, 0, DIMENSION_TIME, 0, ""};
	m->r->expectations[3].judged =
		(struct judged){TRUTH_TRUE, 0, 0, 0, DIMENSION_NUMBER, 20, ""};
	m->r->expectations[4].judged = (struct judged){TRUTH_TRUE, NAN, NAN};
	m->r->guards[0] = (struct guard_report){
		true, 2500000000, {TRUTH_TRUE, 0.05, 0.1, 0, DIMENSION_RATIO, 20, ""}};
	make_calls(m);
	m->r->ready_ns = 123456789;
	m->r->host = "made-up";
	m->r->began_at = 1767225600;
	m->r->events_lost = 12;
	m->r->missed = 3;
	m->r->commands[0] = (struct command_report){.ended = true, .status = 7 << 8};
	measure_note(m->r, "target shop: the command exited with %d", 7);
	measure_note(m->r, "target %s: \"quoted\", \\ and bytes that are no text", "\x01\xff");
	m->r->judgement.verdict = VERDICT_HELD;
	snprintf(m->r->judgement.reason, sizeof(m->r->judgement.reason),
		"1 injection; no expectations defined");
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct made_up_report *m = *state;

	measure_free(m->r);
	scenario_free(m->s);
	free(m);
	return 0;
}

/* JINX_GOLDEN=1 writes it anew. */
static void check_golden(const char *name, const char *seen)
{
	char path[512], wanted[131072];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/unit/golden/%s", JINX_SOURCE_DIR, name);
	f = fopen(path, getenv("JINX_GOLDEN") ? "w+" : "r");
	assert_non_null(f);
	if (getenv("JINX_GOLDEN")) {
		fputs(seen, f);
		rewind(f);
	}
	n = fread(wanted, 1, sizeof(wanted) - 1, f);
	wanted[n] = '\0';
	fclose(f);
	assert_string_equal(seen, wanted);
}

static char *write_format(const struct snapshot *s, const struct output_format *format)
{
	char *ret;
	size_t size;
	FILE *to = open_memstream(&ret, &size);

	assert_non_null(to);
	assert_int_equal(format->write(s, to), 0);
	fclose(to);
	return ret;
}

static void check_format(const struct snapshot *s, const struct output_format *format)
{
	_cleanup_free_ char *seen = write_format(s, format);
	char name[64];

	snprintf(name, sizeof(name), "report.%s", format->name);
	check_golden(name, seen);
}

static void check_exposition(const struct snapshot *s, const char *name, enum exposition how,
	const struct exposed_moment *m)
{
	_cleanup_free_ char *seen = NULL;
	size_t size;
	FILE *to = open_memstream(&seen, &size);

	assert_non_null(to);
	write_metrics(s, m, how, to);
	fclose(to);
	check_golden(name, seen);
}

/* 80 columns, but for names that are longer than their column. */
static void fits(const struct snapshot *s)
{
	_cleanup_free_ char *shown = write_format(s, &output_narrow);

	for (char *line = strtok(shown, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 80)
			fail_msg("too long: %s", line);
}

/* Of four runs, of which one had no operation and one never recovered. */
static struct trend *trend(void)
{
	struct trend *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	*t = (struct trend){.n_runs = 4,
		.n_rows = 2,
		.rows = {{"success_rate", DIMENSION_RATIO, {0.9, NAN, 1, 0.3}},
			{"recovery_time", DIMENSION_TIME, {1e9, 2e9, INFINITY, 1.5e9}}}};
	return t;
}

/* Also when what it was taken of has gone. */
static void formats(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);

	assert_non_null(s);
	measure_free(m->r);
	scenario_free(m->s);
	m->r = NULL;
	m->s = NULL;
	memset(&m->plan, 0xa5, sizeof(m->plan));
	memset(&m->caps, 0xa5, sizeof(m->caps));
	s->trend = trend();
	check_format(s, &output_table);
	check_format(s, &output_narrow);
	fits(s);
	for (int i = 0; i < NR_OUTPUTS; i++)
		check_format(s, &output_formats[i]);
	check_exposition(s, "report.openmetrics", EXPOSITION_OPENMETRICS,
		&(struct exposed_moment){true, 1, "0.1"});
	check_exposition(s, "report.prometheus", EXPOSITION_PROMETHEUS,
		&(struct exposed_moment){false, -1, "0.1"});
	snapshot_free(s);
}

static void ask(const struct metric *m, void *snapshot, struct measured *ret)
{
	snapshot_ask(snapshot, m, ret);
}

/* What expectations are told of calls that the kernel measured. */
static void asked_of_calls(void **state)
{
	static const struct {
		const char *that, *says; /* what it comes to, and why */
	} all[] = {
		{"calls[openat] == 10000", "true: 10000"},
		{"calls[openat](all) == 11000", "true: 11000"},
		{"calls[openat](recover) == 0", "true: 0"},
		{"errors[openat] == 2004", "true: 2004, n = 10000"},
		{"errors[openat, ENOSPC] == 2000", "true: 2000, n = 10000"},
		{"errors[openat, EINTR] / calls[openat] <= 0.0003", "true: 0.03%, n = 10000"},
		{"errors[openat, EIO] == 0", "true: 0, n = 10000"},
		{"errors[openat](recover) == 0", "unknown: no such call was made in it"},
		/* Of a bucket it says the end, or the longest of all. */
		{"p99[fsync] >= 5.898ms", "true: 5.9ms, n = 100"},
		{"p99[fsync, natural] < 1ms", "true: 900us, n = 100"},
		{"max[fsync] == 5.9ms", "true: 5.9ms, n = 100"},
		{"max[fsync, natural] == 900us", "true: 900us, n = 100"},
		{"avg[fsync] - avg[fsync, natural] == 5ms", "true: 5ms, n = 100"},
		{"min[fsync, natural](warm) <= 900us", "true: 900us, n = 3"},
		{"p99[fsync](warm) < 1s", "unknown: too few: at least 100 are needed, n = 3"},
		{"calls[getppid] == 0", "unknown: not measured: fexit: the call has no traceable "
					"function; kretprobe: no; sys-exit: no"},
		{"calls[fsync](never) == 0", "unknown: phase never was not reached"},
		{"calls[read] == 0", "unknown: it was not measured"},
	};
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);
	struct scenario_names names;

	assert_non_null(s);
	scenario_names(m->s, &names);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct condition *c;
		struct error why;
		struct judged j;
		char told[400], wanted[400];

		if (condition_parse(all[i].that, &names.names, &c, &why))
			fail_msg("%s: %s", all[i].that, why.message);
		condition_evaluate(c, 0, ask, s, &j);
		judged_text(c, &j, told, sizeof(told));
		snprintf(wanted, sizeof(wanted), "%s: %s", all[i].that, all[i].says);
		assert_string_equal(told, wanted);
		condition_free(c);
	}
	snapshot_free(s);
}

/* What happens later is not in it. */
static void immutable(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);
	uint64_t injected = snapshot_sum(s, METRIC_injected);
	_cleanup_free_ char *before = write_format(s, &output_formats[OUTPUT_json]), *after = NULL;

	m->r->counters[0].by_reason[REASON_INJECTED]++;
	m->r->phases[1].operations++;
	m->r->sleeps[2].slept++;
	measure_note(m->r, "and then");
	after = write_format(s, &output_formats[OUTPUT_json]);
	assert_string_equal(before, after);
	assert_int_equal(snapshot_sum(s, METRIC_injected), injected);
	snapshot_free(s);
	s = snapshot_take(m->r);
	assert_int_equal(snapshot_sum(s, METRIC_injected), injected + 1);
	snapshot_free(s);
}

/* Each row of metrics.def: of the right size, and a number where there is one. */
static void numbers(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);

	assert_int_equal(snapshot_size(s, METRIC_OF_RUN), 1);
	assert_int_equal(snapshot_size(s, METRIC_OF_PHASE), 4);
	assert_int_equal(snapshot_size(s, METRIC_OF_RULE), 7);
	assert_int_equal(snapshot_size(s, METRIC_OF_BINDING), m->plan.n_bindings);
	assert_int_equal(snapshot_size(s, METRIC_OF_TARGET), 3);
	assert_int_equal(snapshot_size(s, METRIC_OF_LOAD), 1);
	assert_int_equal(snapshot_size(s, METRIC_OF_WORKLOAD), 4);
	assert_int_equal(snapshot_size(s, METRIC_OF_PRESSURE), 12);
	assert_true(snapshot_value(s, METRIC_pressure_cpu, 1) == 0.5);
	assert_true(isnan(snapshot_value(s, METRIC_pressure_cpu, 2)));
	assert_true(snapshot_value(s, METRIC_operations, 1) == 20);
	assert_true(fabs(snapshot_value(s, METRIC_success_rate, 1) - 0.3) < 1e-9);
	assert_true(isnan(snapshot_value(s, METRIC_success_rate, 0)));
	assert_true(snapshot_value(s, METRIC_exit_code, 0) == 7);
	assert_true(isnan(snapshot_value(s, METRIC_exit_code, 1)));
	assert_int_equal(s->numbers[METRIC_latency].histograms[1].count, 20);
	assert_int_equal(s->numbers[METRIC_late].histograms[2].sum, 4500);
	for (int i = 0; i < NR_METRICS; i++)
		assert_true(*metrics[i].name && *metrics[i].unit && *metrics[i].about);
	snapshot_free(s);
}

/* Whatever the others come to: what is false first, then what is unknown. */
static void set_all(struct measure *r, enum truth truth)
{
	for (unsigned int i = 0; i < r->scenario->judging.n_expectations; i++)
		r->expectations[i].judged.truth = truth;
}

static void judged(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s = snapshot_take(m->r);
	struct judgement j;
	char reason[128];

	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_DEVIATED);
	assert_string_equal(j.reason, "success_rate >= 99%: 30%, bound 99%, n = 20; and 1 more");
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_ABORTED, "guard x"};
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_DEVIATED);
	assert_string_equal(
		j.reason, "success_rate >= 99%: 30%, bound 99%, n = 20; and 1 more; guard x");
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_FAILED, "broken"};
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_FAILED);
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_HELD, ""};
	set_all(m->r, TRUTH_TRUE);
	m->r->expectations[1].judged.truth = TRUTH_UNKNOWN; /* optional */
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_HELD);
	snprintf(reason, sizeof(reason), "%llu injections; 5 expectations true",
		(unsigned long long)snapshot_sum(s, METRIC_injected));
	assert_string_equal(j.reason, reason);
	s->observed = true;
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.reason, "no fault would have fired");
	snapshot_free(s);
	m->r->expectations[0].judged.truth = TRUTH_UNKNOWN;
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	snapshot_free(s);
	m->r->phases[0].operations = m->r->phases[0].failed = 2;
	failures_add(&m->r->phases[0].failures, false, 3 << 8);
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.reason,
		"every operation of phase warm failed, before any fault: the last with exit 3");
	snapshot_free(s);
	m->r->judgement = (struct judgement){VERDICT_ABORTED, "ended by jinx stop"};
	s = snapshot_take(m->r);
	judge(s, &j);
	assert_int_equal(j.verdict, VERDICT_ABORTED);
	assert_string_equal(j.reason, "ended by jinx stop");
	snapshot_free(s);
}

#define HOUR_NS 3600000000000ull
#define OPERATIONS 720000u

/* The page of an hour's run can be sent to somebody: its charts have as many columns as a short
 * one's. */
static void page_of_an_hour(void **state)
{
	struct made_up_report *m = *state;
	struct snapshot *s;

	for (unsigned int i = 0; i < OPERATIONS; i++) {
		uint64_t at = 1 + i * (HOUR_NS / OPERATIONS), phase = i / (OPERATIONS / 3);
		struct sample one = {at, at, at + 1000000 + i * 7919ull % 5000000,
			i % 13 ? SAMPLE_OK : SAMPLE_FAILED, phase};

		assert_int_equal(samples_add(&m->r->workloads[0].samples, &one), 0);
	}
	m->r->began_ns = 1;
	for (unsigned int i = 0; i < 3; i++) {
		m->r->phases[i].began_ns = 1 + i * (HOUR_NS / 3);
		m->r->phases[i].duration_ns = HOUR_NS / 3;
	}
	s = snapshot_take(m->r);
	assert_non_null(s);
	for (int i = 0; i < NR_OUTPUTS; i++)
		if (!strcmp(output_formats[i].name, "html")) {
			_cleanup_free_ char *page = write_format(s, &output_formats[i]);

			assert_non_null(strstr(page, "operations a second over time"));
			assert_in_range(strlen(page), 10000, (1 << 20) - 1);
			print_message("an hour's page has %zu bytes\n", strlen(page));
		}
	snapshot_free(s);
}

/* docs/report.md has a row, in which the name stands in backquotes, for each number of the JSON. */
static void documented(void **state)
{
	_cleanup_free_ char *docs = calloc(1, 1 << 20);
	_cleanup_file_ FILE *f = fopen(JINX_SOURCE_DIR "/docs/report.md", "r");

	(void)state;
	assert_non_null(f);
	assert_true(fread(docs, 1, (1 << 20) - 1, f) > 0);
	for (int i = 0; i < NR_METRICS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "`%s`", metrics[i].name);
		if (metrics[i].kind != METRIC_HISTOGRAM && !strstr(docs, name))
			fail_msg("docs/report.md does not tell of %s", name);
	}
	for (int i = 0; i < NR_OUTPUTS; i++)
		if (!strstr(docs, output_formats[i].option))
			fail_msg("docs/report.md does not tell of --%s", output_formats[i].option);
}

/* What is to be used up and never held anything has not fired, whatever was begun. */
static void nothing_used_up(void **state)
{
	struct scenario *s =
		scenario_of("{exhaust: {memory: 20M}}, {exhaust: {cpu: 10%}}", "{cgroup: /some}");
	struct caps caps = caps_of(BIT(HOG));
	struct plan *plan = malloc(sizeof(*plan));
	struct snapshot *snapshot;
	struct judgement j;
	struct measure *m;

	(void)state;
	assert_non_null(plan);
	plan_make(s, &caps, plan);
	m = measure_new(s, plan, "c0ffee", 1);
	assert_non_null(m);
	for (int i = 0; i < 3; i++) {
		m->judgement = (struct judgement){VERDICT_HELD, ""};
		m->counters[plan->rules[0].first_binding].by_reason[REASON_INJECTED] = 1;
		m->counters[plan->rules[1].first_binding].by_reason[REASON_INJECTED] = i == 1;
		m->taken[0].held = i == 2 ? 4096 : 0;
		snapshot = snapshot_take(m);
		judge(snapshot, &j);
		assert_int_equal(j.verdict, i ? VERDICT_HELD : VERDICT_INCONCLUSIVE);
		assert_string_equal(
			j.reason, i == 1 ? "2 injections; no expectations defined"
				  : i	 ? "1 injection; no expectations defined"
					 : "nothing could be used up: no fault has had an effect");
		assert_int_equal(snapshot_fired_by(snapshot, 0), i == 2);
		snapshot_free(snapshot);
	}
	measure_free(m);
	free(plan);
	scenario_free(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(formats), TEST(page_of_an_hour),
		TEST(asked_of_calls), TEST(immutable), TEST(numbers), TEST(judged),
		cmocka_unit_test(nothing_used_up), cmocka_unit_test(documented)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
