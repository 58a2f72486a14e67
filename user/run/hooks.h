/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The experiment's side of hooks. They are run by who runs setup and teardown (scene/hooks.h), with
 * the privileges that jinx itself has dropped, and asked for over a socket: the loop goes on, and
 * with it the heartbeat.
 */
#ifndef JINX_HOOKS_H
#define JINX_HOOKS_H

#include <stdbool.h>

#include "base/error.h"
#include "scenario/scenario.h"

struct experiment;
struct snapshot;
struct source;

/* What is said over the socket: each message brings its state along, a file (run/hook_state.h). */
struct hook_message {
	enum { HOOK_RUN, HOOK_CANCEL, HOOK_LAST } what; /* LAST: the state for after_run */
	enum run_hook hook;
};

/* To HOOK_RUN alone. */
struct hook_answer {
	int err;	/* 0 or -errno */
	char text[160]; /* why */
};

struct hooks {
	bool pending; /* there will be an answer */
	enum run_hook hook;
	unsigned int phase;
	struct source *answer;
	void (*then)(struct experiment *x);
};

/*
 * Before anything is armed, or the first phase begins: those before it. 0, or -ECANCELED with *why:
 * one of them has failed, or the experiment was ended meanwhile.
 */
int hooks_before_first(struct experiment *x, struct error *why);

/* Answers are taken in the loop from now on. 0 or -errno. */
int hooks_begin(struct experiment *x);

/*
 * Has those of a phase run and calls `then`: at once if there are none. If one before a phase fails
 * the experiment ends instead.
 */
void hooks_run(struct experiment *x, enum run_hook h, unsigned int phase,
	void (*then)(struct experiment *x));

/* The loop has ended. Those under way are ended; those after the phase that `was_open` are run. */
void hooks_finish(struct experiment *x, bool was_open);

/* What after_run is told. */
void hooks_publish(const struct experiment *x, const struct snapshot *s);

#endif
