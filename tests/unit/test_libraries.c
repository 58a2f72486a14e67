// SPDX-License-Identifier: GPL-2.0
/* When a target is looked at for libraries that it maps: run/libraries.c, with an engine and a
 * keeper that say what the test says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "kernel/arch.h"
#include "run/parts.h"

#define TICKS_OF(ns) ((ns) / TICK_NS)

static struct {
	bool is[NR_STRANGERS]; /* what the kernel side has seen of the target */
	int keeper,
		found; /* what it says: 0, or why it doesn't look; and what the look before found */
	unsigned int looks, notes;
	timer_function tick;
} made;

struct wrappers *engine_wrappers(const struct engine *e)
{
	return (struct wrappers *)e;
}

struct breakpoints *engine_breakpoints(const struct engine *e)
{
	(void)e;
	return NULL;
}

bool engine_take_stranger(const struct engine *e, enum stranger what, unsigned int target)
{
	bool is = made.is[what];

	(void)e;
	assert_int_equal(target, 0);
	made.is[what] = false;
	return is;
}

int keeper_look_for_functions(
	struct keeper *h, const struct targets *targets, unsigned int target, int *ret_found)
{
	(void)h;
	(void)targets;
	(void)target;
	*ret_found = made.keeper ? 0 : made.found;
	made.looks += !made.keeper;
	return made.keeper;
}

int loop_timer(struct loop *l, uint64_t at_ns, uint64_t every_ns, timer_function f, void *context,
	struct source **ret)
{
	(void)l;
	(void)at_ns;
	(void)context;
	(void)ret;
	assert_int_equal(every_ns, TICK_NS);
	made.tick = f;
	return 0;
}

void measure_note(struct measure *r, const char *format, ...)
{
	(void)r;
	(void)format;
	made.notes++;
}

const char *target_called(const struct target_spec *spec)
{
	(void)spec;
	return "target";
}

struct test {
	struct experiment x;
	struct measure measure;
	struct plan plan;
	struct caps caps;
	struct fault_spec fault;
	uint64_t now_ns;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	memset(&made, 0, sizeof(made));
	t->caps.sees_entries = true;
	t->caps.traceable[POINT_fsync] = true;
	t->plan.caps = &t->caps;
	t->plan.n_rules = t->plan.n_bindings = 1;
	t->plan.rules[0].fault = &t->fault;
	t->plan.bindings[0] =
		(struct binding){.point = POINT_fsync, .mechanism = MECHANISM_UPROBE_SLEEP};
	t->measure.plan = &t->plan;
	t->x.measure = &t->measure;
	t->x.engine = (struct engine *)t;
	t->x.targets.n = 1;
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void begin(struct test *t)
{
	assert_int_equal(libraries_begin(&t->x), 0);
	assert_non_null(made.tick);
}

/* How many looks there were in so many ticks. */
static unsigned int ticks(struct test *t, unsigned int n)
{
	unsigned int before = made.looks;

	while (n--)
		made.tick(t->now_ns += TICK_NS, &t->x);
	return made.looks - before;
}

static void what_is_executed_is_looked_at_twice(void **state)
{
	struct test *t = *state;

	begin(t);
	assert_int_equal(ticks(t, 100), 0);
	made.is[STRANGER_NEW] = true;
	assert_int_equal(ticks(t, 100), 2);
	libraries_look_again(&t->x, 0);
	assert_int_equal(ticks(t, 100), 2);
}

static void a_keeper_that_rests_is_asked_again(void **state)
{
	struct test *t = *state;

	begin(t);
	made.keeper = -EAGAIN;
	made.is[STRANGER_NEW] = true;
	assert_int_equal(ticks(t, 10), 0);
	made.keeper = 0;
	assert_int_equal(ticks(t, 10), 2);
}

/* Static programs miss all the time. */
static void who_misses_in_vain_is_looked_at_less(void **state)
{
	struct test *t = *state;
	unsigned int looks = 0;

	begin(t);
	for (unsigned int i = 0; i < TICKS_OF(60000000000ull); i++) {
		made.is[STRANGER_MISSED] = true;
		looks += ticks(t, 1);
	}
	assert_in_range(looks, 12, 20);
	made.found = 1;
	looks = 0;
	for (unsigned int i = 0; i < TICKS_OF(10000000000ull); i++) {
		made.is[STRANGER_MISSED] = true;
		looks += ticks(t, 1);
	}
	assert_in_range(looks, 40, 100);
}

static void what_nobody_sees_is_looked_for_now_and_then(void **state)
{
	struct test *t = *state;

	t->caps.sees_entries = false;
	begin(t);
	assert_in_range(ticks(t, TICKS_OF(60000000000ull)), 12, 20);
}

static void what_could_not_be_attached_to_is_told_once(void **state)
{
	struct test *t = *state;

	begin(t);
	made.found = -ENOMEM;
	for (unsigned int i = 0; i < 3; i++) {
		made.is[STRANGER_NEW] = true;
		ticks(t, 10);
	}
	assert_int_equal(made.notes, 1);
}

static void who_is_gone_is_left_alone(void **state)
{
	struct test *t = *state;

	begin(t);
	t->x.targets.all[0].gone = true;
	made.is[STRANGER_NEW] = true;
	assert_int_equal(ticks(t, 10), 0);
	t->x.targets.all[0].gone = false;
	t->plan.bindings[0].mechanism = MECHANISM_SPIN;
	memset(&t->x.libraries, 0, sizeof(t->x.libraries));
	begin(t);
	assert_int_equal(ticks(t, 10), 0);
}

/* glibc's fsync(), musl's, and a look at another value. */
static void only_a_jump_is_gone_on_to(void **state)
{
	static const unsigned char glibc[] = {0x80, 0x3d, 0xc1, 0xc9, 0x0d, 0x00, 0x00, 0x74},
				   musl[] = {0x48, 0x83, 0xec, 0x08, 0x48, 0x63, 0xff, 0x45},
				   other[] = {0x80, 0x3d, 0xc1, 0xc9, 0x0d, 0x00, 0x01, 0x74};

	(void)state;
#ifdef __x86_64__
	assert_int_equal(bytes_to_jump(glibc), 7);
#endif
	assert_int_equal(bytes_to_jump(musl), 0);
	assert_int_equal(bytes_to_jump(other), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_executed_is_looked_at_twice),
		TEST(a_keeper_that_rests_is_asked_again),
		TEST(who_misses_in_vain_is_looked_at_less),
		TEST(what_nobody_sees_is_looked_for_now_and_then),
		TEST(what_could_not_be_attached_to_is_told_once),
		TEST(who_is_gone_is_left_alone),
		cmocka_unit_test(only_a_jump_is_gone_on_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
