// SPDX-License-Identifier: GPL-2.0
#include "run/hooks.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "run/hook_state.h"
#include "run/neighbours.h"
#include "run/parts.h"
#include "run/progress.h"
#include "run/signals.h"

static int socket_of(const struct experiment *x)
{
	return x->s->standing.hook_socket ?: -1;
}

static bool has(const struct experiment *x, enum run_hook h)
{
	return socket_of(x) >= 0 && x->s->standing.hooks[h].n;
}

/* The descriptor is the message's, and closed. 0 or -errno. */
static int say(const struct experiment *x, const struct hook_message *message, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec part = {(void *)message, sizeof(*message)};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	struct cmsghdr *c;
	int err;

	if (fd >= 0) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	err = sendmsg(socket_of(x), &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return err;
}

static int state_of(
	const struct experiment *x, enum run_hook h, int phase, const struct snapshot *s)
{
	bool over = h == HOOK_AFTER_RUN;
	const struct hook_state state = {.hook = h,
		.s = x->s,
		.dry_run = x->options->observe,
		.id = x->id,
		.phase = phase,
		.verdict = over ? verdict_name(s->judgement.verdict) : NULL,
		.reason = over ? s->judgement.reason : NULL,
		.report = s};

	return hook_state_file(&state);
}

static int ask(struct experiment *x, enum run_hook h, unsigned int phase)
{
	const struct hook_message message = {HOOK_RUN, h};
	struct snapshot *s = snapshot_take(x->measure);
	int fd = s ? state_of(x, h, phase, s) : -ENOMEM;
	int err = fd < 0 ? fd : say(x, &message, fd);

	snapshot_free(s);
	x->hooks.hook = h;
	x->hooks.phase = phase;
	x->hooks.pending = !err;
	return err;
}

/* "hook before_phase (inject): the command exited with 3: nobody is awake" */
static const char *explain(
	const struct experiment *x, const struct hook_answer *a, char *ret, size_t size)
{
	snprintf(ret, size, "hook %s (%.64s): %s", run_hook_names[x->hooks.hook],
		x->s->phases[x->hooks.phase].name,
		a->text[0]	   ? a->text
		: a->err == -EINTR ? "ended with the experiment"
				   : strerror(-a->err));
	return ret;
}

/* One that isn't there to answer has failed. */
static void hear(struct experiment *x, struct hook_answer *ret)
{
	ssize_t n = recv(socket_of(x), ret, sizeof(*ret), 0);

	if (n != sizeof(*ret))
		*ret = (struct hook_answer){.err = n < 0 ? -errno : -EPIPE};
	x->hooks.pending = false;
}

static void judge(struct experiment *x, const struct hook_answer *a)
{
	const struct judgement *cut = &x->timeline.cut;
	char text[256];

	if (!a->err)
		return;
	explain(x, a, text, sizeof(text));
	if (x->hooks.hook == HOOK_BEFORE_PHASE) {
		experiment_end(
			x, cut->verdict ?: VERDICT_ABORTED, cut->verdict ? cut->reason : text);
		return;
	}
	log_warning("%s", text);
	measure_note(x->measure, "%s", text);
}

static void on_answer(uint32_t events, void *context)
{
	struct experiment *x = context;
	struct hook_answer a;

	(void)events;
	hear(x, &a);
	loop_remove(a.err == -EPIPE ? x->hooks.answer : NULL);
	judge(x, &a);
	if (!x->over)
		x->hooks.then(x);
}

int hooks_begin(struct experiment *x)
{
	if (socket_of(x) < 0)
		return 0;
	return loop_watch(x->loop, socket_of(x), EPOLLIN, on_answer, x, &x->hooks.answer);
}

void hooks_run(struct experiment *x, enum run_hook h, unsigned int phase,
	void (*then)(struct experiment *x))
{
	int err = has(x, h) ? ask(x, h, phase) : 0;
	const struct hook_answer a = {.err = err};

	x->hooks.then = then;
	if (err)
		judge(x, &a);
	if (!x->hooks.pending && !x->over)
		then(x);
}

/* Until an answer has come; a signal ends what is run. */
static void await(struct experiment *x, struct hook_answer *ret)
{
	const struct hook_message cancel = {HOOK_CANCEL, x->hooks.hook};
	struct pollfd fds[] = {
		{.fd = socket_of(x), .events = POLLIN}, {.fd = x->signals, .events = POLLIN}};

	while (!fds[0].revents)
		if (poll(fds, 2, -1) > 0 && fds[1].revents && signals_take(x->signals))
			(void)say(x, &cancel, -1);
	hear(x, ret);
}

void hooks_finish(struct experiment *x, bool was_open)
{
	const struct hook_message cancel = {HOOK_CANCEL, x->hooks.hook};
	struct hook_answer a = {};

	if (x->hooks.pending) {
		(void)say(x, &cancel, -1);
		await(x, &a);
	}
	if (!was_open || !has(x, HOOK_AFTER_PHASE))
		return;
	a.err = ask(x, HOOK_AFTER_PHASE, x->timeline.phase);
	if (!a.err)
		await(x, &a);
	judge(x, &a);
}

void hooks_publish(const struct experiment *x, const struct snapshot *s)
{
	const struct hook_message last = {HOOK_LAST, HOOK_AFTER_RUN};
	int fd = has(x, HOOK_AFTER_RUN) ? state_of(x, HOOK_AFTER_RUN, -1, s) : -1;

	if (fd >= 0 && say(x, &last, fd))
		log_warning("hook after_run will not be told what the experiment came to");
}

/* Those before the first phase have a loop of their own: nothing is armed, no heart beats. */
struct waiting {
	struct experiment *x;
	struct loop *loop;
	struct hook_answer answer;
	bool stopped;
};

static void on_first_answer(uint32_t events, void *context)
{
	struct waiting *w = context;

	(void)events;
	hear(w->x, &w->answer);
	loop_stop(w->loop);
}

static void on_stop(void *context)
{
	struct waiting *w = context;
	const struct hook_message cancel = {HOOK_CANCEL, w->x->hooks.hook};

	w->stopped = true;
	if (say(w->x, &cancel, -1))
		loop_stop(w->loop);
}

static void on_signal(uint32_t events, void *context)
{
	struct waiting *w = context;

	(void)events;
	if (signals_take(w->x->signals))
		on_stop(w);
}

static void tell_status(struct status *ret, void *context)
{
	progress_status(((struct waiting *)context)->x, ret);
	ret->left_ms = -1;
	snprintf(ret->phase, sizeof(ret->phase), "starting");
}

static bool is_neighbour(const char *question, size_t size, void *context)
{
	return neighbours_answer(((struct waiting *)context)->x, question, size);
}

static int wait_for_first(struct waiting *w)
{
	static const struct control_functions functions = {tell_status, on_stop, is_neighbour};
	struct experiment *x = w->x;
	int err = loop_new(&w->loop);

	err = err ?: loop_watch(w->loop, socket_of(x), EPOLLIN, on_first_answer, w, NULL);
	err = err ?: loop_watch(w->loop, x->signals, EPOLLIN, on_signal, w, NULL);
	if (!err && x->control)
		err = control_server_start(x->control, w->loop, &functions, w);
	err = err ?: ask(x, HOOK_BEFORE_PHASE, 0) ?: loop_run(w->loop);
	if (x->control && w->loop)
		control_server_pause(x->control);
	loop_free(w->loop);
	return err;
}

int hooks_before_first(struct experiment *x, struct error *why)
{
	struct waiting w = {.x = x};
	char text[256];
	int err;

	if (!has(x, HOOK_BEFORE_PHASE))
		return 0;
	err = wait_for_first(&w);
	if (err)
		return error_errno(why, err, "running hooks");
	if (w.stopped)
		return error_set(
			why, -ECANCELED, "ended before its first phase: nothing was injected");
	if (!w.answer.err)
		return 0;
	return error_set(why, -ECANCELED, "%s: nothing was injected",
		explain(x, &w.answer, text, sizeof(text)));
}
