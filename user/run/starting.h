/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the first moment until everything is attached: jinx ps shows the experiment, and jinx stop
 * or a signal ends it at once, whatever is being loaded. Nothing has been injected by then; what
 * has been made the janitor removes, and what has been attached goes with the process.
 */
#ifndef JINX_STARTING_H
#define JINX_STARTING_H

#include "run/control_server.h"

struct starting;

/* Draws the id of an experiment: six hexadecimal digits. */
void starting_choose_id(char ret[8]);

/*
 * Draws an id, blocks the signals that end experiments and listens, in a thread. `name` is the
 * scenario's. 0 or -errno.
 */
int starting_begin(const char *name, struct starting **ret);

/*
 * The thread ends, as capabilities are a thread's own. What came too late for it stays for the
 * experiment's loop: signals in the signalfd, questions with the control server. NULL is nothing.
 */
void starting_end(struct starting *s);

const char *starting_id(const struct starting *s);
/* The caller's from now on: a signalfd (run/signals.h), and the control server, NULL if there is
 * none. */
int starting_take_signals(struct starting *s);
struct control_server *starting_take_control(struct starting *s);

/* What nobody has taken goes. NULL is nothing. */
void starting_free(struct starting *s);

#endif
