/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The gate: where delayed threads sleep. Two processes of its own keep it, so that a jinx that is
 * stopped, stuck or killed keeps nobody asleep:
 *
 *   delay-gate      serves a FUSE file system of one file, that is mounted nowhere. A read of a
 * page is a thread that sleeps; it is answered, with an error, when its time is over.
 *   delay-gate-map  holds a mapping of that file and nothing else, and never runs. BPF programs
 * read through it (bpf/gate.bpf.h).
 *
 * If the first one dies the kernel ends all reads, so everybody goes on.
 */
#ifndef JINX_GATE_H
#define JINX_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "../../bpf/abi.h"

struct btf;
struct gate;

/*
 * Starts the one gate of this jinx, or finds it started: both processes. Then passes through it
 * some times, to find out what a passage costs. Needs bpf_task_from_pid (6.2) and FUSE. 0 and the
 * gate, closed, in *ret; or -errno with the reason in `why` (size bytes).
 */
int gate_start(const struct btf *btf, struct gate **ret, struct error *why);
/* Ends both. Whoever sleeps goes on. NULL is allowed. */
void gate_stop(struct gate *g);

/* Why threads can't be sent to sleep on their way to user space; NULL when they can. */
const char *gate_no_resume(const struct gate *g);

/* For programs at user functions: made when it is first asked for. 0, or -errno with the reason. */
int gate_hold(struct gate *g, const struct btf *btf, struct error *why);
/* Calls a function at which a program sleeps for so long, and returns what came of it: -EFAULT. */
int gate_try(struct gate *g, uint64_t wanted_ns, void (*function)(void));

/* The maps that the plan's programs share with it: "gate", "slots", "works"; and "holders"
 * after gate_hold(). */
int gate_map_fd(const struct gate *g, const char *name);

/*
 * No delay will be shorter than this (ns; 0: any may be). Who comes is then taken in groups, which
 * spares the server a wake-up each: a signal may end a delay up to 5 ms later.
 */
void gate_expect(struct gate *g, uint64_t shortest_ns);

/*
 * Once everything is attached: should jinx be killed, the server learns it before the kernel takes
 * the links down, which may wait for those who sleep.
 */
void gate_outlive(struct gate *g);

/* Lets threads sleep from now on, or sends everybody on and lets nobody in. */
void gate_open(struct gate *g);
void gate_close(struct gate *g);
/* Everybody is sent on after this time (CLOCK_MONOTONIC), unless it is renewed. */
void gate_renew(struct gate *g, uint64_t deadline_ns);

/*
 * Hands on the slots of threads that were to sleep and never did, once nothing is attached any
 * more: their rules, a bit each, and the number of the point in the plan.
 */
typedef void (*gate_left_function)(uint64_t rules, unsigned int point, void *context);
void gate_left(const struct gate *g, gate_left_function f, void *context);

/* Threads that sleep now. */
uint64_t gate_sleepers(const struct gate *g);
/* Delays shorter than this spin (ns): it takes longer to pass through the gate. */
uint64_t gate_spin_below(const struct gate *g);
/* What arranging for a sleep at the end of a call takes (ns). */
uint64_t gate_resume_cost(const struct gate *g);
/* Readable when the server has died. */
int gate_pidfd(const struct gate *g);
/*
 * To be called now and then: asks the server for a sign of life while threads sleep. Kills one that
 * has not given it for timeout_ns and doesn't just wait for a CPU; true if it had to.
 */
bool gate_check(struct gate *g, uint64_t now_ns, uint64_t timeout_ns);
/* The server is in the root cgroup: freezing jinx's does not keep anybody asleep. */
bool gate_is_outside(const struct gate *g);

#endif
