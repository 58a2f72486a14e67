// SPDX-License-Identifier: GPL-2.0
/*
 * Workloads whose operations are told by a process: a load tool's lines, and what is asked over the
 * network.
 */
#include "made_up_load.h"

/* A load tool. */

static void say(int output, const char *text)
{
	if (write(output, text, strlen(text)) != (ssize_t)strlen(text))
		_exit(1);
}

static void tell_and_fail(int output)
{
	say(output, "version 1.0\nok 5\nok");
	say(output, " 3 failed 2\n\nok 1"); /* the last one without its end */
	_exit(3);
}

static void tell_and_stay(int output)
{
	say(output, "ok 4\n");
	stay(output);
}

static void set_lines(struct test *t)
{
	t->spec.ask.kind = ASK_LINES;
	t->spec.pattern = "^ok (?<operations>[0-9]+)( failed (?<failed>[0-9]+))?$";
}

static void a_tools_lines_are_operations(void **state)
{
	static const struct {
		enum outcome outcome;
		uint64_t count;
	} rows[] = {{OPERATION_SUCCEEDED, 5}, {OPERATION_SUCCEEDED, 3}, {OPERATION_FAILED, 2},
		{OPERATION_SUCCEEDED, 1}};
	struct test *t = *state;
	struct pace pace;

	set_lines(t);
	start(t, tell_and_fail);
	run_for_operations(t, 5);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(t->told[i].outcome, rows[i].outcome);
		assert_int_equal(t->told[i].count, rows[i].count);
		assert_int_equal(t->told[i].number, 0);
	}
	assert_int_equal(t->told[2].way, WAY_OTHER);
	assert_int_equal(t->told[2].status, FAILURE_TOLD);
	/* That it failed is one more. */
	assert_int_equal(t->told[4].outcome, OPERATION_FAILED);
	assert_int_equal(t->told[4].way, WAY_PROCESS);
	assert_int_equal(t->told[4].status, 3 << 8);
	assert_int_equal(keeper.last.output, OUTPUT_BOTH);
	load_pace(t->load, &pace);
	assert_int_equal(pace.next, 0); /* nothing was planned */
}

static void a_tool_that_has_ended_is_started_again(void **state)
{
	struct test *t = *state;

	set_lines(t);
	start(t, tell_and_fail);
	run_for_operations(t, 5);
	assert_int_equal(keeper.asked, 1);
	keeper.refuse = 1; /* nor does the first try have to succeed */
	run_for_operations(t, 10);
	assert_true(keeper.asked >= 3);
	assert_true(t->told[5].ended_ns - t->told[4].ended_ns >= 200 * MS);
	assert_int_equal(t->told[5].count, 5);
}

static void a_tool_that_goes_on_is_ended(void **state)
{
	struct test *t = *state;
	struct loop *last;

	set_lines(t);
	start(t, tell_and_stay);
	run_for_operations(t, 1);
	assert_int_equal(loop_new(&last), 0);
	assert_int_equal(load_drain(t->load, last), 0);
	assert_int_equal(load_under_way(t->load), 0); /* nobody waits for it */
	stop(t);
	loop_free(last);
	assert_int_equal(keeper.killed, 1);
	assert_int_equal(t->n, 1); /* that jinx has killed it is no failure */
}

/* Over the network. */

static struct loader *shared;

static void set_network(struct test *t)
{
	t->spec.ask.kind = ASK_TCP;
	t->spec.concurrency = 2;
	shared = loader_new(&t->spec);
	assert_non_null(shared);
	t->targets.executables[0].argument = shared;
}

static void wait_for_go(void)
{
	while (!atomic_load(&shared->go))
		usleep(1000);
}

static void tell_each_result(int output)
{
	struct loader_record r = {.ended_ns = 3};

	wait_for_go();
	for (int i = REPLY_OK; i <= REPLY_UNKNOWN; i++) {
		r.result = i;
		r.way = WAY_HTTP;
		r.status = 500 + i;
		r.began_ns = r.planned_ns = monotonic_ns();
		loader_tell(shared, &r);
	}
	stay(output);
}

static void each_result_over_the_network(void **state)
{
	static const enum outcome outcomes[] = {
		[REPLY_OK] = OPERATION_SUCCEEDED,
		[REPLY_FAILED] = OPERATION_FAILED,
		[REPLY_TIMED_OUT] = OPERATION_TIMED_OUT,
		[REPLY_CUT_OFF] = OPERATION_CUT_OFF,
		[REPLY_UNKNOWN] = OPERATION_FAILED,
	};
	struct test *t = *state;

	set_network(t);
	start(t, tell_each_result);
	run_for_operations(t, 5);
	for (unsigned int i = 0; i < 5; i++) {
		unsigned int result = t->told[i].status - 500;

		assert_int_equal(result, REPLY_OK + i);
		assert_int_equal(t->told[i].outcome, outcomes[result]);
		assert_int_equal(t->told[i].way, WAY_HTTP);
		assert_int_equal(t->told[i].ended_ns, 3);
		assert_int_equal(t->told[i].phase, 0);
	}
	stop(t);
	assert_int_equal(keeper.killed, 1);
	assert_int_equal(t->n, 5); /* none was under way */
}

static void begin_and_die(int output)
{
	(void)output;
	wait_for_go();
	atomic_store(&shared->slots[1].began_ns, monotonic_ns());
	_exit(9);
}

static void a_dead_process_cuts_its_operations_off(void **state)
{
	struct test *t = *state;

	set_network(t);
	start(t, begin_and_die);
	run_for_operations(t, 2); /* and has a successor */
	assert_true(keeper.asked >= 2);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(t->told[i].outcome, OPERATION_CUT_OFF);
		assert_int_equal(t->told[i].status, 9 << 8);
	}
	assert_true(t->told[1].began_ns - t->told[0].ended_ns >= 50 * MS);
}

static void begin_and_stay(int output)
{
	wait_for_go();
	atomic_store(&shared->slots[0].began_ns, monotonic_ns());
	stay(output);
}

static void requests_under_way_at_the_end_are_unfinished(void **state)
{
	struct test *t = *state;
	struct loop *last;

	set_network(t);
	start(t, begin_and_stay);
	run_until(t, under_way);
	assert_int_equal(load_under_way(t->load), 1);
	assert_int_equal(loop_new(&last), 0);
	assert_int_equal(load_drain(t->load, last), 0);
	assert_true(atomic_load(&shared->stop));
	stop(t);
	loop_free(last);
	assert_int_equal(t->n, 1);
	assert_int_equal(t->told[0].outcome, OPERATION_UNFINISHED);
}

static void a_process_that_can_not_start_is_an_error(void **state)
{
	struct test *t = *state;
	const struct load_options o = {.spec = &t->spec,
		.targets = &t->targets,
		.loop = t->loop,
		.on_end = on_operation,
		.context = t};

	set_network(t);
	keeper.refuse = 1;
	t->load = load_new(&o);
	assert_non_null(t->load);
	assert_int_equal(load_prepare(t->load), -EAGAIN);
	assert_int_equal(load_under_way(t->load), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_tools_lines_are_operations),
		TEST(a_tool_that_has_ended_is_started_again),
		TEST(a_tool_that_goes_on_is_ended),
		TEST(each_result_over_the_network),
		TEST(a_dead_process_cuts_its_operations_off),
		TEST(requests_under_way_at_the_end_are_unfinished),
		TEST(a_process_that_can_not_start_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
