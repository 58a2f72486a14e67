// SPDX-License-Identifier: GPL-2.0
/* Places in code as points: how they are named, and by which mechanisms they are had. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "made_up.h"
#include "scenario/code.h"

#define FUNCTIONS (BIT(FUNCTION) | BIT(FUNCTION_RETURN) | BIT(FUNCTION_SPIN) | BIT(FUNCTION_METER))
#define CHANGING (BIT(FUNCTION_FAIL) | BIT(FUNCTION_REPLACE))

static void forms(void **state)
{
	static const struct {
		const char *text;
		struct code_place place;
	} rows[] = {
		{"user:/lib/libssl.so.3:SSL_write",
			{CODE_USER, "/lib/libssl.so.3", "", "SSL_write"}},
		{"user:/bin/x:f+0x10", {CODE_USER, "/bin/x", "", "f+0x10"}},
		{"user:/bin/x:shop::Cart::add(int, std::map<a, b>)",
			{CODE_USER, "/bin/x", "", "shop::Cart::add(int, std::map<a, b>)"}},
		{"kernel:ext4_sync_file", {CODE_KERNEL, "", "", "ext4_sync_file"}},
		{"tracepoint:block/block_rq_issue",
			{CODE_TRACEPOINT, "", "block", "block_rq_issue"}},
		{"usdt:/bin/x:shop:sale", {CODE_USDT, "/bin/x", "shop", "sale"}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct code_place *p;
		struct error why;
		enum point point;

		assert_int_equal(code_claim(rows[i].text, &point, &why), 0);
		p = code_place(point);
		assert_string_equal(points[point].name, rows[i].text);
		assert_int_equal(p->kind, rows[i].place.kind);
		assert_string_equal(p->file, rows[i].place.file);
		assert_string_equal(p->provider, rows[i].place.provider);
		assert_string_equal(p->name, rows[i].place.name);
		code_release((uint16_t[]){point}, 1);
		assert_null(code_place(point));
	}
}

/* Commas in brackets are the name's. */
static void lists(void **state)
{
	struct fault_spec f = {};
	struct error why;

	(void)state;
	assert_int_equal(
		parse_points("read, user:/bin/x:f(int, a<b, c>) ,kernel:g,write", &f, &why), 0);
	assert_int_equal(f.n_points, 4);
	assert_string_equal(points[f.points[1]].name, "user:/bin/x:f(int, a<b, c>)");
	assert_string_equal(points[f.points[2]].name, "kernel:g");
	assert_int_equal(f.points[3], POINT_write);
	code_release(f.points, f.n_points);
}

/* Brackets that are an operator of C++, or an arrow of Rust, are none. */
static void operators_in_lists(void **state)
{
	static const char *const names[] = {"operator>(A, B)", "operator<(A, B)", "operator,(A, B)",
		"operator,", "operator<<(A, B)", "A::operator->()", "A::operator->*(A, B)",
		"operator>>=(A, B)", "operator<=>(A, B)", "operator< <a, b>(A, B)",
		"A::operator()(A, B)", "<fn(a, b) -> c as d<e, f>>::g", "co_operator<a, b>(A, B)"};
	char text[128], list[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct fault_spec f = {};
		struct error why;

		snprintf(text, sizeof(text), "user:/bin/x:%s", names[i]);
		snprintf(list, sizeof(list), "%s, write", text);
		assert_true(code_can_name(text));
		if (parse_points(list, &f, &why))
			fail_msg("%s: %s", list, why.message);
		assert_int_equal(f.n_points, 2);
		assert_string_equal(points[f.points[0]].name, text);
		code_release(f.points, f.n_points);
		/* In the brackets of an expectation it is as long. */
		snprintf(list, sizeof(list), "%s , natural]", text);
		assert_int_equal(code_length(list, ",]"), strlen(text));
	}
	assert_false(code_can_name("user:/bin/x:operator\"\" _kb(int)"));
	assert_false(code_can_name("user:/bin/x:f,g"));
	assert_false(code_can_name("read"));
	memset(list, 'a', sizeof(list));
	memcpy(list, "user:/x:", 8);
	list[255] = '\0';
	assert_true(code_can_name(list));
	snprintf(text, sizeof(text), "user:/x");
	assert_false(code_can_name(text));
}

/* Who names a place that somebody has named gets the same one, and the last one lets it go. */
static void claims(void **state)
{
	enum point first, again, others[NR_CODE_POINTS], none;
	struct error why;
	char text[32];

	(void)state;
	assert_int_equal(code_claim("kernel:f", &first, &why), 0);
	assert_int_equal(code_claim("kernel:f", &again, &why), 0);
	assert_int_equal(first, again);
	code_release((uint16_t[]){first}, 1);
	assert_non_null(code_place(first));
	for (int i = 1; i < NR_CODE_POINTS; i++) {
		snprintf(text, sizeof(text), "kernel:g%d", i);
		assert_int_equal(code_claim(text, &others[i], &why), 0);
	}
	assert_int_equal(code_claim("kernel:too_many", &none, &why), -EINVAL);
	assert_string_equal(why.message, "more than 16 places in code");
	for (int i = 1; i < NR_CODE_POINTS; i++)
		code_release((uint16_t[]){others[i]}, 1);
	code_release((uint16_t[]){first}, 1);
	assert_null(code_place(first));
}

static void scenarios_let_go(void **state)
{
	(void)state;
	for (int i = 0; i < 3 * NR_CODE_POINTS; i++) {
		char fault[64];

		snprintf(fault, sizeof(fault), "{delay: 1ms, on: ['kernel:a%d', read]}", i);
		scenario_free(scenario_of(fault, "{cgroup: a}"));
	}
}

/* The mechanism; NR_MECHANISMS: refused, for the reason in *ret. */
static enum mechanism mechanism_of(
	const char *fault, uint64_t can, enum injectable injectable, char ret[900])
{
	static struct plan plan;
	struct scenario *s = scenario_of(fault, "{cgroup: a}");
	struct caps c = caps_of(can);
	enum mechanism m = NR_MECHANISMS;

	for (enum point p = POINT_code_0; p < NR_POINTS; p++) {
		c.traceable[p] = c.probeable[p] = true;
		c.injectable[p] = injectable;
		c.n_arguments[p] = 2;
	}
	plan_make(s, &c, &plan);
	if (!plan.rules[0].refused)
		m = plan.bindings[0].mechanism;
	snprintf(ret, 900, "%s", plan.rules[0].reason);
	scenario_free(s);
	return m;
}

static void best_mechanisms(void **state)
{
	static const struct {
		const char *fault;
		uint64_t can;
		enum mechanism wanted;
	} rows[] = {
		{"{delay: 20ms, on: 'user:/x:f'}", STOCK | FUNCTIONS | GATED | BIT(UPROBE_SLEEP),
			MECHANISM_UPROBE_SLEEP},
		{"{delay: 2ms, on: 'user:/x:f'}", STOCK | FUNCTIONS | SPUN,
			MECHANISM_FUNCTION_SPIN},
		{"{delay: 20ms, on: 'user:/x:f'}", STOCK | FUNCTIONS | SPUN, NR_MECHANISMS},
		{"{delay: 20ms, at: exit, on: 'user:/x:f'}",
			STOCK | FUNCTIONS | GATED | BIT(FUNCTION_RETURN_SLEEP) |
				BIT(FUNCTION_RETURN_SPIN),
			MECHANISM_FUNCTION_RETURN_SLEEP},
		{"{delay: 2ms, at: exit, on: 'user:/x:f'}",
			STOCK | FUNCTIONS | GATED | BIT(FUNCTION_RETURN_SPIN),
			MECHANISM_FUNCTION_RETURN_SPIN},
		{"{delay: 2ms, at: exit, on: 'user:/x:f', where: {arg: {0: 1}}}",
			STOCK | BIT(FUNCTION_RETURN_SLEEP), NR_MECHANISMS},
		{"{kill: KILL, on: 'user:/x:f'}", STOCK | FUNCTIONS, MECHANISM_FUNCTION},
		{"{kill: KILL, at: exit, on: 'user:/x:f'}", STOCK | FUNCTIONS,
			MECHANISM_FUNCTION_RETURN},
		{"{kill: KILL, on: 'usdt:/x:p:n'}", STOCK | FUNCTIONS, MECHANISM_FUNCTION},
		{"{fail: -1, on: 'user:/x:f'}", STOCK | FUNCTIONS | CHANGING,
			MECHANISM_FUNCTION_FAIL},
		{"{fail: 0, at: exit, on: 'user:/x:f'}", STOCK | FUNCTIONS | CHANGING,
			MECHANISM_FUNCTION_REPLACE},
		{"{fail: -1, on: 'user:/x:f'}", STOCK | FUNCTIONS, NR_MECHANISMS},
		{"{delay: 20ms, on: 'kernel:f'}", STOCK | GATED, MECHANISM_TASK_WORK},
		{"{delay: 2ms, on: 'kernel:f'}", STOCK | SPUN, MECHANISM_SPIN},
		{"{kill: KILL, on: 'kernel:f'}", STOCK, MECHANISM_FENTRY},
		{"{kill: KILL, on: 'kernel:f'}", FUNCTIONS | NETWORK | BIT(TRACEPOINT),
			NR_MECHANISMS},
		{"{delay: 20ms, on: 'tracepoint:a/b'}", STOCK | GATED, MECHANISM_TASK_WORK_TP},
		{"{kill: KILL, on: 'tracepoint:a/b'}", STOCK, MECHANISM_TRACEPOINT},
	};
	char reason[900];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("# %s\n", rows[i].fault);
		assert_int_equal(mechanism_of(rows[i].fault, rows[i].can, INJECT_NOTHING, reason),
			rows[i].wanted);
	}
}

/* What the kernel lets its own functions return. */
static void values(void **state)
{
	static const struct {
		const char *fault;
		enum injectable injectable;
		enum mechanism wanted;
	} rows[] = {
		{"{fail: EIO, on: 'kernel:f'}", INJECT_ERRNO, MECHANISM_FMOD_RET},
		{"{fail: EIO, on: 'kernel:f'}", INJECT_ERRNO_OR_NULL, MECHANISM_FMOD_RET},
		{"{fail: EIO, on: 'kernel:f'}", INJECT_NULL, NR_MECHANISMS},
		{"{fail: EIO, on: 'kernel:f'}", INJECT_NOTHING, NR_MECHANISMS},
		{"{fail: 'NULL', on: 'kernel:f'}", INJECT_NULL, MECHANISM_OVERRIDE},
		{"{fail: 'NULL', on: 'kernel:f'}", INJECT_ERRNO, NR_MECHANISMS},
		{"{fail: 'true', on: 'kernel:f'}", INJECT_TRUE, MECHANISM_FMOD_RET},
		{"{fail: 'true', on: 'kernel:f'}", INJECT_NULL, NR_MECHANISMS},
	};
	char reason[900];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("# %s\n", rows[i].fault);
		assert_int_equal(mechanism_of(rows[i].fault, STOCK | BIT(FMOD_RET) | BIT(OVERRIDE),
					 rows[i].injectable, reason),
			rows[i].wanted);
	}
	mechanism_of("{fail: EIO, on: 'kernel:f'}", STOCK | BIT(FMOD_RET), INJECT_NOTHING, reason);
	assert_non_null(strstr(reason, "it is not in its list"));
	mechanism_of("{fail: EIO, on: 'kernel:f'}", STOCK | BIT(FMOD_RET), INJECT_NULL, reason);
	assert_non_null(strstr(reason, "this function fails by NULL alone"));
}

/* Arguments are there as a function begins. */
static void arguments(void **state)
{
	char reason[900];

	(void)state;
	assert_int_equal(mechanism_of("{kill: TERM, on: 'user:/x:f', where: {arg: {0: 1}}}",
				 STOCK | FUNCTIONS, INJECT_NOTHING, reason),
		MECHANISM_FUNCTION);
	assert_int_equal(
		mechanism_of("{kill: TERM, at: exit, on: 'user:/x:f', where: {arg: {0: 1}}}",
			STOCK | FUNCTIONS, INJECT_NOTHING, reason),
		NR_MECHANISMS);
	assert_non_null(strstr(reason, "its arguments are gone as it returns"));
	assert_int_equal(mechanism_of("{kill: TERM, on: 'usdt:/x:p:n', where: {arg: {11: 1}}}",
				 STOCK | FUNCTIONS, INJECT_NOTHING, reason),
		MECHANISM_FUNCTION);
	assert_int_equal(mechanism_of("{kill: TERM, on: 'tracepoint:a/b', where: {arg: {1: 1}}}",
				 STOCK, INJECT_NOTHING, reason),
		MECHANISM_TRACEPOINT);
	assert_int_equal(
		mechanism_of("{kill: TERM, on: 'tracepoint:a/b', where: {not: {arg: {2: 1}}}}",
			STOCK, INJECT_NOTHING, reason),
		NR_MECHANISMS);
	assert_non_null(strstr(reason, "it has fewer arguments than \"arg\" asks for"));
	assert_int_equal(mechanism_of("{kill: TERM, on: 'kernel:f', where: {arg: {2: 1}}}", STOCK,
				 INJECT_NOTHING, reason),
		NR_MECHANISMS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(lists),
		cmocka_unit_test(operators_in_lists),
		cmocka_unit_test(claims),
		cmocka_unit_test(scenarios_let_go),
		cmocka_unit_test(best_mechanisms),
		cmocka_unit_test(values),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
