/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of jinx that keeps privileges when jinx itself drops them. It does two things only: it
 * starts the workload's command once more when it is asked to, which must run with what jinx had,
 * and it looks once, in between, whether the targets' processes do what no rule sees (enum notice),
 * which takes the right to look into others' processes.
 */
#ifndef JINX_HELPER_H
#define JINX_HELPER_H

#include <stdbool.h>

#include "kernel/engine.h"
#include "target/target.h"

struct helper;

/*
 * Forks it, before privileges are dropped. It is protected from the rules, as jinx is, and ends
 * with jinx, having removed the experiment's cgroup and what runs in it. The engine, scenario and
 * targets must stay while it lives. 0 or -errno.
 */
int helper_start(const struct scenario *s, struct targets *targets, const struct engine *engine,
	int oom_score, struct helper **ret);
void helper_stop(struct helper *h);

/* The name of a cgroup for a worker's operations, below the workload's, by its number. */
#define WORKER_CGROUP "%u"

/* Starts an operation of the workload, as a child of jinx, in the cgroup of that
 * number, which is made if need be. 0 or -errno. */
int helper_spawn(struct helper *h, unsigned int cgroup, pid_t *ret_pid, int *ret_pidfd);

/* What it has found of a target. */
struct finding {
	unsigned int target; /* index */
	unsigned int found;  /* a bit for each enum notice */
	bool incomplete;     /* there was too much to look at */
};

/* Readable when it has found something; -1: no more will come. */
int helper_notes_fd(const struct helper *h);
/* False when there is nothing now. */
bool helper_read_note(struct helper *h, struct finding *ret);

/* engine_look_up(), with the privileges that it takes; `target` is one whose cgroup may have moved.
 */
int helper_look_up(struct helper *h, const struct targets *targets, unsigned int target);

/* It doesn't answer any more: nothing can be started. */
bool helper_is_gone(const struct helper *h);

#endif
