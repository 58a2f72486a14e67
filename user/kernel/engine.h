/* SPDX-License-Identifier: GPL-2.0 */
/* A plan in the kernel: loaded, attached, armed and disarmed, read out. */
#ifndef JINX_ENGINE_H
#define JINX_ENGINE_H

#include "kernel/plan.h"
#include "kernel/ring.h"
#include "target/target.h"

struct breakpoints;
struct engine;
struct wrappers;

struct engine_options {
	uint64_t seed;
	bool record;   /* number calls, for events to tell */
	size_t replay; /* 0, or how many calls engine_replay() will be told */
	bool observe;  /* carry nothing out, only count */
	/* Bytes of the ring buffer: a power of two, whole pages; 0: nobody wants to know of events.
	 */
	uint32_t events_size;
};

/*
 * Loads and attaches what the plan names, everything disarmed. 0 and the engine in
 * *ret, or -errno with the reason in `why` (size bytes); then nothing stays attached.
 */
int engine_open(const struct plan *plan, const struct targets *targets,
	const struct engine_options *options, struct engine **ret, struct error *why);

/*
 * Looks the paths that rules name up again, which may mean other files by now; `resolver` is
 * engine_resolver() or a copy of it. Returns whether some do, or -errno.
 */
int engine_look_up(const struct engine *e, const struct targets *t, int resolver);
/* The descriptor by which files are told apart; -1 when no rule names a path. */
int engine_resolver(const struct engine *e);

/* A host that rules name has got other addresses; it counts from 0 on, in the order of the rules.
 */
void engine_set_host(struct engine *e, unsigned int index, const struct host_addresses *h);

/* NULL: no rule is at functions that make calls. */
struct wrappers *engine_wrappers(const struct engine *e);
/* NULL: none is at functions of programs that are points themselves. */
struct breakpoints *engine_breakpoints(const struct engine *e);
/* Whether that has happened since it was asked last. */
bool engine_take_stranger(const struct engine *e, enum stranger what, unsigned int target);

/*
 * A target has got another cgroup, or has none any more (`gone`): it is hit there, or nowhere. 0;
 * -errno: that cgroup can't be attached to, and nothing is hit there.
 */
int engine_move(struct engine *e, const struct targets *t, unsigned int index);

/* Nothing hits this process, nor those that started it. Needs privileges. 0 or -errno. */
int engine_protect(const struct engine *e);
/* The same of the keeper, and nothing hits its children either. */
int engine_protect_keeper(const struct engine *e);

/* Hits this call, and no others than such; `result` is what its event told. Before arming. */
int engine_replay(struct engine *e, const struct recorded *call, int64_t result);

/* Which rules may strike from now on, a bit each: one store. None: whoever sleeps goes on. */
void engine_arm(struct engine *e, uint64_t rules);

/* Calls that begin from now on are counted in this phase; NO_PHASE: in none, nor measured. */
void engine_meter(struct engine *e, unsigned int phase);

/* What calls have come to so far: all rows of the plan's meters. Until engine_close(). */
void engine_calls(const struct engine *e, struct meter_row *ret);

/* Calls that were not measured, as the kernel had no memory. */
uint64_t engine_calls_unmeasured(const struct engine *e);

/* Nothing is injected after this time (CLOCK_MONOTONIC), unless it is renewed. */
void engine_renew(struct engine *e, uint64_t deadline_ns);

/* Until when anything may be injected; for the keeper, that shares its memory. */
uint64_t engine_deadline(const struct engine *e);
/* Takes an injection of the scenario's max_injections; false: there is none left. */
bool engine_may_inject(const struct engine *e);

/* The target stands still until then (CLOCK_MONOTONIC), if the plan has what it takes; 0: no more.
 */
void engine_hold(const struct engine *e, unsigned int target, uint64_t until_ns);
/*
 * The target gets this share of a core from now on; 0: all that there is. 0, or -EALREADY: it is
 * held to one.
 */
int engine_throttle(const struct engine *e, unsigned int target, uint32_t share_ppm);

/*
 * The target's clocks are as this says from now on; NULL: as they are, and counting begins anew
 * with the next one.
 */
void engine_skew(const struct engine *e, unsigned int target, const struct skew *skew);
/* Its calls tell this process the truth, until it executes another program; or do not any more. */
void engine_spare(const struct engine *e, unsigned int target, pid_t pid, bool is);
/* The last one, with its counters. */
void engine_skewed(const struct engine *e, unsigned int target, struct skew *ret);

/* To be watched edge-triggered: becomes readable once a quarter of the buffer is full. */
int engine_events_fd(const struct engine *e);
/* ring_drain(). After engine_close() as well, until engine_free(). */
bool engine_drain(struct engine *e, event_function f, void *context, uint64_t until_ns);

/* Readable when threads can't be put to sleep any more; -1 when the plan has no such delays. */
int engine_gate_fd(const struct engine *e);
/* True when the gate stood still while threads slept: they have been sent on. */
bool engine_gate_stuck(struct engine *e, uint64_t now_ns);

/* Readable when packets can't be shaped any more; -1 when the plan shapes none. */
int engine_shaper_fd(const struct engine *e);
/* True when the shaper stood still: packets go the straight way. */
bool engine_shaper_stuck(struct engine *e, uint64_t now_ns);
/* What the shaper has done with the packets of a rule, if the plan shapes any. Until
 * engine_close(). */
void engine_shaped(const struct engine *e, unsigned int rule, struct shaped *ret);

/* What became of a rule's delays. 0; -errno, and *ret is as it was. */
int engine_sleeps(const struct engine *e, unsigned int rule, struct sleeps *ret);

/* The counters of a binding, summed over the CPUs. 0; -errno, and *ret is as it was. */
int engine_counters(const struct engine *e, unsigned int binding, struct counters *ret);
/* Whether a target was seen to begin with what rules of system calls don't see. */
bool engine_noticed(const struct engine *e, enum notice what, unsigned int target);
uint64_t engine_events_lost(const struct engine *e);

/*
 * Runs that the kernel skipped because the same program was under way on that CPU
 * (struct bpf_prog: misses), and calls whose return it did not follow (attach_missed()): they are
 * in no counter. 0; -errno, and *ret is as it was.
 */
int engine_missed(const struct engine *e, uint64_t *ret);

/*
 * Adds the devices at which packets were to be lost or shaped, that are gone or where somebody has
 * taken the programs away.
 */
void engine_devices_missing(const struct engine *e, char *ret, size_t size);

/* Adds those of them whose queueing disciplines somebody has changed since the last time. */
void engine_queues_changed(const struct engine *e, char *ret, size_t size);
/*
 * The targets are gone: their network namespaces may end. Returns how many can't, as taps or what
 * removes filters there keeps them; 0 too when that was told before.
 */
unsigned int engine_let_networks_go(const struct engine *e);

/* Detaches everything; the counters can still be read. */
void engine_detach(struct engine *e);
/* Nothing of it is left in the kernel, but events that have not been taken. */
void engine_close(struct engine *e);
void engine_free(struct engine *e);

#endif
