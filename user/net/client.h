/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asking over the network, by HTTP or over TCP, without waiting: what a workload or a probe asks,
 * and whether the answer is what was expected. Home of libcurl.
 */
#ifndef JINX_CLIENT_H
#define JINX_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "measure/failures.h"
#include "scenario/outside.h"

struct network; /* all that asks in one loop */
struct client;	/* one that asks, again and again, one question at a time */

enum reply_result {
	REPLY_OK,
	REPLY_FAILED,	 /* by way and status */
	REPLY_TIMED_OUT, /* nobody knows whether it took effect */
	REPLY_CUT_OFF,	 /* the same: the connection was lost after something was sent */
	REPLY_UNKNOWN,	 /* it could not be asked: `why` */
};

struct reply {
	enum reply_result result;
	enum failure_way way; /* of one that failed or was cut off */
	int status;
	char why[120];
};

/* It may ask again at once. */
typedef void (*reply_function)(const struct reply *r, void *context);

/* Not while the process has other threads that use libcurl for the first time. 0 or -errno. */
int network_new(struct loop *l, unsigned int connections, struct network **ret);
/* After its clients. */
void network_free(struct network *n);

/* `ask`, which must stay, is HTTP or TCP. 0 or -errno, -EINVAL with *why. */
int client_new(struct network *n, const struct ask *ask, bool keep_alive, reply_function f,
	void *context, struct client **ret, struct error *why);
/* What is under way is given up. NULL is nothing. */
void client_free(struct client *c);

/* Asks; the reply comes in a turn of the loop. 0 or -errno: there will be none. */
int client_ask(struct client *c);

#endif
