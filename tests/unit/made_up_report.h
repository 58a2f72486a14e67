/* SPDX-License-Identifier: GPL-2.0 */
/* An experiment that has run, with every kind of thing in it, as fixture of tests. */
#ifndef MADE_UP_REPORT_H
#define MADE_UP_REPORT_H

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
#include "measure/measure.h"

static const char made_up_text[] =
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

	if (scenario_parse(made_up_text, sizeof(made_up_text) - 1, "made-up", &m->s, &why))
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
