// SPDX-License-Identifier: GPL-2.0
/* The tables of points and mechanisms: every row says what its kind must, and nothing that can't
 * be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "made_up.h"
#include "actors/actor.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/wrappers.h"
#include "scenario/code.h"

static int descriptors(const struct point_row *p)
{
	return __builtin_popcount(p->traits & ((1u << FD_ARGUMENTS) - 1));
}

static void points_are_consistent(void **state)
{
	(void)state;
	for (int i = 0; i < NR_POINTS; i++) {
		const struct point_row *p = &points[i];

		print_message("# %s\n", point_id(i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(point_id(i), point_id(k));
		assert_in_range(p->kind, 0, NR_POINT_KINDS - 1);
		assert_in_range(descriptors(p), 0, MAX_DESCRIPTORS);
		assert_true(p->syscall_nr < MAX_SYSCALLS);
		/* What has no path is what a descriptor is of; what makes files has a hook. */
		assert_true(!(p->traits & PATHLESS) || descriptors(p));
		assert_true(!(p->traits & CREATES) || p->hook != HOOK_none);
		assert_true(!p->locked || p->hook != HOOK_none);
		/* An address is a socket's, in one of six arguments, and the cgroup's hooks see it.
		 */
		assert_true(p->address.kind == ADDRESS_NONE || descriptors(p));
		assert_in_range(p->address.argument, 0, 5);
		assert_int_equal(p->address.kind != ADDRESS_NONE, p->socket_hook != NULL);
	}
}

static void packets_have_a_direction_and_no_call(void **state)
{
	int found = 0;

	(void)state;
	for (int i = 0; i < NR_POINTS; i++) {
		const struct point_row *p = &points[i];

		if (p->kind != KIND_PACKET)
			continue;
		found |= point_direction(i);
		assert_int_equal(__builtin_popcount(point_direction(i)), 1);
		assert_int_equal(p->syscall_nr, -1);
		assert_int_equal(p->groups, 0);
		assert_int_equal(p->hook, HOOK_none);
	}
	assert_int_equal(found, DIRECTION_BOTH);
}

static void bios_are_no_calls(void **state)
{
	int found = 0;

	(void)state;
	for (int i = 0; i < NR_POINTS; i++) {
		const struct point_row *p = &points[i];

		if (p->kind != KIND_BIO)
			continue;
		found++;
		assert_int_equal(p->syscall_nr, -1);
		assert_int_equal(p->groups | p->traits | p->uses, 0);
		assert_int_equal(p->hook, HOOK_none);
	}
	assert_int_equal(found, 3);
}

/* A place in code of each form, that the kernel has. */
static void claim_all(uint16_t claimed[4], struct caps *c)
{
	static const char *const texts[] = {
		"user:/bin/x:f", "kernel:f", "tracepoint:a/b", "usdt:/bin/x:p:n"};
	struct error why;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		enum point p;

		assert_int_equal(code_claim(texts[i], &p, &why), 0);
		c->traceable[p] = c->probeable[p] = true;
		c->injectable[p] = INJECT_ERRNO;
		claimed[i] = p;
	}
}

/* A mechanism that reaches a point names programs there, with names that fit, and the place. */
static void mechanisms_are_complete(void **state)
{
	struct caps c = caps_of(~0ull);
	uint16_t claimed[4];

	(void)state;
	claim_all(claimed, &c);
	for (int m = 0; m < NR_MECHANISMS; m++) {
		const struct mechanism_kind *kind = mechanism_kinds[m];
		int reached = 0;

		print_message("# %s\n", mechanisms[m].name);
		assert_non_null(kind);
		assert_non_null(kind->probe);
		assert_true(mechanisms[m].needs);
		for (int p = 0; p < NR_POINTS; p++) {
			struct programs all = {};
			char place[128] = "";

			if (kind->out_of_reach(p, &c))
				continue;
			reached++;
			kind->programs(p, &all);
			assert_in_range(
				all.n, mechanisms[m].flags & BY_KEEPER ? 0 : 1, MAX_PROGRAMS);
			for (int i = 0; i < all.n; i++) {
				assert_in_range(
					strlen(all.all[i].name), 1, sizeof(all.all[i].name) - 2);
				assert_true(strlen(all.all[i].function) < FUNCTION_MAX - 1);
			}
			kind->describe(p, place, sizeof(place));
			assert_true(*place);
			if (mechanisms[m].flags & MEASURES)
				assert_null(kind->blind);
			else
				assert_null(kind->blind(0, p, &c));
		}
		assert_true(reached);
	}
	code_release(claimed, ARRAY_SIZE(claimed));
}

/* Each has one way to strike, or to measure, and a place to be attached to is said once. */
static void flags_go_together(void **state)
{
	const unsigned int acts = FAILS_CALLS | FAILS_AFTER | FAILS_INSIDE | FAILS_SOCKETS |
				  DROPS_PACKETS | SHAPES_PACKETS | SEES_CALLS | SLEEPS | SPINS |
				  HOLDS | EXHAUSTS | RESTRICTS | THROTTLES | MEASURES | SIGNALS |
				  SUSPENDS | RESETS | REWRITES | SHORTENS | PREEMPTS | RESCHEDULES |
				  SKEWS | FAILS_FUNCTIONS;
	const unsigned int places = ON_CGROUP | ON_TRAMPOLINE | AT_SYS_ENTER;
	unsigned int at_wrappers = 0;

	(void)state;
	/* No two are the same bit. */
	assert_int_equal(__builtin_popcount(acts), 23);
	assert_int_equal(__builtin_popcount(places), 3);
	for (int m = 0; m < NR_MECHANISMS; m++) {
		unsigned int flags = mechanisms[m].flags;

		assert_int_equal(__builtin_popcount(flags & acts), 1);
		assert_in_range(__builtin_popcount(flags & places), 0, 1);
		assert_true(!(flags & RESUMES) || flags & SLEEPS);
		assert_int_equal(!!(flags & BY_KEEPER), actors[m] != NULL);
		at_wrappers += !!(flags & AT_WRAPPER);
	}
	/* All of them have room at one function. */
	assert_int_equal(at_wrappers, WRAPPER_PROGRAMS);
}

static void points_in_use_are_numbered(void **state)
{
	static struct plan plan;
	struct scenario *s = scenario_of("{fail: EIO, on: [write, read]}, "
					 "{fail: EIO, on: [read, getpid], optional: true}, "
					 "{delay: 1ms, on: [close, read]}, {drop: ingress}",
		"{cgroup: a}");
	struct caps c = caps_of(STOCK | BIT(TASK_WORK));

	(void)state;
	plan_make(s, &c, &plan);
	assert_true(plan.rules[1].refused);
	/* Not those of a rule that is refused. */
	assert_int_equal(plan.n_points, 4);
	for (unsigned int i = 0; i < plan.n_bindings; i++)
		assert_int_equal(plan.points[plan.bindings[i].number], plan.bindings[i].point);
	for (unsigned int i = 0; i < plan.n_points; i++)
		for (unsigned int k = 0; k < i; k++)
			assert_int_not_equal(plan.points[i], plan.points[k]);
	scenario_free(s);
}

/* A time zone alone takes nothing of the kernel. */
static void zones_are_no_clocks(void **state)
{
	static const struct {
		const char *fault;
		enum mechanism by;
	} all[] = {
		{"{skew: {zone: Asia/Tokyo}}", MECHANISM_ENVIRONMENT},
		{"{skew: {zone: Asia/Tokyo, jump: +1h}}", MECHANISM_CLOCK},
		{"{skew: +1h}", MECHANISM_CLOCK},
	};
	static struct plan plan;
	struct caps none = caps_of(BIT(ENVIRONMENT)), c = caps_of(BIT(ENVIRONMENT) | BIT(CLOCK));

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct scenario *s = scenario_of(all[i].fault, "{command: [date]}");

		plan_make(s, &none, &plan);
		assert_int_equal(plan_refused(&plan), all[i].by == MECHANISM_CLOCK);
		plan_make(s, &c, &plan);
		assert_int_equal(plan.bindings[0].mechanism, all[i].by);
		scenario_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_consistent),
		cmocka_unit_test(bios_are_no_calls),
		cmocka_unit_test(packets_have_a_direction_and_no_call),
		cmocka_unit_test(mechanisms_are_complete),
		cmocka_unit_test(flags_go_together),
		cmocka_unit_test(points_in_use_are_numbered),
		cmocka_unit_test(zones_are_no_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
