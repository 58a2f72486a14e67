// SPDX-License-Identifier: GPL-2.0
/* Bursts of injections, and the trace that is sent of a run; tests/cases/trace has a receiver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/cleanup.h"
#include "output/otlp.h"

#define MS 1000000ull
#define S (1000 * MS)

static void look(struct bursts *b, uint64_t ns, uint64_t first, uint64_t second)
{
	bursts_look(b, (uint64_t[]){first, second}, 2, 50 * MS, ns);
}

static void bursts(void **state)
{
	static struct bursts b;

	(void)state;
	look(&b, 100 * MS, 3, 0); /* before the first look there were some */
	look(&b, 200 * MS, 3, 1);
	look(&b, 1100 * MS, 5, 1); /* a second later: the same */
	look(&b, 2200 * MS, 6, 1); /* longer */
	assert_int_equal(b.n, 3);
	assert_int_equal(b.all[0].from_ns, 50 * MS);
	assert_int_equal(b.all[0].to_ns, 1100 * MS);
	assert_int_equal(b.all[0].injected, 5);
	assert_int_equal(b.all[1].rule, 1);
	assert_int_equal(b.all[1].from_ns, 100 * MS);
	assert_int_equal(b.all[2].from_ns, 1100 * MS);
	assert_int_equal(b.all[2].injected, 1);
	for (uint64_t i = 1; i <= 300; i++)
		look(&b, (2 + 2 * i) * S, 6 + i, 1);
	assert_int_equal(b.n, MAX_BURSTS);
	assert_int_equal(b.left, 300 - (MAX_BURSTS - 3));
}

/* A run of one phase with one rule. */
struct run {
	struct snapshot_phase phase;
	struct snapshot_rule rule;
	struct snapshot_target target;
	uint64_t operations, failed, injected;
	struct snapshot s;
	struct bursts bursts;
	struct otlp_trace t;
};

static json_t *span_of(struct run *r, const char *parent, unsigned int i)
{
	_cleanup_free_ char *text = NULL;
	json_t *all, *ret;

	r->phase = (struct snapshot_phase){"hurt", ROLE_INJECT, true, false, 10 * S, 12 * S, {}};
	r->rule = (struct snapshot_rule){.text = "fail EIO on \xff"};
	r->target = (struct snapshot_target){.name = "db"};
	r->s.phases = &r->phase;
	r->s.rules = &r->rule;
	r->s.targets = &r->target;
	r->s.n_phases = r->s.n_rules = r->s.n_targets = r->s.n_bindings = 1;
	r->s.name = "a \"name\"";
	r->s.kernel = "6.1";
	r->s.began_ns = 10 * S;
	strcpy(r->s.id, "c0ffee");
	r->s.numbers[METRIC_operations].counts = &r->operations;
	r->s.numbers[METRIC_failed].counts = &r->failed;
	r->s.numbers[METRIC_injected].counts = &r->injected;
	r->bursts.n = 1;
	/* From the look before the phase to the one after it. */
	r->bursts.all[0] = (struct burst){0, 10 * S - 80 * MS, 12 * S + 20 * MS, 7};
	r->t = (struct otlp_trace){
		&r->s, &r->bursts, 1700000000 * (int64_t)S, 13 * S, parent, "0.1"};
	text = otlp_text(&r->t);
	assert_non_null(text);
	all = json_loads(text, 0, NULL);
	assert_non_null(all);
	ret = json_object_get(
		json_array_get(json_object_get(all, "resourceSpans"), 0), "scopeSpans");
	ret = json_array_get(json_object_get(json_array_get(ret, 0), "spans"), i);
	json_incref(ret);
	json_decref(all);
	return ret;
}

static const char *field(const json_t *span, const char *name)
{
	return json_string_value(json_object_get(span, name)) ?: "";
}

static void spans(void **state)
{
	struct run r = {.s.judgement = {VERDICT_HELD, "fine"}};
	json_t *root, *phase, *burst, *none;

	(void)state;
	root = span_of(&r, NULL, 0);
	phase = span_of(&r, NULL, 1);
	burst = span_of(&r, NULL, 2);
	none = span_of(&r, NULL, 3);
	assert_null(none);
	assert_string_equal(field(root, "name"), "experiment a \"name\"");
	assert_string_equal(field(root, "startTimeUnixNano"), "1700000010000000000");
	assert_string_equal(field(root, "endTimeUnixNano"), "1700000013000000000");
	assert_int_equal(strlen(field(root, "traceId")), 32);
	assert_int_equal(strlen(field(root, "spanId")), 16);
	assert_int_equal(json_integer_value(json_object_get(root, "kind")), 1);
	assert_null(json_object_get(root, "status"));
	assert_null(json_object_get(root, "parentSpanId"));
	assert_string_equal(field(phase, "parentSpanId"), field(root, "spanId"));
	assert_string_equal(field(phase, "traceId"), field(root, "traceId"));
	assert_string_equal(field(phase, "endTimeUnixNano"), "1700000012000000000");
	assert_string_equal(field(burst, "parentSpanId"), field(phase, "spanId"));
	assert_string_equal(field(burst, "name"), "burst fail EIO on \\xff");
	assert_string_equal(field(burst, "startTimeUnixNano"), field(phase, "startTimeUnixNano"));
	assert_string_equal(field(burst, "endTimeUnixNano"), field(phase, "endTimeUnixNano"));
	json_decref(root);
	json_decref(phase);
	json_decref(burst);
}

/* One that is not as W3C has it is none. */
static void parents(void **state)
{
	static const char good[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
	static const char *const bad[] = {"", "00-0af7651916cd43dd8448eb211c80319c",
		"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"00-00000000000000000000000000000000-b7ad6b7169203331-01",
		"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
		"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\"-01"};
	struct run r = {.s.judgement = {VERDICT_DEVIATED, "wrong"}};
	json_t *root = span_of(&r, good, 0);

	(void)state;
	assert_string_equal(field(root, "traceId"), "0af7651916cd43dd8448eb211c80319c");
	assert_string_equal(field(root, "parentSpanId"), "b7ad6b7169203331");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(root, "status"), "code")), 2);
	json_decref(root);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		root = span_of(&r, bad[i], 0);
		if (json_object_get(root, "parentSpanId"))
			fail_msg("%s was taken", bad[i]);
		json_decref(root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts),
		cmocka_unit_test(spans),
		cmocka_unit_test(parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
