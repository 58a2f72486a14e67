// SPDX-License-Identifier: GPL-2.0
/* What is asked over TCP, of a server on the loopback that a thread is. */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/client.h"

#define TIMES 5

struct test {
	int listener;
	pthread_t server;
	char address[32];
	struct loop *loop;
	struct network *network;
	struct client *client;
	int asked, ok;
	struct reply last;
	int ended; /* connections of which the server saw the end */
};

/* Answers PONG to whatever comes, and waits until the client is gone before it takes the next one.
 */
static void *serve(void *context)
{
	struct test *t = context;
	char text[64];

	for (int i = 0; i < TIMES; i++) {
		int fd = accept(t->listener, NULL, NULL);

		if (fd < 0)
			break;
		if (recv(fd, text, sizeof(text), 0) > 0)
			(void)!write(fd, "+PONG\r\n", 7);
		while (recv(fd, text, sizeof(text), 0) > 0)
			;
		t->ended++;
		close(fd);
	}
	return NULL;
}

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);

	t->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(t->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(t->listener, 1), 0);
	assert_int_equal(getsockname(t->listener, (struct sockaddr *)&address, &size), 0);
	snprintf(t->address, sizeof(t->address), "127.0.0.1:%d", ntohs(address.sin_port));
	assert_int_equal(loop_new(&t->loop), 0);
	assert_int_equal(network_new(t->loop, 16, &t->network), 0);
	assert_int_equal(pthread_create(&t->server, NULL, serve, t), 0);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	client_free(t->client);
	network_free(t->network);
	shutdown(t->listener, SHUT_RDWR);
	pthread_join(t->server, NULL);
	close(t->listener);
	loop_free(t->loop);
	free(t);
	return 0;
}

static void on_reply(const struct reply *r, void *context)
{
	struct test *t = context;

	t->last = *r;
	t->ok += r->result == REPLY_OK;
	if (++t->asked == TIMES || r->result != REPLY_OK)
		loop_stop(t->loop);
	else
		assert_int_equal(client_ask(t->client), 0);
}

static void ask(struct test *t, bool keep_alive, const char *wanted)
{
	const struct ask ask = {.kind = ASK_TCP,
		.address = t->address,
		.send = "PING\r\n",
		.expect.output = (char *)wanted,
		.timeout_ns = 2000000000};
	struct error why;

	assert_int_equal(
		client_new(t->network, &ask, keep_alive, on_reply, t, &t->client, &why), 0);
	assert_int_equal(client_ask(t->client), 0);
	assert_int_equal(loop_run(t->loop), 0);
	client_free(t->client);
	t->client = NULL;
}

/* One connection after the other, of which each ends with its answer: the server takes one at a
 * time. */
static void answered(struct test *t, bool keep_alive)
{
	ask(t, keep_alive, "PONG");
	if (t->ok != TIMES)
		fail_msg("%d of %d: %d %s", t->ok, t->asked, t->last.result, t->last.why);
	pthread_join(t->server, NULL);
	assert_int_equal(t->ended, TIMES);
	assert_int_equal(pthread_create(&t->server, NULL, serve, t), 0);
}

static void a_probe(void **state)
{
	answered(*state, false);
}

static void a_workload(void **state)
{
	answered(*state, true);
}

static void another_answer(void **state)
{
	struct test *t = *state;

	ask(t, false, "PANG");
	assert_int_equal(t->asked, 1);
	assert_int_equal(t->last.result, REPLY_TIMED_OUT); /* the rest might have come yet */
}

/* What is to begin with something else has failed at once. */
static void another_beginning(void **state)
{
	struct test *t = *state;

	ask(t, false, "^\\+OK\r\n");
	assert_int_equal(t->last.result, REPLY_FAILED);
	assert_int_equal(t->last.way, WAY_OTHER);
	assert_int_equal(t->last.status, FAILURE_MISMATCH);
}

static void nobody_there(void **state)
{
	struct test *t = *state;

	snprintf(t->address, sizeof(t->address), "127.0.0.1:9");
	ask(t, false, "PONG");
	assert_int_equal(t->last.result, REPLY_FAILED);
	assert_int_equal(t->last.way, WAY_ERRNO);
	assert_int_equal(t->last.status, ECONNREFUSED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_probe),
		TEST(a_workload),
		TEST(another_answer),
		TEST(another_beginning),
		TEST(nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
