// SPDX-License-Identifier: GPL-2.0
/* What is told and asked of what was measured from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "made_up.h"
#include "measure/ask.h"
#include "measure/measure.h"
#include "output/output.h"

#define MS 1000000ull
#define S (1000 * MS)

static const char text[] =
	"jinx: 1\n"
	"name: outside\n"
	"targets:\n"
	"  db: {command: [/bin/db]}\n"
	"  load: {workload: reads}\n"
	"workloads:\n"
	"  reads: {http: 'http://127.0.0.1/', concurrency: 2}\n"
	"  writes: {exec: ./put, rate: 50/s, verify: {exec: ./list}}\n"
	"probes:\n"
	"  health: {http: 'http://127.0.0.1/health', every: 100ms}\n"
	"  never: {exec: nobody}\n"
	"logs: {db: {target: db}, gone: {file: /none}}\n"
	"timeline:\n"
	"  - {phase: warm, for: 1s}\n"
	"  - {phase: inject, for: 1s, faults: [{target: db, fail: EIO, on: read}]}\n"
	"  - {phase: recover, for: 1s}\n";

struct made_up_report {
	struct scenario *s;
	struct caps caps;
	struct plan plan;
	struct measure *m;
	struct snapshot *now;
};

static void add_run(struct probe_report *p, uint64_t ms, enum sample_result result)
{
	const struct sample one = {.planned_ns = ms * MS,
		.start_ns = ms * MS,
		.end_ns = ms * MS + 2 * MS,
		.result = result,
		.phase = ms / 1000 - 1};

	probe_add(p, &one);
}

static void fill_probes(struct measure *m)
{
	/* From 2 s on one phase after the other: it fails from 2.0 to 2.3 s, and from 3.8 s on. */
	for (uint64_t ms = 1000; ms < 4000; ms += 100)
		add_run(&m->probes[0], ms,
			(ms >= 2000 && ms < 2300) || ms >= 3800 ? SAMPLE_FAILED : SAMPLE_OK);
	failures_add_way(&m->probes[0].failures, WAY_HTTP, 503, 4);
	failures_add_way(&m->probes[0].failures, WAY_TIMEOUT, 0, 1);
	m->probes[0].longest_outage_ns = 302 * MS;
	m->probes[0].outage_ns = 0; /* the report's would go by the clock */
	add_run(&m->probes[1], 1000, SAMPLE_INDETERMINATE);
	snprintf(m->probes[1].why, sizeof(m->probes[1].why), "it exited with 127");
}

static void fill_workloads(struct measure *m)
{
	struct phase_report *p = measure_load(m, 1, 1);

	p->operations = 50;
	p->failed = 3;
	p->indeterminate = 2;
	for (int i = 1; i <= 50; i++)
		histogram_add(&p->latency, i * MS);
	failures_add_way(&p->failures, WAY_PROCESS, 75 << 8, 2);
	failures_add_way(&p->failures, WAY_PROCESS, 1 << 8, 1);
	m->workloads[1].late = 7;
	m->workloads[1].dropped = 1;
	m->workloads[1].verified = (struct verified){.asked = true,
		.known = true,
		.acknowledged = 47,
		.found = 46,
		.lost = 2,
		.unexpected = 1,
		.loss_window_s = 0.25};
}

static int set_up(void **state)
{
	struct made_up_report *r = calloc(1, sizeof(*r));
	struct error why;

	if (scenario_parse(text, sizeof(text) - 1, "made-up", &r->s, &why))
		fail_msg("%u:%u: %s", why.place.line, why.place.column, why.message);
	r->caps = caps_of(STOCK | GATED);
	plan_make(r->s, &r->caps, &r->plan);
	r->m = measure_new(r->s, &r->plan, "c0ffee", 7);
	r->m->began_at = 1767225600;
	assert_non_null(r->m);
	for (int i = 0; i < 3; i++) {
		r->m->phases[i].reached = true;
		r->m->phases[i].began_ns = (i + 1) * S;
		r->m->phases[i].duration_ns = S;
	}
	fill_probes(r->m);
	fill_workloads(r->m);
	kept_add(&r->m->logs[0].kept, 1500 * MS, "ready", 5);
	kept_add(&r->m->logs[0].kept, 2500 * MS, "PANIC: could not fsync", 22);
	snprintf(r->m->logs[1].why, sizeof(r->m->logs[1].why), "the file can't be read");
	r->m->targets[0] = (struct target_report){.looked = true,
		.alive = true,
		.restarts = 1,
		.absent_ns = 250 * MS,
		.has_cpu = true,
		.cpu_ns = 1500 * MS};
	r->m->commands[0] = (struct command_report){.ended = true, .status = 9};
	r->now = snapshot_take(r->m);
	assert_non_null(r->now);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct made_up_report *r = *state;

	snapshot_free(r->now);
	measure_free(r->m);
	scenario_free(r->s);
	free(r);
	return 0;
}

/* JINX_GOLDEN=1 writes it anew. */
static void check_golden(const struct snapshot *s, const struct output_format *format)
{
	_cleanup_free_ char *seen = NULL, *wanted = calloc(1, 1 << 16);
	char path[512];
	size_t size;
	FILE *f = open_memstream(&seen, &size);

	assert_int_equal(format->write(s, f), 0);
	fclose(f);
	snprintf(path, sizeof(path), "%s/tests/unit/golden/outside.%s", JINX_SOURCE_DIR,
		format->name);
	f = fopen(path, getenv("JINX_GOLDEN") ? "w+" : "r");
	assert_non_null(f);
	if (getenv("JINX_GOLDEN")) {
		fputs(seen, f);
		rewind(f);
	}
	assert_true(fread(wanted, 1, (1 << 16) - 1, f) > 0);
	fclose(f);
	assert_string_equal(seen, wanted);
}

static void formats(void **state)
{
	struct made_up_report *r = *state;

	check_golden(r->now, &output_table);
	check_golden(r->now, &output_narrow);
	check_golden(r->now, &output_formats[OUTPUT_json]);
}

static const struct metric_row *row_of(enum metric_subject subject, const char *name)
{
	for (size_t i = 0; i < n_expect_metrics; i++)
		if (expect_metrics[i].subject == subject && !strcmp(expect_metrics[i].name, name))
			return &expect_metrics[i];
	fail_msg("there is no metric %s", name);
	return NULL;
}

static struct measured ask(const struct made_up_report *r, enum metric_subject subject,
	const char *name, int object, enum scope_kind scope, char *pattern)
{
	const struct metric m = {.row = row_of(subject, name),
		.object = object,
		.scope = scope,
		.point = -1,
		.pattern = pattern};
	struct measured ret;

	snapshot_ask(r->now, &m, &ret);
	return ret;
}

static void is(struct measured got, long long number)
{
	if (!got.known)
		fail_msg("%s", got.why);
	assert_int_equal((long long)got.value, number);
}

static void probes(void **state)
{
	const struct made_up_report *r = *state;
	struct measured never;

	is(ask(r, OF_PROBE, "failures", 0, SCOPE_ALL, NULL), 5);
	is(ask(r, OF_PROBE, "failures", 0, SCOPE_INJECT, NULL), 3);
	is(ask(r, OF_PROBE, "failures", 0, SCOPE_BASELINE, NULL), 0);
	is(ask(r, OF_PROBE, "max_consecutive_failures", 0, SCOPE_INJECT, NULL), 3);
	is(ask(r, OF_PROBE, "longest_outage", 0, SCOPE_INJECT, NULL), 302 * MS);
	/* One that isn't over lasts to the end of the scope. */
	is(ask(r, OF_PROBE, "longest_outage", 0, SCOPE_RECOVER, NULL), 200 * MS);
	is(ask(r, OF_PROBE, "value", 0, SCOPE_INJECT, NULL), 1);
	is(ask(r, OF_PROBE, "value", 0, SCOPE_RECOVER, NULL), 0);
	never = ask(r, OF_PROBE, "success_rate", 1, SCOPE_ALL, NULL);
	assert_false(never.known);
	assert_string_equal(never.why, "probe never could not be asked: it exited with 127");
	assert_false(ask(r, OF_PROBE, "failures", 1, SCOPE_INJECT, NULL).known);
}

static void targets(void **state)
{
	const struct made_up_report *r = *state;

	is(ask(r, OF_TARGET, "restarts", 0, SCOPE_ALL, NULL), 1);
	is(ask(r, OF_TARGET, "alive", 0, SCOPE_ALL, NULL), 1);
	is(ask(r, OF_TARGET, "signal", 0, SCOPE_ALL, NULL), 9);
	is(ask(r, OF_TARGET, "exit_code", 0, SCOPE_ALL, NULL), 137);
	is(ask(r, OF_TARGET, "cpu_seconds", 0, SCOPE_ALL, NULL), 1500 * MS);
	is(ask(r, OF_TARGET, "longest_absence", 0, SCOPE_ALL, NULL), 250 * MS);
	assert_false(ask(r, OF_TARGET, "longest_absence", 1, SCOPE_ALL, NULL).known);
	assert_false(ask(r, OF_TARGET, "oom_kills", 0, SCOPE_ALL, NULL).known);
	assert_false(ask(r, OF_TARGET, "restarts", 1, SCOPE_ALL, NULL).known);
}

/* Without a name: of those of which it is known. */
static void all_targets(void **state)
{
	struct made_up_report *r = *state;

	is(ask(r, OF_TARGET, "restarts", -1, SCOPE_ALL, NULL), 1);
	is(ask(r, OF_TARGET, "alive", -1, SCOPE_ALL, NULL), 1);
	assert_false(ask(r, OF_TARGET, "oom_kills", -1, SCOPE_ALL, NULL).known);
	r->m->targets[1] = (struct target_report){.looked = true, .restarts = 2};
	snapshot_free(r->now);
	r->now = snapshot_take(r->m);
	assert_non_null(r->now);
	is(ask(r, OF_TARGET, "restarts", -1, SCOPE_ALL, NULL), 3);
	is(ask(r, OF_TARGET, "alive", -1, SCOPE_ALL, NULL), 0);
}

static void logs(void **state)
{
	const struct made_up_report *r = *state;
	struct measured gone = ask(r, OF_LOG, "log", 1, SCOPE_ALL, "x");

	is(ask(r, OF_LOG, "log", 0, SCOPE_ALL, "PANIC|ready"), 2);
	is(ask(r, OF_LOG, "log", 0, SCOPE_INJECT, "PANIC|ready"), 1);
	is(ask(r, OF_LOG, "log", 0, SCOPE_RECOVER, "PANIC"), 0);
	assert_false(gone.known);
	assert_string_equal(gone.why, "log gone: the file can't be read");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(formats), TEST(probes), TEST(targets), TEST(all_targets), TEST(logs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
