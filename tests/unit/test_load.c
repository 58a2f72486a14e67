// SPDX-License-Identifier: GPL-2.0
/* Workloads that run a command for each operation: how these begin and end, and when. */
#include "made_up_load.h"

static void succeed(int output)
{
	(void)output;
}

static void exit_7(int output)
{
	(void)output;
	_exit(7);
}

static void exit_75(int output)
{
	(void)output;
	_exit(75);
}

static void die(int output)
{
	(void)output;
	signal(SIGTERM, SIG_DFL);
	kill(getpid(), SIGTERM);
	stay(output);
}

static void take_30_ms(int output)
{
	(void)output;
	usleep(30000);
}

static void each_way_to_end(void **state)
{
	static const struct {
		void (*function)(int output);
		enum outcome outcome;
		int status;
	} rows[] = {
		{succeed, OPERATION_SUCCEEDED, 0},
		{exit_7, OPERATION_FAILED, 7 << 8},
		{die, OPERATION_FAILED, SIGTERM},
		{exit_75, OPERATION_CUT_OFF, 75 << 8},
	};
	struct test *t = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t->n = 0;
		start(t, rows[i].function);
		run_for_operations(t, 2);
		for (unsigned int n = 0; n < 2; n++) {
			assert_int_equal(t->told[n].outcome, rows[i].outcome);
			assert_int_equal(t->told[n].way, WAY_PROCESS);
			assert_int_equal(t->told[n].status, rows[i].status);
			assert_int_equal(t->told[n].number, n + 1);
		}
		stop(t);
	}
}

static void a_worker_has_one_after_the_other(void **state)
{
	struct test *t = *state;

	start(t, take_30_ms);
	run_for_operations(t, 3);
	for (unsigned int i = 0; i < 3; i++) {
		assert_true(t->told[i].ended_ns - t->told[i].began_ns >= 30 * MS);
		assert_int_equal(t->told[i].planned_ns, t->told[i].began_ns);
		assert_true(!i || t->told[i].began_ns >= t->told[i - 1].ended_ns);
	}
}

static bool three_under_way(const struct test *t)
{
	return load_under_way(t->load) == 3;
}

static void workers_are_side_by_side(void **state)
{
	struct test *t = *state;

	t->spec.concurrency = 3;
	start(t, stay);
	run_until(t, three_under_way);
	assert_int_equal(keeper.asked, 3);
	assert_int_equal(keeper.last.operation, 3);
	assert_int_equal(keeper.last.cgroup, 2); /* each has its own */
	stop(t);
	assert_int_equal(t->n, 3);
	assert_int_equal(keeper.killed, 3);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(t->told[i].outcome, OPERATION_UNFINISHED);
}

static void operations_belong_to_the_phase_in_which_they_began(void **state)
{
	struct test *t = *state;
	uint64_t changed_ns;

	start(t, take_30_ms);
	run_for_operations(t, 1);
	load_phase(t->load, 1);
	changed_ns = monotonic_ns();
	run_for_operations(t, 3);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(t->told[i].phase, t->told[i].began_ns >= changed_ns);
	assert_int_equal(load_phase_at(t->load, changed_ns), 1);
	assert_int_equal(load_phase_at(t->load, t->told[0].began_ns), 0);
}

static void what_takes_too_long_is_killed(void **state)
{
	struct test *t = *state;

	t->spec.ask.timeout_ns = 20 * MS;
	start(t, stay);
	run_for_operations(t, 2);
	assert_true(keeper.killed >= 2);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(t->told[i].outcome, OPERATION_TIMED_OUT);
		assert_int_equal(t->told[i].way, WAY_TIMEOUT);
		assert_true(t->told[i].ended_ns - t->told[i].began_ns >= 20 * MS);
	}
	assert_int_equal(keeper.last.cgroup, keeper.asked - 1); /* one that nothing was killed in */
}

static void what_could_not_begin_is_tried_again(void **state)
{
	struct test *t = *state;
	uint64_t began_ns = monotonic_ns();

	t->spec.interval_ns = 10 * MS;
	keeper.refuse = 1;
	start(t, succeed);
	run_for_operations(t, 2);
	assert_true(t->told[0].began_ns >= began_ns + 100 * MS);
	/* The time at which it was due stays. */
	assert_true(t->told[0].planned_ns < began_ns + 100 * MS);
	assert_int_equal(t->told[1].planned_ns - t->told[0].planned_ns, 10 * MS);
	assert_int_equal(t->told[0].outcome, OPERATION_SUCCEEDED);
}

static void an_open_loop_keeps_its_times(void **state)
{
	struct test *t = *state;
	struct pace pace;

	t->spec.interval_ns = 10 * MS;
	start(t, take_30_ms); /* longer than there is time for */
	run_for_operations(t, 4);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(t->told[i].planned_ns - t->told[0].planned_ns, i * 10 * MS);
		assert_true(t->told[i].planned_ns <= t->told[i].began_ns);
	}
	load_pace(t->load, &pace);
	assert_int_equal(pace.interval_ns, 10 * MS);
	assert_true(pace.late >= 2);
	assert_int_equal(pace.dropped, 0);
}

static void what_waits_longer_than_its_patience_is_dropped(void **state)
{
	struct test *t = *state;
	struct pace pace;

	t->spec.interval_ns = 5 * MS;
	t->spec.ask.timeout_ns = 20 * MS;
	start(t, stay);
	run_for_operations(t, 4);
	load_pace(t->load, &pace);
	assert_true(pace.dropped > 0);
	/* Taken, or dropped: none is missing. */
	assert_int_equal(pace.next, t->n + load_under_way(t->load) + pace.dropped);
	for (unsigned int i = 0; i < 4; i++)
		assert_true(t->told[i].began_ns - t->told[i].planned_ns <= 20 * MS + 20 * MS);
}

static void drained_operations_end_in_the_other_loop(void **state)
{
	struct test *t = *state;
	struct loop *first = t->loop, *last;
	unsigned int before;

	assert_int_equal(loop_new(&last), 0);
	t->spec.concurrency = 2;
	start(t, take_30_ms);
	run_until(t, under_way);
	before = t->n;
	assert_int_equal(load_drain(t->load, last), 0);
	t->loop = last;
	run_for_operations(t, before + 2);
	assert_int_equal(load_under_way(t->load), 0);
	assert_int_equal(keeper.asked, t->n); /* no other began */
	assert_int_equal(t->told[t->n - 1].outcome, OPERATION_SUCCEEDED);
	stop(t);
	t->loop = first;
	loop_free(last);
}

static void what_outlasts_draining_is_unfinished(void **state)
{
	struct test *t = *state;
	struct loop *last;

	assert_int_equal(loop_new(&last), 0);
	start(t, stay);
	run_until(t, under_way);
	assert_int_equal(load_drain(t->load, last), 0);
	assert_int_equal(load_under_way(t->load), 1);
	stop(t);
	loop_free(last);
	assert_int_equal(t->n, 1);
	assert_int_equal(t->told[0].outcome, OPERATION_UNFINISHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_way_to_end),
		TEST(a_worker_has_one_after_the_other),
		TEST(workers_are_side_by_side),
		TEST(operations_belong_to_the_phase_in_which_they_began),
		TEST(what_takes_too_long_is_killed),
		TEST(what_could_not_begin_is_tried_again),
		TEST(an_open_loop_keeps_its_times),
		TEST(what_waits_longer_than_its_patience_is_dropped),
		TEST(drained_operations_end_in_the_other_loop),
		TEST(what_outlasts_draining_is_unfinished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
