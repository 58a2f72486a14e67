// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of an experiment: byte for byte what is in tests/unit/golden, of a plan with every
 * kind of thing in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "made_up.h"
#include "report/report.h"

static const char text[] =
	"jinx: 1\n"
	"name: everything\n"
	"about: What a report can tell\n"
	"targets:\n"
	"  shop: {command: [/bin/shop]}\n"
	"  other: {command: [/bin/other]}\n"
	"  load: {workload: true}\n"
	"workload: {exec: [/bin/ask]}\n"
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
	"  - {phase: never, for: 1s}\n";

struct made_up_report {
	struct scenario *s;
	struct caps caps;
	struct plan plan;
	struct report *r;
};

static void count(struct report *r, unsigned int rule)
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

static void load_phases(struct report *r)
{
	struct phase_report *p = r->phases;

	for (int i = 0; i < 3; i++) {
		p[i].reached = true;
		p[i].duration_ns = 1000000000ull + i * 123456789;
	}
	for (int i = 1; i <= 20; i++)
		histogram_add(&p[1].latency, i * 1234567);
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

static int set_up(void **state)
{
	struct made_up_report *m = calloc(1, sizeof(*m));
	struct error why;

	if (scenario_parse(text, sizeof(text) - 1, "made-up", &m->s, &why))
		fail_msg("%u:%u: %s", why.place.line, why.place.column, why.message);
	m->caps = caps_of(STOCK | SLEEPS | SPINS);
	plan_make(m->s, &m->caps, &m->plan);
	m->r = report_new(m->s, &m->plan, "c0ffee", 18446744073709551615ull >> 1);
	assert_non_null(m->r);
	for (unsigned int i = 0; i < m->plan.n_rules; i++)
		count(m->r, i);
	sleep_a_while(&m->r->sleeps[2]);
	load_phases(m->r);
	m->r->ready_ns = 123456789;
	m->r->events_lost = 12;
	m->r->missed = 3;
	m->r->commands[0] = (struct command_report){.ended = true, .status = 7 << 8};
	report_note(m->r, "target shop: the command exited with %d", 7);
	report_note(m->r, "target %s: \"quoted\", \\ and bytes that are no text", "\x01\xff");
	m->r->verdict = VERDICT_HELD;
	snprintf(m->r->reason, sizeof(m->r->reason), "1 injection; no expectations defined");
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct made_up_report *m = *state;

	report_free(m->r);
	scenario_free(m->s);
	free(m);
	return 0;
}

/* JINX_GOLDEN=1 writes it anew. */
static void check_golden(const char *name, const char *seen)
{
	char path[512], wanted[65536];
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

static char *table_of(const struct made_up_report *m)
{
	char *ret;
	size_t size;
	FILE *to = open_memstream(&ret, &size);

	assert_non_null(to);
	report_print(m->r, to);
	fclose(to);
	return ret;
}

static void table(void **state)
{
	_cleanup_free_ char *seen = table_of(*state);

	check_golden("report.table", seen);
}

static void json(void **state)
{
	const struct made_up_report *m = *state;
	_cleanup_free_ char *seen = report_json(m->r);

	check_golden("report.json", seen);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(table), TEST(json)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
