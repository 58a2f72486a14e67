// SPDX-License-Identifier: GPL-2.0
/* The loop: what is due is called, in order and in time, whatever is removed meanwhile. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/loop.h"
#include "base/process.h"

#define MS 1000000ull

struct test {
	struct loop *loop;
	struct source *sources[4];
	int pipe[2];
	char order[32];
	unsigned int n;
	uint64_t began_ns, at_ns[16];
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_int_equal(loop_new(&t->loop), 0);
	assert_int_equal(pipe(t->pipe), 0);
	t->began_ns = monotonic_ns();
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	loop_free(t->loop);
	for (int i = 0; i < 2; i++)
		if (t->pipe[i] >= 0)
			close(t->pipe[i]);
	free(t);
	return 0;
}

static void stop(uint64_t now_ns, void *context)
{
	struct test *t = context;

	(void)now_ns;
	loop_stop(t->loop);
}

static void stop_at(struct test *t, uint64_t ms)
{
	assert_int_equal(loop_timer(t->loop, monotonic_ns() + ms * MS, 0, stop, t, NULL), 0);
}

static void note(struct test *t, char c)
{
	assert_true(t->n + 1 < sizeof(t->order));
	t->order[t->n++] = c;
}

#define DEFINE_NOTE(name, c)                             \
	static void name(uint64_t now_ns, void *context) \
	{                                                \
		(void)now_ns;                            \
		note(context, c);                        \
	}

DEFINE_NOTE(a, 'a')
DEFINE_NOTE(b, 'b')
DEFINE_NOTE(c, 'c')

static void timers_in_order(void **state)
{
	struct test *t = *state;
	uint64_t now = t->began_ns;

	assert_int_equal(loop_timer(t->loop, now + 3 * MS, 0, c, t, NULL), 0);
	assert_int_equal(loop_timer(t->loop, now + 1 * MS, 0, a, t, NULL), 0);
	assert_int_equal(loop_timer(t->loop, now + 2 * MS, 0, b, t, NULL), 0);
	assert_int_equal(loop_timer(t->loop, now + 2 * MS, 0, c, t, NULL), 0);
	assert_int_equal(loop_timer(t->loop, 0, 0, b, t, NULL), 0); /* long due */
	assert_int_equal(loop_timer(t->loop, LOOP_NEVER, 0, a, t, NULL), 0);
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "babcc");
}

static void note_time(uint64_t now_ns, void *context)
{
	struct test *t = context;

	t->at_ns[t->n++] = now_ns;
	if (t->n == 10)
		loop_stop(t->loop);
}

/* Each is counted from the first, not from when the last one was called. */
static void periodic_without_drift(void **state)
{
	struct test *t = *state;
	uint64_t late, worst = 0, best = UINT64_MAX, first = t->began_ns + 2 * MS;

	assert_int_equal(loop_timer(t->loop, first, 2 * MS, note_time, t, NULL), 0);
	assert_int_equal(loop_run(t->loop), 0);
	for (unsigned int i = 0; i < t->n; i++) {
		assert_true(t->at_ns[i] >= first + i * 2 * MS);
		late = (t->at_ns[i] - first) % (2 * MS);
		worst = late > worst ? late : worst;
		best = late < best ? late : best;
	}
	/* On a busy host some are late, or are left out; that all are would be the loop's doing. */
	assert_true(best < MS / 2);
	print_message("# late by %llu to %llu us\n", (unsigned long long)best / 1000,
		(unsigned long long)worst / 1000);
}

static void dawdle(uint64_t now_ns, void *context)
{
	struct test *t = context;

	note_time(now_ns, context);
	if (t->n == 1)
		usleep(25000);
	if (t->n == 3)
		loop_stop(t->loop);
}

static void missed_times_are_left_out(void **state)
{
	struct test *t = *state;

	assert_int_equal(loop_timer(t->loop, t->began_ns, 10 * MS, dawdle, t, NULL), 0);
	assert_int_equal(loop_run(t->loop), 0);
	/* One of the two that were missed is made up for, and then they are where they were. */
	assert_true(t->at_ns[1] >= t->began_ns + 25 * MS);
	assert_true(t->at_ns[2] >= t->began_ns + 30 * MS);
}

static void again(uint64_t now_ns, void *context)
{
	struct test *t = context;

	note(t, 'r');
	if (t->n < 6)
		loop_set(t->sources[0], now_ns);
	else
		loop_stop(t->loop);
}

static void on_byte(uint32_t events, void *context)
{
	struct test *t = context;
	char byte;

	assert_true(events & EPOLLIN);
	assert_int_equal(read(t->pipe[0], &byte, 1), 1);
	note(t, byte);
}

/* What is due at once, always, lets others have their turns. */
static void nobody_starves(void **state)
{
	struct test *t = *state;

	assert_int_equal(loop_timer(t->loop, 0, 0, again, t, &t->sources[0]), 0);
	assert_int_equal(loop_timer(t->loop, 0, 0, a, t, NULL), 0);
	assert_int_equal(loop_watch(t->loop, t->pipe[0], EPOLLIN, on_byte, t, NULL), 0);
	assert_int_equal(write(t->pipe[1], "x", 1), 1);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "xrarrr");
}

static void level_and_edge(void **state)
{
	struct test *t = *state;

	assert_int_equal(loop_watch(t->loop, t->pipe[0], EPOLLIN, on_byte, t, &t->sources[0]), 0);
	assert_int_equal(write(t->pipe[1], "xy", 2), 2);
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "xy");
	loop_remove(t->sources[0]);
	assert_int_equal(loop_watch(t->loop, t->pipe[0], EPOLLIN | EPOLLET, on_byte, t, NULL), 0);
	assert_int_equal(write(t->pipe[1], "12", 2), 2);
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "xy1");
	assert_int_equal(write(t->pipe[1], "3", 1), 1);
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "xy12");
}

static void remove_itself(uint64_t now_ns, void *context)
{
	struct test *t = context;

	(void)now_ns;
	note(t, 'i');
	loop_remove(t->sources[0]);
}

static void remove_other(uint32_t events, void *context)
{
	struct test *t = context;

	(void)events;
	note(t, 'o');
	for (int i = 1; i < 3; i++)
		loop_remove(t->sources[i]);
	loop_remove(t->sources[3]);
}

/* Two descriptors are readable and a timer is due: which of the two comes first is the kernel's. */
static void removed_meanwhile(void **state)
{
	struct test *t = *state;
	int other[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, other), 0);
	assert_int_equal(write(t->pipe[1], "x", 1), 1);
	assert_int_equal(write(other[1], "x", 1), 1);
	assert_int_equal(loop_timer(t->loop, 0, MS, remove_itself, t, &t->sources[0]), 0);
	assert_int_equal(
		loop_watch(t->loop, t->pipe[0], EPOLLIN, remove_other, t, &t->sources[1]), 0);
	assert_int_equal(
		loop_watch(t->loop, other[0], EPOLLIN, remove_other, t, &t->sources[2]), 0);
	assert_int_equal(loop_timer(t->loop, 0, MS, b, t, &t->sources[3]), 0);
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "oi");
	close(other[0]);
	close(other[1]);
}

static void on_end(uint32_t events, void *context)
{
	struct test *t = context;

	assert_true(events & EPOLLHUP);
	note(t, 'e');
	loop_remove(t->sources[0]);
	close(t->pipe[0]);
	t->pipe[0] = -1;
	loop_stop(t->loop);
}

static void closed(void **state)
{
	struct test *t = *state;
	int other = dup(t->pipe[1]);

	assert_int_equal(loop_watch(t->loop, t->pipe[0], EPOLLIN, on_end, t, &t->sources[0]), 0);
	close(t->pipe[1]);
	close(other);
	t->pipe[1] = -1;
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "e");
	/* One that has been closed before it is removed is never called, and no harm. */
	assert_int_equal(pipe(t->pipe), 0);
	assert_int_equal(loop_watch(t->loop, t->pipe[0], EPOLLIN, on_byte, t, &t->sources[0]), 0);
	assert_int_equal(write(t->pipe[1], "x", 1), 1);
	close(t->pipe[0]);
	t->pipe[0] = -1;
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "e");
	loop_remove(t->sources[0]);
}

static void stop_on_byte(uint32_t events, void *context)
{
	struct test *t = context;

	on_byte(events, context);
	loop_stop(t->loop);
}

/* After loop_stop() nothing is called; the next loop_run() goes on. */
static void stopped(void **state)
{
	struct test *t = *state;

	assert_int_equal(loop_watch(t->loop, t->pipe[0], EPOLLIN, stop_on_byte, t, NULL), 0);
	assert_int_equal(loop_timer(t->loop, 0, 0, a, t, NULL), 0);
	assert_int_equal(write(t->pipe[1], "x", 1), 1);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "x");
	stop_at(t, 50);
	assert_int_equal(loop_run(t->loop), 0);
	assert_string_equal(t->order, "xa");
}

static void unwatchable(void **state)
{
	struct test *t = *state;
	_cleanup_file_ FILE *regular = tmpfile();

	assert_int_equal(loop_watch(t->loop, fileno(regular), EPOLLIN, on_byte, t, NULL), -EPERM);
	assert_int_equal(loop_watch(t->loop, -1, EPOLLIN, on_byte, t, NULL), -EBADF);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers_in_order),
		TEST(periodic_without_drift),
		TEST(missed_times_are_left_out),
		TEST(nobody_starves),
		TEST(level_and_edge),
		TEST(removed_meanwhile),
		TEST(closed),
		TEST(stopped),
		TEST(unwatchable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
