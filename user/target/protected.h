/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that are never hit unless asked for by name: without them nobody gets in, or all goes
 * down. */
#ifndef JINX_PROTECTED_H
#define JINX_PROTECTED_H

#include "base/error.h"
#include "target/target.h"

/*
 * Their names, as in /proc/PID/comm, without those that nothing protects as `unprotect` has them.
 * Returns how many.
 */
unsigned int protected_comms(const struct scenario *s, char ret[MAX_PROTECTED_COMMS][COMM_LEN]);

/* Whether a target's `only: {comm: ...}` has the name: then it isn't protected in this target. */
bool target_asks_for(const struct target_spec *t, const char *name);

/* Whether one of the names is protected at all. */
bool is_protected_comm(const char *comm);

/*
 * Packets have no process, and a pause is of all: a target that holds a protected program can't be
 * narrowed so that they leave it alone. 0, or -EINVAL with *why.
 */
int protected_check_all(const struct scenario *s, const struct targets *all, struct error *why);
/* The same for the faults of one target. */
int protected_check_target(const struct scenario *s, const struct targets *all, unsigned int target,
	struct error *why);

/* Whether a process may get no signal from the keeper, which asks: it is protected, jinx's own, or
 * has started it. */
bool protected_from_signals(const struct scenario *s, pid_t pid);

/* A process of the target that must not stand still; 0: there is none now. */
pid_t protected_from_pause(const struct scenario *s, const struct target *t);

#endif
