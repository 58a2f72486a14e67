/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of jinx that keeps privileges when jinx itself drops them. It does two things only: it
 * starts the workload's command once more when it is asked to, which must run with what jinx had,
 * and it looks once, in between, whether the targets' processes do what no rule sees (enum notice),
 * which takes the right to look into others' processes.
 */
#ifndef JINX_KEEPER_H
#define JINX_KEEPER_H

#include <stdbool.h>

#include "kernel/engine.h"
#include "target/target.h"

struct keeper;

/*
 * Forks it, before privileges are dropped. It is protected from the rules, as jinx is, and ends
 * with jinx, having removed the experiment's cgroup and what runs in it. The engine, scenario and
 * targets must stay while it lives. 0 or -errno.
 */
int keeper_start(const struct scenario *s, struct targets *targets, const struct engine *engine,
	int oom_score, struct keeper **ret);
void keeper_stop(struct keeper *h);

/* The name of a cgroup for a worker's operations, below the program's, by its number. */
#define WORKER_CGROUP "%u"

/*
 * Starts a program of the targets, by its number, as a child of jinx, in its cgroup of that number,
 * which is made if need be. 0 or -errno.
 */
int keeper_spawn(struct keeper *h, unsigned int program, unsigned int cgroup, pid_t *ret_pid,
	int *ret_pidfd);

/* What it has found of a target. */
struct finding {
	unsigned int target; /* index */
	unsigned int found;  /* a bit for each enum notice */
	bool incomplete;     /* there was too much to look at */
};

/* Readable when it has found something; -1: no more will come. */
int keeper_notes_fd(const struct keeper *h);
/* False when there is nothing now. */
bool keeper_read_note(struct keeper *h, struct finding *ret);

/* engine_look_up(), with the privileges that it takes; `target` is one whose cgroup may have moved.
 */
int keeper_look_up(struct keeper *h, const struct targets *targets, unsigned int target);

/* It doesn't answer any more: nothing can be started. */
bool keeper_is_gone(const struct keeper *h);

#endif
