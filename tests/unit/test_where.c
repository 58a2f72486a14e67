// SPDX-License-Identifier: GPL-2.0
/* Plans of rules with a `where`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "made_up.h"

static struct plan plan;

static void plan_of(const char *fault, const struct caps *c)
{
	struct scenario *s = scenario_of(fault, "{cgroup: a}");

	plan_make(s, c, &plan);
	scenario_free(s);
}

/* A path that a call names is resolved within it; a descriptor's is known at its entry. */
static void paths_choose_the_mechanism(void **state)
{
	struct caps c = caps_of(STOCK | BIT(FMOD_RET) | SLEEPS);

	(void)state;
	plan_of("{fail: EIO, on: openat, where: {path: /etc/**}}", &c);
	assert_true(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].reason, "fmod_ret: at its entry the call's path"));
	assert_non_null(strstr(plan.rules[0].reason, "lsm: the call's hook is about no file"));
	c.subjects[1][HOOK_file_open][0] = SUBJECT_FILE;
	plan_of("{fail: EIO, on: openat, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_LSM);
	plan_of("{delay: 1s, on: openat, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_LSM_SLEEP);
	c.subjects[0][HOOK_file_open][0] = SUBJECT_FILE;
	plan_of("{fail: EIO, on: openat, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_SECURITY);
	plan_of("{fail: EIO, on: write, where: {path: /etc/**}}", &c);
	assert_int_equal(plan.bindings[0].mechanism, MECHANISM_FMOD_RET);
}

static void sockets_hooks_see_no_stack(void **state)
{
	struct caps c = caps_of(NETWORK);

	(void)state;
	plan_of("{fail: EIO, on: connect, where: {stack: main}}", &c);
	assert_true(plan.rules[0].refused);
	assert_non_null(strstr(plan.rules[0].reason, "can't look at the stack"));
	plan_of("{fail: EIO, on: connect, where: {port: 80}}", &c);
	assert_false(plan.rules[0].refused);
}

/* What remains of a group is what goes that way. */
static void directions_narrow_groups(void **state)
{
	static const enum point receive[] = {
		POINT_accept, POINT_accept4, POINT_recvfrom, POINT_recvmsg, POINT_recvmmsg};
	struct scenario *s = scenario_of(
		"{fail: EIO, on: '%network', where: {direction: ingress}}", "{cgroup: a}");

	(void)state;
	assert_int_equal(s->faults[0].n_points, ARRAY_SIZE(receive));
	for (size_t i = 0; i < ARRAY_SIZE(receive); i++)
		assert_int_equal(s->faults[0].points[i], receive[i]);
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_choose_the_mechanism),
		cmocka_unit_test(sockets_hooks_see_no_stack),
		cmocka_unit_test(directions_narrow_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
