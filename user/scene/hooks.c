// SPDX-License-Identifier: GPL-2.0
#include "scene/hooks.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "run/hook_state.h"

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int run_all(struct hooking *h, enum run_hook hook, struct error *why)
{
	const struct steps *all = &h->s->standing.hooks[hook];
	int ret = 0;

	for (unsigned int i = 0; i < all->n; i++) {
		struct error one = {};
		int err = step_run(&all->all[i], &h->in, &one);

		if (err && !ret)
			*why = one;
		ret = ret ?: err;
		/* As of teardown, one that fails keeps no other from being run. */
		if (ret && hook == HOOK_BEFORE_RUN)
			break;
	}
	return ret;
}

int hooking_run(struct hooking *h, enum run_hook hook, const char *verdict, struct error *why)
{
	const struct hook_state state = {
		.hook = hook, .s = h->s, .dry_run = h->dry_run, .phase = -1, .verdict = verdict};
	int err;

	if (!h->s->standing.hooks[hook].n)
		return 0;
	h->in.input = h->last >= 0 ? take_fd(&h->last) : hook_state_file(&state);
	if (h->in.input < 0)
		return error_errno(why, h->in.input, "telling the state");
	err = run_all(h, hook, why);
	drop(&h->in.input);
	return err;
}

int hooking_socket(struct hooking *h)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends))
		return -errno;
	h->socket = ends[0];
	return ends[1];
}

static void answer(struct hooking *h, int err, const struct error *why)
{
	struct hook_answer a = {.err = err};

	h->busy = false;
	drop(&h->in.input);
	if (err && why->message[0])
		snprintf(a.text, sizeof(a.text), "%.159s", why->message);
	(void)send(h->socket, &a, sizeof(a), MSG_NOSIGNAL); /* it may have gone */
}

/* The next of its commands, or that was the last one. */
static void go_on(struct hooking *h)
{
	const struct steps *all = &h->s->standing.hooks[h->hook];
	struct error why = {};
	int err = h->next < all->n ? step_begin(&all->all[h->next], &h->in, &h->step, &why) : 0;

	if (err || h->next == all->n)
		answer(h, err, &why);
	h->next++;
}

static void end_step(struct hooking *h, int err)
{
	struct error why = {};

	err = step_end(&h->step, &h->in, err, &why);
	if (err)
		answer(h, err, &why);
	else
		go_on(h);
}

/* A message, with the descriptor that came along or -1. */
static bool hear(struct hooking *h, struct hook_message *ret, int *ret_fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec part = {ret, sizeof(*ret)};
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c;

	*ret_fd = -1;
	if (recvmsg(h->socket, &m, MSG_CMSG_CLOEXEC) != sizeof(*ret))
		return false;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
	return true;
}

/* The experiment asks for one at a time. */
static bool take(struct hooking *h)
{
	struct hook_message m;
	int fd;

	if (!hear(h, &m, &fd))
		return false;
	if (m.what == HOOK_RUN && !h->busy && m.hook < NR_RUN_HOOKS) {
		h->busy = true;
		h->hook = m.hook;
		h->next = 0;
		h->in.input = take_fd(&fd);
		go_on(h);
	} else if (m.what == HOOK_CANCEL && h->busy) {
		end_step(h, -EINTR);
	} else if (m.what == HOOK_LAST) {
		drop(&h->last);
		h->last = take_fd(&fd);
	}
	drop(&fd);
	return true;
}

int hooking_fds(const struct hooking *h, struct pollfd ret[2])
{
	uint64_t now = monotonic_ns();

	ret[0] = (struct pollfd){.fd = h->socket, .events = POLLIN};
	ret[1] = (struct pollfd){.fd = h->busy ? h->step.pidfd : -1, .events = POLLIN};
	if (!h->busy)
		return -1;
	return now < h->step.until_ns ? (h->step.until_ns - now) / 1000000 + 1 : 0;
}

void hooking_turn(struct hooking *h, const struct pollfd fds[2])
{
	if (h->busy && fds[1].revents)
		end_step(h, 0);
	else if (h->busy && monotonic_ns() >= h->step.until_ns)
		end_step(h, -ETIME);
	if (fds[0].revents && !take(h))
		drop(&h->socket); /* the other end is closed */
}

void hooking_end(struct hooking *h)
{
	if (h->busy)
		end_step(h, -EINTR);
	while (h->socket >= 0 && take(h))
		if (h->busy)
			end_step(h, -EINTR);
	drop(&h->socket);
}
