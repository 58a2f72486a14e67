// SPDX-License-Identifier: GPL-2.0
#include "net/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "expect/pattern.h"
#include "net/network.h"

/* So much of an answer is looked at. */
#define MAX_ANSWER (64 << 10)

struct client {
	struct network *network;
	const struct ask *ask;
	CURL *easy;
	bool asking; /* it is in the multi handle */
	reply_function f;
	void *context;
	struct pattern *pattern; /* of the body, or of what is received; NULL: anything */
	char *answer;		 /* MAX_ANSWER bytes, where there is a pattern */
	size_t n_answer, n_sent;
	uint64_t until_ns;
	/* Once a TCP connection is there. */
	int fd;
	struct source *talk;
	struct source *time;
};

static const char *regex_of(const struct ask *a)
{
	return a->kind == ASK_HTTP ? a->expect.body : a->expect.output;
}

/* It is over: the connection stays only where HTTP says so. */
static void leave(struct client *c)
{
	loop_remove(c->talk);
	c->talk = NULL;
	loop_set(c->time, LOOP_NEVER);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	if (c->asking)
		curl_multi_remove_handle(c->network->multi, c->easy);
	c->asking = false;
}

static void reply(struct client *c, const struct reply *r)
{
	leave(c);
	c->f(r, c->context);
}

static void failed(struct client *c, enum failure_way way, int status)
{
	const struct reply r = {REPLY_FAILED, way, status, ""};

	reply(c, &r);
}

static void cut_off(struct client *c)
{
	const struct reply r = {REPLY_CUT_OFF, WAY_OTHER, FAILURE_CUT_OFF, ""};

	reply(c, &r);
}

static void timed_out(struct client *c)
{
	const struct reply r = {REPLY_TIMED_OUT, WAY_TIMEOUT, 0, ""};

	reply(c, &r);
}

static void unknown(struct client *c, const char *why)
{
	struct reply r = {.result = REPLY_UNKNOWN};

	snprintf(r.why, sizeof(r.why), "%s", why);
	reply(c, &r);
}

static void succeeded(struct client *c)
{
	const struct reply r = {.result = REPLY_OK};

	reply(c, &r);
}

/* What has come so far is the whole answer. */
static void compare(struct client *c)
{
	int found = c->pattern ? pattern_find(c->pattern, c->answer, c->n_answer) : 1;

	if (found == 1)
		succeeded(c);
	else if (found == 0)
		failed(c, WAY_OTHER, FAILURE_MISMATCH);
	else
		unknown(c, "the regular expression takes too long");
}

static size_t on_body(char *bytes, size_t size, size_t n, void *client)
{
	struct client *c = client;
	size_t took = size * n, room = MAX_ANSWER - c->n_answer;

	if (c->pattern) {
		memcpy(c->answer + c->n_answer, bytes, took < room ? took : room);
		c->n_answer += took < room ? took : room;
	}
	return took;
}

static void on_talk(uint32_t events, void *context);

static int watch(struct client *c, uint32_t events)
{
	loop_remove(c->talk);
	c->talk = NULL;
	return loop_watch(c->network->loop, c->fd, events, on_talk, c, &c->talk);
}

/* All is sent: what comes now counts. */
static void listen_to(struct client *c)
{
	if (!c->pattern)
		succeeded(c);
	else if (watch(c, EPOLLIN))
		unknown(c, "out of memory");
}

static void say(struct client *c)
{
	const char *text = c->ask->send ?: "";
	size_t size = strlen(text);
	ssize_t n = 0;

	while (c->n_sent < size &&
		(n = send(c->fd, text + c->n_sent, size - c->n_sent, MSG_NOSIGNAL)) > 0)
		c->n_sent += n;
	if (c->n_sent == size)
		listen_to(c);
	else if (n < 0 && errno != EAGAIN)
		failed(c, WAY_ERRNO, errno);
}

static void hear(struct client *c)
{
	size_t room = MAX_ANSWER - c->n_answer;
	ssize_t n = recv(c->fd, c->answer + c->n_answer, room, 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0) {
		c->n_answer += n;
		if (c->n_answer < MAX_ANSWER &&
			pattern_find(c->pattern, c->answer, c->n_answer) == 0 &&
			pattern_may_come(c->pattern, c->answer, c->n_answer))
			return; /* the rest may come yet */
		compare(c);
	} else if (c->n_sent && !c->n_answer) {
		cut_off(c);
	} else {
		compare(c); /* it says no more */
	}
}

static void on_talk(uint32_t events, void *context)
{
	struct client *c = context;

	if (events & EPOLLOUT)
		say(c);
	else
		hear(c);
}

static void on_time(uint64_t now_ns, void *context)
{
	(void)now_ns;
	timed_out(context);
}

/* The socket is libcurl's: it goes with its handle. */
static void connected(struct client *c)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd);
	c->fd = fd == CURL_SOCKET_BAD ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (c->fd < 0)
		unknown(c, "the connection is gone");
	else if (!c->ask->send)
		listen_to(c);
	else if (watch(c, EPOLLOUT))
		unknown(c, "out of memory");
	if (c->talk)
		loop_set(c->time, c->until_ns);
}

static void judge_http(struct client *c)
{
	const struct expected *e = &c->ask->expect;
	unsigned int low = e->status_low ?: 200, high = e->status_high ?: 399;
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < low || status > high)
		failed(c, WAY_HTTP, status);
	else
		compare(c);
}

static void not_connected(struct client *c)
{
	long number = 0;

	curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &number);
	if (number == EMFILE || number == ENFILE || number == ENOMEM)
		unknown(c, strerror(number));
	else
		failed(c, WAY_ERRNO, number ?: ECONNREFUSED);
}

static void lost(struct client *c)
{
	long sent = 0;

	curl_easy_getinfo(c->easy, CURLINFO_REQUEST_SIZE, &sent);
	if (sent)
		cut_off(c);
	else
		failed(c, WAY_OTHER, FAILURE_CUT_OFF);
}

void client_on_end(void *client, CURLcode code)
{
	struct client *c = client;

	if (code == CURLE_OK && c->ask->kind == ASK_TCP) {
		connected(c);
		return;
	}
	if (code == CURLE_OK)
		judge_http(c);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		timed_out(c);
	else if (code == CURLE_COULDNT_CONNECT)
		not_connected(c);
	else if (code == CURLE_COULDNT_RESOLVE_HOST)
		failed(c, WAY_OTHER, FAILURE_UNRESOLVED);
	else if (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
		 code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE)
		lost(c);
	else if (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION)
		failed(c, WAY_OTHER, FAILURE_TLS);
	else if (code == CURLE_OUT_OF_MEMORY || code == CURLE_FAILED_INIT ||
		 code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
		unknown(c, curl_easy_strerror(code));
	else
		failed(c, WAY_OTHER, FAILURE_PROTOCOL);
}

static int set_options(struct client *c, bool keep_alive)
{
	long ms = (c->ask->timeout_ns + 999999) / 1000000;
	bool tcp = c->ask->kind == ASK_TCP;
	_cleanup_free_ char *url = NULL;

	if (asprintf(&url, "%s%s", tcp ? "http://" : "", c->ask->address) < 0) {
		url = NULL;
		return -ENOMEM;
	}
	curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	curl_easy_setopt(c->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, ms);
	curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS, ms);
	curl_easy_setopt(c->easy, CURLOPT_PROXY, ""); /* it is the server that is asked */
	curl_easy_setopt(c->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c->easy, CURLOPT_USERAGENT, "jinx");
	curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
	/* libcurl would close a connection of ours before anything is said by it. */
	curl_easy_setopt(c->easy, CURLOPT_FORBID_REUSE, (long)(!keep_alive && !tcp));
	curl_easy_setopt(c->easy, CURLOPT_FRESH_CONNECT, (long)!keep_alive);
	curl_easy_setopt(c->easy, CURLOPT_CONNECT_ONLY, (long)tcp);
	return curl_easy_setopt(c->easy, CURLOPT_URL, url) ? -ENOMEM : 0;
}

int client_new(struct network *n, const struct ask *ask, bool keep_alive, reply_function f,
	void *context, struct client **ret, struct error *why)
{
	struct client *c = calloc(1, sizeof(*c));
	int err = 0;

	if (!c)
		return -ENOMEM;
	*c = (struct client){.network = n, .ask = ask, .f = f, .context = context, .fd = -1};
	if (regex_of(ask)) {
		err = pattern_new(regex_of(ask), &c->pattern, why);
		c->answer = malloc(MAX_ANSWER);
	}
	c->easy = curl_easy_init();
	if (!err && (!c->easy || (c->pattern && !c->answer)))
		err = -ENOMEM;
	err = err ?: set_options(c, keep_alive);
	err = err ?: loop_timer(n->loop, LOOP_NEVER, 0, on_time, c, &c->time);
	if (err)
		client_free(c);
	else
		*ret = c;
	return err;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	if (c->time)
		leave(c);
	loop_remove(c->time);
	curl_easy_cleanup(c->easy);
	pattern_free(c->pattern);
	free(c->answer);
	free(c);
}

int client_ask(struct client *c)
{
	c->n_answer = c->n_sent = 0;
	c->until_ns = monotonic_ns() + c->ask->timeout_ns;
	if (curl_multi_add_handle(c->network->multi, c->easy))
		return -ENOMEM;
	c->asking = true;
	return 0;
}
