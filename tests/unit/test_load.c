// SPDX-License-Identifier: GPL-2.0
/*
 * Workloads of each kind, with a keeper that was made up: what they tell of their operations,
 * whatever becomes of the processes that make them.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/process.h"
#include "keeper/keeper.h"
#include "run/load.h"
#include "run/loader.h"

#define MS 1000000ull
/* For what has to happen; a host may be busy. */
#define PATIENCE_NS (20000 * MS)
#define MAX_TOLD 4096

struct test {
	struct loop *loop;
	struct targets targets;
	struct workload spec;
	struct load *load;
	bool (*enough)(const struct test *t);
	uint64_t until_ns; /* when waiting for that fails */
	unsigned int n, wanted;
	struct operation told[MAX_TOLD];
};

/* What is started does this, and what was asked for. */
static struct {
	void (*function)(int output);
	unsigned int refuse; /* so many times */
	unsigned int asked, killed;
	struct start_request last;
} keeper;

int keeper_spawn(struct keeper *h, const struct start_request *start, int output, pid_t *ret_pid,
	int *ret_pidfd)
{
	(void)h;
	keeper.asked++;
	keeper.last = *start;
	if (keeper.refuse) {
		keeper.refuse--;
		return -EAGAIN;
	}
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (!*ret_pid) {
		keeper.function(output);
		_exit(0);
	}
	*ret_pidfd = syscall(SYS_pidfd_open, *ret_pid, 0);
	assert_true(*ret_pidfd >= 0);
	return 0;
}

void start_kill(int parent, unsigned int cgroup, int pidfd)
{
	(void)parent;
	(void)cgroup;
	keeper.killed++;
	assert_int_equal(syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0), 0);
}

static void on_operation(const struct operation *o, void *context)
{
	struct test *t = context;

	if (t->n < MAX_TOLD)
		t->told[t->n++] = *o;
}

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	memset(&keeper, 0, sizeof(keeper));
	assert_non_null(t);
	assert_int_equal(loop_new(&t->loop), 0);
	t->targets.executables[0].cgroup = -1;
	t->spec = (struct workload){
		.ask = {.kind = ASK_EXEC, .timeout_ns = PATIENCE_NS}, .concurrency = 1};
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	load_free(t->load);
	loop_free(t->loop);
	loader_free(t->targets.executables[0].argument);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left */
	free(t);
	return 0;
}

static void start(struct test *t, void (*function)(int output))
{
	const struct load_options o = {.spec = &t->spec,
		.targets = &t->targets,
		.loop = t->loop,
		.on_end = on_operation,
		.context = t};

	keeper.function = function;
	t->load = load_new(&o);
	assert_non_null(t->load);
	assert_int_equal(load_prepare(t->load), 0);
	assert_int_equal(load_start(t->load, 0), 0);
}

static void look(uint64_t now_ns, void *context)
{
	struct test *t = context;

	if (t->enough(t) || now_ns > t->until_ns)
		loop_stop(t->loop);
}

static void run_until(struct test *t, bool (*enough)(const struct test *t))
{
	struct source *timer;

	t->enough = enough;
	t->until_ns = monotonic_ns() + PATIENCE_NS;
	assert_int_equal(loop_timer(t->loop, monotonic_ns(), MS, look, t, &timer), 0);
	assert_int_equal(loop_run(t->loop), 0);
	loop_remove(timer);
	assert_true(enough(t));
}

static bool told_enough(const struct test *t)
{
	return t->n >= t->wanted;
}

static void run_for_operations(struct test *t, unsigned int wanted)
{
	t->wanted = wanted;
	run_until(t, told_enough);
}

static void stop(struct test *t)
{
	load_free(t->load);
	t->load = NULL;
}

/* What is started. */

static void succeed(int output)
{
	(void)output;
}

static void stay(int output)
{
	(void)output;
	for (;;)
		pause();
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

/* A command. */

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

static bool under_way(const struct test *t)
{
	return load_under_way(t->load);
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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
