// SPDX-License-Identifier: GPL-2.0
/* Partitions: who is cut off from whom, whichever way it is written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "kernel/plan.h"
#include "scenario/names.h"

#define A (1 << 0)
#define B (1 << 1)
#define C (1 << 2)
#define D (1 << 3)

static struct scenario *with_fault(const char *fault)
{
	struct scenario *s = NULL;
	struct error why = {};
	char text[512];
	int size = snprintf(text, sizeof(text),
		"jinx: 1\ntargets: {a: {cgroup: /a}, b: {cgroup: /b}, c: {cgroup: /c}, d: {cgroup: "
		"/d}}\n"
		"timeline: [{phase: p, for: 9s, faults: [{%s}]}]\n",
		fault);

	if (scenario_parse(text, size, "some", &s, &why))
		fail_msg("%s: %u:%u: %s", fault, why.place.line, why.place.column, why.message);
	return s;
}

/* The rows say of each target, whose packets don't reach it. */
static void between_targets(void **state)
{
	static const struct {
		const char *fault;
		uint16_t from[4];
		const char *described;
		unsigned int targets;
	} rows[] = {
		{"partition: [a, c]", {C, 0, A, 0}, "partition a | c", A | C},
		{"partition: [c, a]", {C, 0, A, 0}, "partition c | a", A | C},
		{"partition: {a, c}", {C, 0, A, 0}, "partition a | c", A | C},
		{"partition: [a, b, d]", {B | D, A | D, 0, A | B}, "partition a | b | d",
			A | B | D},
		{"partition: {from: a, to: b}", {0, A, 0, 0}, "partition a -> b", A | B},
		{"partition: {to: a, from: b}", {B, 0, 0, 0}, "partition b -> a", A | B},
		{"partition: {from: [a, b], to: [c, d]}", {0, 0, A | B, A | B},
			"partition a, b -> c, d", A | B | C | D},
		{"partition: {one: [a], two: [b, c]}", {B | C, A, A, 0}, "partition a | b, c",
			A | B | C},
		{"partition: {from: a, two: b}", {B, A, 0, 0}, "partition a | b", A | B},
		{"partition: {x: a, y: b, z: [c, d]}", {B | C | D, A | C | D, A | B, A | B},
			"partition a | b | c, d", A | B | C | D},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scenario *s = with_fault(rows[i].fault);
		const struct fault_spec *f = &s->faults[0];
		char text[80];

		assert_int_equal(f->fault, FAULT_PARTITION);
		for (int t = 0; t < 4; t++)
			if (f->partition.from[t] != rows[i].from[t])
				fail_msg("%s: target %d is kept from %x, wanted %x", rows[i].fault,
					t, f->partition.from[t], rows[i].from[t]);
		assert_int_equal(fault_targets(f), rows[i].targets);
		fault_describe(f, text, sizeof(text));
		assert_string_equal(text, rows[i].described);
		assert_int_equal(f->n_points, 2);
		scenario_free(s);
	}
}

/* There it is a drop of the one target's packets. */
static void towards_networks(void **state)
{
	static const struct {
		const char *fault;
		unsigned int target, n_networks;
		enum direction direction;
	} rows[] = {
		{"partition: {from: b, to: 10.0.0.0/8}", 1, 1, DIRECTION_EGRESS},
		{"partition: {from: 10.0.0.0/8, to: b}", 1, 1, DIRECTION_INGRESS},
		{"partition: [c, 10.0.0.0/8]", 2, 1, DIRECTION_BOTH},
		{"partition: {x: d, y: [10.0.0.0/8, 'fd00::/8', 192.0.2.1]}", 3, 3, DIRECTION_BOTH},
		{"partition: 10.0.0.0/8, target: c", 2, 1, DIRECTION_BOTH},
		{"partition: [10.0.0.0/8, 192.0.2.1], target: c", 2, 2, DIRECTION_BOTH},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scenario *s = with_fault(rows[i].fault);
		const struct fault_spec *f = &s->faults[0];

		assert_int_equal(f->fault, FAULT_DROP);
		assert_int_equal(f->target, rows[i].target);
		assert_int_equal(f->direction, rows[i].direction);
		assert_int_equal(f->where.n_networks, rows[i].n_networks);
		assert_int_equal(f->n_points, rows[i].direction == DIRECTION_BOTH ? 2 : 1);
		assert_int_equal(fault_targets(f), 1 << rows[i].target);
		scenario_free(s);
	}
}

/* What else a fault has, and a partition takes. */
static void with_the_rest(void **state)
{
	struct scenario *s = with_fault("partition: [a, b], where: {not: {port: 22}}, from: 1s, "
					"until: 2s, when: {chance: 50%, limit: 3}, optional: yes");

	(void)state;
	assert_int_equal(s->faults[0].from_ns, 1000000000);
	assert_int_equal(s->faults[0].trigger.limit, 3);
	assert_int_equal(s->faults[0].where.barred->n_ports, 1);
	assert_true(s->faults[0].optional);
	scenario_free(s);
}

/* It is a drop both ways, of all but what is excepted. */
static void from_all_but_a_list(void **state)
{
	struct scenario *s = with_fault("partition: {except: {port: [22, 80]}, isolate: c}");
	const struct fault_spec *f = &s->faults[0];
	char text[200];

	(void)state;
	assert_int_equal(f->fault, FAULT_DROP);
	assert_true(f->partition.isolates);
	assert_int_equal(f->direction, DIRECTION_BOTH);
	assert_int_equal(fault_targets(f), C);
	assert_int_equal(f->where.n_ports, 0);
	assert_non_null(f->where.barred);
	assert_int_equal(f->where.barred->n_ports, 2);
	fault_describe(f, text, sizeof(text));
	assert_string_equal(text, "drop egress, ingress, isolated");
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(between_targets),
		cmocka_unit_test(from_all_but_a_list),
		cmocka_unit_test(towards_networks),
		cmocka_unit_test(with_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
