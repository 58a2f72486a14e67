/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The faults that actors carry out (actors/actor.h), on their targets and at their times: what the
 * keeper does besides waiting. Each beginning of a fault counts as a call would: matched, with the
 * reason why it was left alone, or injected.
 */
#ifndef JINX_STAGE_H
#define JINX_STAGE_H

#include "kernel/engine.h"
#include "measure/taken.h"

struct stage;

/* The plan has rules that actors carry out. */
bool stage_is_needed(const struct plan *plan);
/* What they take. */
privileges stage_privileges(const struct plan *plan);

/* In jinx, before it drops privileges: what it takes to undo should nobody else be left. */
int stage_prepare(const struct plan *plan, const struct targets *t, struct error *why);

/* What is to be known of a rule that an actor carries out (struct actor: foretell). */
bool stage_foretells(const struct plan *p, const struct planned_rule *r, char *ret, size_t size);

struct stage_options {
	const struct plan *plan;
	struct targets *targets;
	const struct engine *engine;
	struct counters *counters; /* a row a binding, of which it writes those that are its own */
	struct taken *taken;	   /* a row a rule */
	bool observe;		   /* only count */
	uint64_t seed;
};

/* NULL: out of memory. */
struct stage *stage_new(const struct stage_options *o);
void stage_free(struct stage *st);

/* From now on these rules are in force, a bit each, in a phase that began then; none: all end. */
void stage_arm(struct stage *st, uint64_t rules, uint64_t began_ns);

/* A target's cgroup has become another one, or it has none now. */
void stage_move(struct stage *st, unsigned int target);

/*
 * Begins and ends what is due; all ends when jinx's heartbeat has stopped. Returns when it wants to
 * be called again (CLOCK_MONOTONIC), or UINT64_MAX: when it is armed.
 */
uint64_t stage_run(struct stage *st, uint64_t now_ns);

#endif
