/* SPDX-License-Identifier: GPL-2.0 */
/* The experiment's side of run/control.h: it tells how it is doing, and lets itself be ended. */
#ifndef JINX_CONTROL_SERVER_H
#define JINX_CONTROL_SERVER_H

#include <stdbool.h>

#include "base/loop.h"
#include "run/control.h"

struct control_server;

struct control_functions {
	void (*status)(struct status *ret, void *context);
	void (*stop)(void *context); /* somebody entitled wants the experiment to end */
	/* Whether another experiment, which asks by this question, is a neighbour. */
	bool (*meet)(const char *question, size_t size, void *context);
};

/* Listens by the name of the experiment `id`. 0 or -errno. */
int control_server_new(const char *id, struct control_server **ret);

/* From now on who asks is answered in the loop. 0 or -errno. */
int control_server_start(struct control_server *s, struct loop *l,
	const struct control_functions *functions, void *context);

/* The loop will be freed: whoever asks waits until there is another. */
void control_server_pause(struct control_server *s);

/*
 * The loop is over, and will be freed: a thread answers with this status until
 * control_server_free(), so that a second order to stop waits for the clean-up like the first, and
 * nobody takes that for standing still. 0 or -errno.
 */
int control_server_attend(struct control_server *s, const struct status *status);

/*
 * All is cleaned up: who has told it to stop learns that. The thread ends; who asks waits for
 * control_server_start() with another loop, where an order to stop is one to the function again.
 * Whether one has come meanwhile.
 */
bool control_server_return(struct control_server *s);

/* Who has told it to stop learns that the end has come. NULL is nothing. */
void control_server_free(struct control_server *s);

#endif
