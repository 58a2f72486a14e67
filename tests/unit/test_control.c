// SPDX-License-Identifier: GPL-2.0
/*
 * What jinx ps and jinx stop say to an experiment, and what it answers: while its loop runs, while
 * it ends, when it is stuck, and when somebody connects who asks nothing or nonsense.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "run/control_server.h"
#include "run/listeners.h"

#define SOON (monotonic_ns() + 2000000000ull)

/* One experiment, and one who asks, in a thread of its own. */
struct test {
	char id[8];
	struct control_server *server;
	struct loop *loop;
	void (*ask)(struct test *t);
	int done; /* the thread's end */
	unsigned int stops, meetings;
	/* What came of asking. */
	int err;
	struct status status;
	ssize_t n;
	char text[16];
};

static void tell_status(struct status *ret, void *context)
{
	struct test *t = context;

	*ret = (struct status){.pid = 1, .left_ms = 1500, .injected = 42};
	snprintf(ret->id, sizeof(ret->id), "%s", t->id);
	snprintf(ret->phase, sizeof(ret->phase), "slow");
}

static void stop(void *context)
{
	struct test *t = context;

	t->stops++;
	loop_stop(t->loop);
}

static bool meet(const char *question, size_t size, void *context)
{
	struct test *t = context;

	t->meetings += size == 4; /* other experiments of this host ask at more length */
	return size == 4 && !memcmp(question, "nabc", 4);
}

static const struct control_functions functions = {tell_status, stop, meet};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));
	static unsigned int n;

	snprintf(t->id, sizeof(t->id), "%06x", ((unsigned int)getpid() << 4 | n++) & 0xffffff);
	if (control_server_new(t->id, &t->server) || loop_new(&t->loop))
		return -1;
	t->done = eventfd(0, EFD_CLOEXEC);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	control_server_free(t->server);
	loop_free(t->loop);
	close(t->done);
	free(t);
	return 0;
}

static void *asker(void *context)
{
	struct test *t = context;

	t->ask(t);
	eventfd_write(t->done, 1);
	return NULL;
}

static void on_done(uint32_t events, void *context)
{
	struct test *t = context;

	(void)events;
	eventfd_read(t->done, &(eventfd_t){0});
	loop_stop(t->loop);
}

/* The experiment's loop runs until the question is answered, or it is told to stop. */
static void ask(struct test *t, void (*f)(struct test *t))
{
	struct source *done;
	pthread_t thread;

	t->ask = f;
	assert_int_equal(control_server_start(t->server, t->loop, &functions, t), 0);
	assert_int_equal(loop_watch(t->loop, t->done, EPOLLIN, on_done, t, &done), 0);
	assert_int_equal(pthread_create(&thread, NULL, asker, t), 0);
	assert_int_equal(loop_run(t->loop), 0);
	if (t->stops) { /* the connection's end says that it has cleaned up */
		control_server_free(t->server);
		t->server = NULL;
	}
	pthread_join(thread, NULL);
	loop_remove(done);
	if (t->server)
		control_server_pause(t->server);
}

static void ask_status(struct test *t)
{
	t->err = control_status(t->id, SOON, &t->status);
}

static void the_status_is_the_experiments(void **state)
{
	struct test *t = *state;

	ask(t, ask_status);
	assert_int_equal(t->err, 0);
	assert_string_equal(t->status.id, t->id);
	assert_string_equal(t->status.phase, "slow");
	assert_int_equal(t->status.injected, 42);
	assert_int_equal(t->status.left_ms, 1500);
	/* As the kernel says, whatever the experiment says of itself. */
	assert_int_equal(t->status.pid, getpid());
	assert_int_equal(t->stops, 0);
}

static void ask_to_stop(struct test *t)
{
	t->err = control_stop(t->id, SOON);
}

static void it_is_told_to_stop(void **state)
{
	struct test *t = *state;

	ask(t, ask_to_stop);
	assert_int_equal(t->err, 0);
	assert_int_equal(t->stops, 1);
}

static void ask_neighbour(struct test *t)
{
	t->err = control_meet(t->id, "nabc", 4, SOON);
}

static void ask_stranger(struct test *t)
{
	t->err = control_meet(t->id, "nxyz", 4, SOON);
}

static void neighbours_are_told_apart(void **state)
{
	struct test *t = *state;

	ask(t, ask_neighbour);
	assert_int_equal(t->err, 1);
	ask(t, ask_stranger);
	assert_int_equal(t->err, 0);
	assert_int_equal(t->meetings, 2);
}

/* Connects, sends it, and keeps what comes: nothing, and the end. */
static void say(struct test *t, const char *what)
{
	struct sockaddr_un a;
	socklen_t size = control_address(t->id, &a);
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	t->err = connect(fd, (struct sockaddr *)&a, size) ? -errno : 0;
	if (!t->err && *what)
		t->err = send(fd, what, strlen(what), MSG_NOSIGNAL) < 0 ? -errno : 0;
	t->n = recv(fd, t->text, sizeof(t->text), 0);
}

static void say_nonsense(struct test *t)
{
	say(t, "xyzzy");
}

static void say_nothing(struct test *t)
{
	say(t, "");
}

static void who_asks_nothing_is_sent_away(void **state)
{
	struct test *t = *state;
	uint64_t began = monotonic_ns();

	ask(t, say_nonsense);
	assert_int_equal(t->err, 0);
	assert_int_equal(t->n, 0);
	ask(t, say_nothing);
	assert_int_equal(t->err, 0);
	assert_int_equal(t->n, 0);
	assert_true(monotonic_ns() - began < 3000000000ull);
	assert_int_equal(t->stops + t->meetings, 0);
}

/* The loop is over: a thread answers with the last status until all is cleaned up. */
static void it_answers_while_it_ends(void **state)
{
	struct test *t = *state;
	struct status last = {.injected = 7};
	pthread_t thread;

	assert_int_equal(control_server_start(t->server, t->loop, &functions, t), 0);
	assert_int_equal(control_server_attend(t->server, &last), 0);
	ask_status(t);
	assert_int_equal(t->err, 0);
	assert_int_equal(t->status.injected, 7);
	assert_int_equal(t->status.pid, getpid());
	t->ask = ask_to_stop;
	t->err = 1;
	assert_int_equal(pthread_create(&thread, NULL, asker, t), 0);
	usleep(100000);
	assert_int_equal(t->err, 1); /* it waits for the end */
	control_server_free(t->server);
	t->server = NULL;
	pthread_join(thread, NULL);
	assert_int_equal(t->err, 0);
	assert_int_equal(t->stops, 0); /* it was ending already */
}

/* Then it has cleaned up and waits for something else: an order to stop is one once more. */
static void it_answers_after_its_end(void **state)
{
	struct test *t = *state;
	struct status last = {.injected = 7};
	pthread_t thread;

	assert_int_equal(control_server_start(t->server, t->loop, &functions, t), 0);
	assert_int_equal(control_server_attend(t->server, &last), 0);
	t->ask = ask_to_stop;
	t->err = 1;
	assert_int_equal(pthread_create(&thread, NULL, asker, t), 0);
	usleep(100000);
	assert_int_equal(t->err, 1);
	assert_true(control_server_return(t->server));
	pthread_join(thread, NULL);
	assert_int_equal(t->err, 0); /* it has not waited for more */
	assert_int_equal(t->stops, 0);
	assert_int_equal(eventfd_read(t->done, &(eventfd_t){0}), 0);
	assert_int_equal(control_server_start(t->server, t->loop, &functions, t), 0);
	assert_int_equal(pthread_create(&thread, NULL, asker, t), 0);
	assert_int_equal(loop_run(t->loop), 0);
	assert_int_equal(t->stops, 1);
	control_server_free(t->server);
	t->server = NULL;
	pthread_join(thread, NULL);
	assert_int_equal(t->err, 0);
}

static void nobody_is_there(void **state)
{
	struct test *t = *state;

	control_server_free(t->server);
	t->server = NULL;
	ask_status(t);
	assert_int_equal(t->err, -ECONNREFUSED);
	ask_to_stop(t);
	assert_int_equal(t->err, -ECONNREFUSED);
	assert_int_equal(control_meet(t->id, "n", 1, SOON), -ECONNREFUSED);
}

/* It takes the connection and never answers, as one does that was stopped: it is killed. */
static void one_that_is_stuck_is_killed(void **state)
{
	struct test *t = *state;
	int ready[2], status;
	pid_t pid;
	char byte;

	control_server_free(t->server);
	t->server = NULL;
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct control_server *stuck;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (control_server_new(t->id, &stuck) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(control_status(t->id, SOON, &t->status), -ETIMEDOUT);
	assert_int_equal(control_stop(t->id, SOON), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void two_cannot_have_one_name(void **state)
{
	struct test *t = *state;
	struct control_server *second;

	assert_int_equal(control_server_new(t->id, &second), -EADDRINUSE);
}

static bool is_listed(const char *id)
{
	_cleanup_free_ char(*ids)[8] = NULL;
	int n = listeners_find(&ids);

	for (int i = 0; i < n; i++)
		if (!strcmp(ids[i], id))
			return true;
	return false;
}

static void it_is_listed_while_it_listens(void **state)
{
	struct test *t = *state;

	assert_true(is_listed(t->id));
	control_server_free(t->server);
	t->server = NULL;
	assert_false(is_listed(t->id));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_status_is_the_experiments),
		TEST(it_is_told_to_stop),
		TEST(neighbours_are_told_apart),
		TEST(who_asks_nothing_is_sent_away),
		TEST(it_answers_while_it_ends),
		TEST(it_answers_after_its_end),
		TEST(nobody_is_there),
		TEST(one_that_is_stuck_is_killed),
		TEST(two_cannot_have_one_name),
		TEST(it_is_listed_while_it_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
