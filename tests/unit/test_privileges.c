// SPDX-License-Identifier: GPL-2.0
/* The privileges that a plan takes, and those that are kept once it is attached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "made_up.h"

static struct plan plan;

static privileges kept_by(const char *faults, uint64_t can, bool workload)
{
	struct scenario *s = scenario_of(faults, "{cgroup: a}");
	struct caps c = caps_of(can);
	privileges keep;

	s->n_workloads = workload;
	plan_make(s, &c, &plan);
	assert_false(plan_refused(&plan));
	keep = privileges_needed(&plan);
	s->n_workloads = 0;
	scenario_free(s);
	return keep;
}

static void what_is_kept(void **state)
{
	const privileges attach = PRIVILEGE(BPF) | PRIVILEGE(NET_ADMIN);

	(void)state;
	assert_int_equal(kept_by("{fail: EIO, on: openat}", BIT(FMOD_RET), false), 0);
	assert_int_equal(kept_by("{delay: 20ms, on: openat}", BIT(TASK_WORK), false), 0);
	assert_int_equal(kept_by("{drop: egress}", STOCK, false), attach);
	assert_int_equal(kept_by("{fail: EIO, on: connect}", BIT(SOCK_ADDR), false), attach);
	assert_int_equal(kept_by("{fail: EIO, on: openat}", BIT(FMOD_RET), true), PRIVILEGE(KILL));
}

static void what_attaching_takes(void **state)
{
	struct scenario *s = scenario_of("{fail: EIO, on: openat}, {drop: egress}", "{cgroup: a}");
	struct caps c = caps_of(BIT(FMOD_RET) | BIT(SKB));

	(void)state;
	plan_make(s, &c, &plan);
	assert_int_equal(privileges_to_attach(&plan),
		PRIVILEGE(BPF) | PRIVILEGE(PERFMON) | PRIVILEGE(NET_ADMIN));
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept),
		cmocka_unit_test(what_attaching_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
