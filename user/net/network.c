// SPDX-License-Identifier: GPL-2.0
/* libcurl says what it waits for, and is called when that has come. */
#include "net/network.h"

#include <errno.h>
#include <stdlib.h>

#include "base/process.h"
#include "net/client.h"

static void look_for_ends(struct network *n)
{
	int left;

	for (CURLMsg *m; (m = curl_multi_info_read(n->multi, &left));) {
		CURLcode code = m->data.result;
		void *client = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &client);
		client_on_end(client, code); /* m is gone after it */
	}
}

struct socket {
	struct network *network;
	curl_socket_t fd;
	struct source *source;
};

static void on_socket(uint32_t events, void *context)
{
	const struct socket *s = context;
	struct network *n = s->network;
	int what = 0, running;

	if (events & (EPOLLIN | EPOLLHUP))
		what |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (events & EPOLLERR)
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(n->multi, s->fd, what, &running); /* s may be gone after it */
	look_for_ends(n);
}

static void on_timer(uint64_t now_ns, void *context)
{
	struct network *n = context;
	int running;

	(void)now_ns;
	curl_multi_socket_action(n->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look_for_ends(n);
}

static int set_timer(CURLM *multi, long ms, void *context)
{
	const struct network *n = context;

	(void)multi;
	loop_set(n->timer, ms < 0 ? LOOP_NEVER : monotonic_ns() + ms * 1000000ull);
	return 0;
}

static int watch(CURL *easy, curl_socket_t fd, int what, void *context, void *socket)
{
	struct network *n = context;
	struct socket *s = socket;
	uint32_t events = 0;

	(void)easy;
	if (s)
		loop_remove(s->source);
	if (what == CURL_POLL_REMOVE) {
		free(s);
		curl_multi_assign(n->multi, fd, NULL);
		return 0;
	}
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return -1;
		*s = (struct socket){.network = n, .fd = fd};
		curl_multi_assign(n->multi, fd, s);
	}
	if (what & CURL_POLL_IN)
		events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		events |= EPOLLOUT;
	s->source = NULL;
	return loop_watch(n->loop, fd, events, on_socket, s, &s->source) ? -1 : 0;
}

static int set_up(struct network *n, unsigned int connections)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return -ENOMEM;
	n->multi = curl_multi_init();
	if (!n->multi)
		return -ENOMEM;
	curl_multi_setopt(n->multi, CURLMOPT_SOCKETFUNCTION, watch);
	curl_multi_setopt(n->multi, CURLMOPT_SOCKETDATA, n);
	curl_multi_setopt(n->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(n->multi, CURLMOPT_TIMERDATA, n);
	curl_multi_setopt(n->multi, CURLMOPT_MAXCONNECTS, (long)connections);
	curl_multi_setopt(n->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return loop_timer(n->loop, LOOP_NEVER, 0, on_timer, n, &n->timer);
}

int network_new(struct loop *l, unsigned int connections, struct network **ret)
{
	struct network *n = calloc(1, sizeof(*n));
	int err;

	if (!n)
		return -ENOMEM;
	n->loop = l;
	err = set_up(n, connections);
	if (err)
		network_free(n);
	else
		*ret = n;
	return err;
}

void network_free(struct network *n)
{
	if (!n)
		return;
	curl_multi_cleanup(n->multi);
	loop_remove(n->timer);
	free(n);
}
