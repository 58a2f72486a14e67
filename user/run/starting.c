// SPDX-License-Identifier: GPL-2.0
#include "run/starting.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/process.h"
#include "measure/verdict.h"
#include "run/signals.h"

struct starting {
	char id[8];
	const char *name;
	uint64_t began_ns;
	int signals, end;
	struct loop *loop;
	struct control_server *control;
	bool running; /* the thread */
	pthread_t thread;
};

static _Noreturn void give_up(const char *why)
{
	log_error("%s before its first phase: nothing was injected", why);
	_exit(VERDICT_ABORTED);
}

static void on_signal(uint32_t events, void *context)
{
	(void)events;
	(void)context;
	give_up("interrupted by a signal");
}

static void on_stop(void *context)
{
	(void)context;
	give_up("ended by jinx stop");
}

static void tell_status(struct status *ret, void *context)
{
	const struct starting *s = context;

	*ret = (struct status){
		.left_ms = -1, .started_ms = (monotonic_ns() - s->began_ns) / 1000000};
	snprintf(ret->id, sizeof(ret->id), "%s", s->id);
	snprintf(ret->name, sizeof(ret->name), "%s", s->name);
	snprintf(ret->phase, sizeof(ret->phase), "starting");
	snprintf(ret->target, sizeof(ret->target), "-");
}

/* It will ask itself, once it knows its targets. */
static bool is_neighbour(const char *question, size_t size, void *context)
{
	(void)question;
	(void)size;
	(void)context;
	return false;
}

static void on_end(uint32_t events, void *context)
{
	struct starting *s = context;

	(void)events;
	loop_stop(s->loop);
}

static void *attend(void *context)
{
	struct starting *s = context;

	(void)loop_run(s->loop); /* if it fails the experiment's own loop will answer later */
	return NULL;
}

void starting_choose_id(char ret[8])
{
	unsigned int random = 0;

	if (getrandom(&random, sizeof(random), 0) < 0)
		random = getpid();
	snprintf(ret, 8, "%06x", random & 0xffffff);
}

static int open_all(struct starting *s)
{
	static const struct control_functions functions = {tell_status, on_stop, is_neighbour};
	int err;

	s->signals = signals_open();
	s->end = s->signals < 0 ? -1 : eventfd(0, EFD_CLOEXEC);
	if (s->end < 0)
		return s->signals < 0 ? s->signals : -errno;
	err = loop_new(&s->loop) ?: loop_watch(s->loop, s->end, EPOLLIN, on_end, s, NULL)
		?: loop_watch(s->loop, s->signals, EPOLLIN, on_signal, s, NULL);
	if (err)
		return err;
	err = control_server_new(s->id, &s->control);
	if (err)
		log_warning("jinx ps and jinx stop won't see this: %s", strerror(-err));
	return err ? 0 : control_server_start(s->control, s->loop, &functions, s);
}

int starting_begin(const char *name, struct starting **ret)
{
	struct starting *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->name = name;
	s->began_ns = monotonic_ns();
	s->signals = s->end = -1;
	starting_choose_id(s->id);
	err = open_all(s) ?: -pthread_create(&s->thread, NULL, attend, s);
	s->running = !err;
	if (err)
		starting_free(s);
	else
		*ret = s;
	return err;
}

void starting_end(struct starting *s)
{
	if (!s || !s->running)
		return;
	(void)eventfd_write(s->end, 1);
	pthread_join(s->thread, NULL);
	s->running = false;
	if (s->control)
		control_server_pause(s->control);
	loop_free(s->loop);
	s->loop = NULL;
}

const char *starting_id(const struct starting *s)
{
	return s->id;
}

int starting_take_signals(struct starting *s)
{
	return take_fd(&s->signals);
}

struct control_server *starting_take_control(struct starting *s)
{
	struct control_server *control = s->control;

	s->control = NULL;
	return control;
}

void starting_free(struct starting *s)
{
	if (!s)
		return;
	starting_end(s);
	control_server_free(s->control);
	loop_free(s->loop);
	if (s->signals >= 0)
		close(s->signals);
	if (s->end >= 0)
		close(s->end);
	free(s);
}
