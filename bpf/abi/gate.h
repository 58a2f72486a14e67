/* SPDX-License-Identifier: GPL-2.0 */
/* Where threads sleep: what jinx, its server, the clones and the kernel side know of it */
#ifndef JINX_ABI_GATE_H
#define JINX_ABI_GATE_H

#include "check.h"

#define MAX_SLEEPERS 32768    /* threads that a delay keeps asleep at once */
#define MAX_LEAD_NS 400000ull /* the gate wakes a thread earlier by at most this */

/* The attach cookie of a clone of linger.bpf.c: which one, of how many, at which point. */
#define CLONE_COOKIE(clone, clones, number) \
	((__u64)(number) << 32 | (__u64)(clones) << 16 | (__u64)(clone))
#define CLONE_OF(cookie) ((cookie)&0xffff)
#define CLONES_OF(cookie) ((cookie) >> 16 & 0xffff)
#define NUMBER_IN(cookie) ((cookie) >> 32)

/*
 * A place to sleep: a page of the gate's file. A thread owns it from the moment that its delay is
 * decided until it has slept. No two threads share one: they would wait for each other.
 */
struct gate_slot {
	__u64 owner;	     /* thread id; 0: free */
	__u64 wanted_ns;     /* how long */
	__u64 until_ns;	     /* CLOCK_MONOTONIC; written when the sleep begins */
	__u64 rules;	     /* that made it wait, a bit each */
	__u32 point;	     /* at which, by its number; for the clones */
	__u32 phase;	     /* the gate's, in which the thread was found to have to sleep */
	__u32 interruptible; /* any signal ends it; else only one that does not run a handler */
	__u32 unused;
};

SIZE_IS(gate_slot, 48);
FIELD_IS_AT(gate_slot, until_ns, 16);
FIELD_IS_AT(gate_slot, point, 32);
FIELD_IS_AT(gate_slot, phase, 36);
FIELD_IS_AT(gate_slot, interruptible, 40);

/* What the gate, jinx and the kernel side know of each other. */
struct gate_shared {
	__u64 address; /* of the file's mapping in the mapper */
	__u32 mapper;  /* pid of the process that holds the mapping, in the first namespace */
	__u32 server;  /* pid of the process that answers */
	__u32 page_size;
	__u32 closed;	     /* nobody may sleep: everyone is sent on at once */
	__u32 over;	     /* the server is to end, and the mapper with it */
	__u32 phase;	     /* how often it has been closed */
	__u32 outside;	     /* the server is in the root cgroup */
	__s32 resumed;	     /* what came of sleeping at a call's end, when jinx tries it */
	__u64 deadline_ns;   /* as the kernel side's: the heartbeat */
	__u64 beat_ns;	     /* when the server was last at work */
	__u64 lead_ns;	     /* how much earlier than asked for the server wakes a thread */
	__u64 resume_ns;     /* from arranging for a sleep at a call's end to its beginning */
	__u64 spin_below_ns; /* shorter delays are not worth a sleep */
	__u64 patience_ns;   /* the server need not look sooner at who has come; 0: at once */
	__u64 entered, left; /* threads in and out of the gate */
};

SIZE_IS(gate_shared, 104);
FIELD_IS_AT(gate_shared, closed, 20);
FIELD_IS_AT(gate_shared, deadline_ns, 40);
FIELD_IS_AT(gate_shared, entered, 88);

/* Argument and answer of the gate's own programs, run by jinx. */
struct gate_call {
	__u64 wanted_ns; /* in */
	__s64 result;	 /* out: of the access; -EFAULT is what the gate answers */
	__u64 took_ns;
};

SIZE_IS(gate_call, 24);

/* Argument and answer of the gate's look at the thread in a slot, which got a signal. */
struct gate_look {
	__u32 slot;   /* in */
	__u32 let_go; /* out: it is to be ended, stopped, frozen or traced */
};

SIZE_IS(gate_look, 8);

/* How much CPU time a target gets. */
struct throttle {
	__u64 share_ppm; /* of one core; 0: it isn't throttled */
	__u64 due_ns;	 /* CLOCK_MONOTONIC at which all that it used so far is paid for */
};

SIZE_IS(throttle, 16);

#define THROTTLE_CREDIT_NS 100000000ull /* for so long it may save up what it doesn't use */

#endif
