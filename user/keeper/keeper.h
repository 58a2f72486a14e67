/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of jinx that keeps privileges when jinx itself drops them. It carries out the faults
 * that are no BPF program (keeper/stage.h); it starts the workload's command once more when it is
 * asked to, which must run with what jinx had; and it looks once, in between, whether the targets'
 * processes do what no rule sees (enum notice), which takes the right to look into others'
 * processes.
 */
#ifndef JINX_KEEPER_H
#define JINX_KEEPER_H

#include <stdbool.h>

#include "keeper/start.h"
#include "kernel/engine.h"
#include "measure/taken.h"
#include "target/target.h"

struct keeper;

struct keeper_options {
	const struct plan *plan;
	struct targets *targets;
	const struct engine *engine;
	int oom_score;
	bool observe; /* it carries nothing out, only counts */
	uint64_t seed;
	/* Called now and then while jinx waits for it; NULL: nothing is to be done then. */
	void (*beat)(void *context);
	void *context;
};

/*
 * Forks it, before privileges are dropped. It is protected from the rules, as jinx is, and ends
 * with jinx, having undone what it did and removed the experiment's cgroup and what runs in it.
 * From then on it alone writes the undo journal. What the options name must stay while it lives. 0
 * or -errno.
 */
int keeper_start(const struct keeper_options *o, struct keeper **ret);
void keeper_stop(struct keeper *h);

/*
 * The rules in force from now on, a bit each, in a phase that began then (CLOCK_MONOTONIC); of
 * those that are not the keeper's it takes no notice. Returns when what is to begin or end now has:
 * 0, or -EPIPE: it is gone.
 */
int keeper_arm(struct keeper *h, uint64_t rules, uint64_t began_ns);
/* Of a binding that is the keeper's. Also when it is gone. */
void keeper_counters(const struct keeper *h, unsigned int binding, struct counters *ret);
/* What a rule of its has used up. Also when it is gone. */
void keeper_taken(const struct keeper *h, unsigned int rule, struct taken *ret);
/* A target has another cgroup, or none. */
int keeper_move(struct keeper *h, const struct targets *targets, unsigned int target);
/* To be watched for its end; -1: it is gone. */
int keeper_socket(const struct keeper *h);

/*
 * Starts an executable of the targets, which is then a child of jinx's. Waits until it has begun,
 * as for all but looks, for 10 s at most; who hasn't answered then is killed. `output`: what it
 * writes to, or -1. 0 or -errno.
 */
int keeper_spawn(struct keeper *h, const struct start_request *start, int output, pid_t *ret_pid,
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

/*
 * engine_look_up(), with the privileges that it takes; `target` is one whose cgroup may have moved.
 * Doesn't wait, as file systems may make it take long: returns whether the look before has found
 * other files than there were, and begins another one if that one is over. -EPIPE: it is gone.
 */
int keeper_look_up(struct keeper *h, const struct targets *targets, unsigned int target);

/*
 * wrappers_look(), in the same way. *ret_found: what the look before has returned. -EAGAIN: no new
 * one was begun, as that one isn't over or took so long that it is to rest; -EPIPE: it is gone.
 */
int keeper_look_for_functions(
	struct keeper *h, const struct targets *targets, unsigned int target, int *ret_found);

/* It doesn't answer any more: nothing can be started. */
bool keeper_is_gone(const struct keeper *h);

#endif
