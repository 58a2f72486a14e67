/* SPDX-License-Identifier: GPL-2.0 */
/* Workloads with a keeper that was made up: started, and what they tell of their operations. */
#ifndef JINX_MADE_UP_LOAD_H
#define JINX_MADE_UP_LOAD_H

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

static bool under_way(const struct test *t)
{
	return load_under_way(t->load);
}

static void stop(struct test *t)
{
	load_free(t->load);
	t->load = NULL;
}

/* What is started. */

static void stay(int output)
{
	(void)output;
	for (;;)
		pause();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
