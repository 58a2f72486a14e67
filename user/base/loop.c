// SPDX-License-Identifier: GPL-2.0
#include "base/loop.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/queue.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"

#define SECOND_NS 1000000000ull
#define BATCH 32

struct source {
	struct loop *loop;
	TAILQ_ENTRY(source) all;
	bool removed; /* freed at the end of the turn: it may be the one that is being called */
	void *context;
	int fd; /* -1: a timer */
	watch_function on_events;
	timer_function on_time;
	uint64_t at_ns, every_ns;
	uint64_t turn;		     /* in which it was called last */
	TAILQ_ENTRY(source) pending; /* a timer's, unless its time is LOOP_NEVER */
};

TAILQ_HEAD(sources, source);

struct loop {
	int epoll, clock;
	uint64_t clock_ns; /* for when the clock is set */
	uint64_t turn;
	bool stopped;
	struct sources all, removed;
	struct sources pending; /* timers by their times */
};

int loop_new(struct loop **ret)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	struct loop *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	TAILQ_INIT(&l->all);
	TAILQ_INIT(&l->removed);
	TAILQ_INIT(&l->pending);
	l->clock_ns = LOOP_NEVER;
	l->clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->clock >= 0 && l->epoll >= 0 &&
		!epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->clock, &event)) {
		*ret = l;
		return 0;
	}
	err = -errno;
	loop_free(l);
	return err;
}

static void bury(struct sources *dead)
{
	struct source *s;

	while ((s = TAILQ_FIRST(dead))) {
		TAILQ_REMOVE(dead, s, all);
		free(s);
	}
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	bury(&l->all);
	bury(&l->removed);
	if (l->clock >= 0)
		close(l->clock);
	if (l->epoll >= 0)
		close(l->epoll);
	free(l);
}

static struct source *add(struct loop *l, void *context)
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->loop = l;
	s->fd = -1;
	s->context = context;
	s->at_ns = LOOP_NEVER;
	TAILQ_INSERT_TAIL(&l->all, s, all);
	return s;
}

int loop_watch(struct loop *l, int fd, uint32_t events, watch_function f, void *context,
	struct source **ret)
{
	struct source *s = add(l, context);
	struct epoll_event event = {.events = events, .data.ptr = s};

	if (!s)
		return -ENOMEM;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event)) {
		int err = -errno;

		loop_remove(s);
		return err;
	}
	s->fd = fd;
	s->on_events = f;
	if (ret)
		*ret = s;
	return 0;
}

int loop_timer(struct loop *l, uint64_t at_ns, uint64_t every_ns, timer_function f, void *context,
	struct source **ret)
{
	struct source *s = add(l, context);

	if (!s)
		return -ENOMEM;
	s->on_time = f;
	s->every_ns = every_ns;
	loop_set(s, at_ns);
	if (ret)
		*ret = s;
	return 0;
}

void loop_set(struct source *timer, uint64_t at_ns)
{
	struct sources *pending = &timer->loop->pending;
	struct source *before;

	if (timer->at_ns != LOOP_NEVER)
		TAILQ_REMOVE(pending, timer, pending);
	timer->at_ns = at_ns;
	if (at_ns == LOOP_NEVER)
		return;
	TAILQ_FOREACH_REVERSE(before, pending, sources, pending)
	if (before->at_ns <= at_ns)
		break;
	if (before)
		TAILQ_INSERT_AFTER(pending, before, timer, pending);
	else
		TAILQ_INSERT_HEAD(pending, timer, pending);
}

void loop_remove(struct source *s)
{
	if (!s || s->removed)
		return;
	loop_set(s, LOOP_NEVER);
	if (s->fd >= 0)
		(void)epoll_ctl(s->loop->epoll, EPOLL_CTL_DEL, s->fd, NULL); /* closed, perhaps */
	s->removed = true;
	TAILQ_REMOVE(&s->loop->all, s, all);
	TAILQ_INSERT_TAIL(&s->loop->removed, s, all);
}

/* The first that is due, and has not been called in this turn. */
static struct source *next_due(const struct loop *l, uint64_t now)
{
	struct source *s;

	TAILQ_FOREACH(s, &l->pending, pending)
	{
		if (s->at_ns > now)
			return NULL;
		if (s->turn != l->turn)
			return s;
	}
	return NULL;
}

static uint64_t after(const struct source *s, uint64_t now)
{
	if (!s->every_ns)
		return LOOP_NEVER;
	return s->at_ns + ((now - s->at_ns) / s->every_ns + 1) * s->every_ns;
}

static void call_timers(struct loop *l)
{
	uint64_t now = monotonic_ns();
	struct source *s;

	while (!l->stopped && (s = next_due(l, now))) {
		s->turn = l->turn;
		loop_set(s, after(s, now));
		s->on_time(now, s->context);
	}
}

/* In *ret how long to wait, for epoll_wait(): the clock tells of what is yet to come. */
static int wind(struct loop *l, int *ret)
{
	const struct source *first = TAILQ_FIRST(&l->pending);
	struct itimerspec at = {};

	*ret = first && first->at_ns <= monotonic_ns() ? 0 : -1;
	if (!first || *ret == 0 || first->at_ns == l->clock_ns)
		return 0;
	at.it_value.tv_sec = first->at_ns / SECOND_NS;
	at.it_value.tv_nsec = first->at_ns % SECOND_NS;
	if (timerfd_settime(l->clock, TFD_TIMER_ABSTIME, &at, NULL))
		return -errno;
	l->clock_ns = first->at_ns;
	return 0;
}

static int turn(struct loop *l)
{
	struct epoll_event events[BATCH];
	int timeout, n, err = wind(l, &timeout);

	if (err)
		return err;
	n = epoll_wait(l->epoll, events, BATCH, timeout);
	if (n < 0 && errno != EINTR)
		return -errno;
	l->turn++;
	for (int i = 0; i < n && !l->stopped; i++) {
		struct source *s = events[i].data.ptr;

		/* The clock is nobody's. */
		if (s && !s->removed)
			s->on_events(events[i].events, s->context);
	}
	call_timers(l);
	bury(&l->removed);
	return 0;
}

int loop_run(struct loop *l)
{
	int err = 0;

	l->stopped = false;
	while (!l->stopped && !err)
		err = turn(l);
	return err;
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
}
