/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The side of hooks that runs them: those around the run when they are due, those around a phase
 * when the experiment asks (run/hooks.h), each in its turn.
 */
#ifndef JINX_SCENE_HOOKS_H
#define JINX_SCENE_HOOKS_H

#include <poll.h>

#include "run/hooks.h"
#include "scene/steps.h"

struct hooking {
	const struct scenario *s;
	struct stepping in; /* in.input: what those read that run now */
	bool dry_run;
	int socket; /* to the experiment; -1 */
	int last;   /* the state that the experiment has left for after_run; -1: none */
	bool busy;
	enum run_hook hook;
	unsigned int next; /* of its commands */
	struct running_step step;
};

/*
 * Those before or after the run; `verdict` and `reason` where the experiment has left no state. 0;
 * -EINTR: a signal came; another -errno with *why, which has the place.
 */
int hooking_run(struct hooking *h, enum run_hook hook, const char *verdict, struct error *why);

/* A socket for the experiment, the other end of h->socket; -errno. */
int hooking_socket(struct hooking *h);

/* What is to be polled for, and until when: milliseconds, -1 for ever. */
int hooking_fds(const struct hooking *h, struct pollfd ret[2]);
/* Does what is to be done then. */
void hooking_turn(struct hooking *h, const struct pollfd fds[2]);

/* The experiment is gone: what runs for it is ended, and its last words are heard. */
void hooking_end(struct hooking *h);

#endif
