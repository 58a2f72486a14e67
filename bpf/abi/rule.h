/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule is, as the kernel executes it, and what it remembers. */
#ifndef JINX_ABI_RULE_H
#define JINX_ABI_RULE_H

#include "check.h"

#define MAX_RULES 64 /* one bit each in a __u64: arming is one store */
#define PPM 1000000u
#define MAX_ERRORS 8 /* of one rule; a power of two */
/* In place of an errno: the call is left out, and has succeeded, if there is a way to say so. */
#define IS_LEFT_OUT 4094
/* The same of a call that writes: it has written all that it was given. */
#define IS_LOST 4093
/* The call is left out, and returns true. */
#define IS_TRUE 4092
#define MAX_WRITTEN 0x7ffff000ull /* by one call: include/linux/fs.h: MAX_RW_COUNT */

/* faults.def: what jinx can do to a call */
enum fault {
#define FAULT(name, id, about) FAULT_##id,
#include "../faults.def"
	NR_FAULTS
};

/* mechanisms.def: how a rule is realised; the order is the order of preference */
enum mechanism {
#define MECHANISM(id, ...) MECHANISM_##id,
#include "../mechanisms.def"
	NR_MECHANISMS
};

/* reasons.def: why a matched call was left alone */
enum reason {
	REASON_INJECTED, /* it was not left alone */
#define REASON(id, name, about) REASON_##id,
#include "../reasons.def"
	NR_REASONS
};

/* How delays are spread about their mean */
enum distribution { SPREAD_UNIFORM, SPREAD_NORMAL, SPREAD_PARETO, NR_DISTRIBUTIONS };

/* Entries of a distribution's table: quantiles in units of the deviation, times 2^QUANTILE_BITS */
#define NR_QUANTILES 4096
#define QUANTILE_BITS 16
#define MAX_DELAY_NS 3600000000000ull /* --max-delay can't be more */

/* Whose calls a trigger counts together: all of the target, those of one point, those of one thread
 */
enum per { PER_TARGET, PER_CALL, PER_TASK, NR_PERS };

/* One rule, as the kernel executes it. Written while the rule is disarmed. */
struct rule {
	__u32 fault;	  /* enum fault */
	__u32 n_errors;	  /* FAULT_FAIL */
	__u32 signal;	  /* FAULT_KILL */
	__u32 target;	  /* index of the target */
	__u32 chance_ppm; /* PPM: always */
	__u32 every;	  /* 1: each one */
	__u64 after;	  /* matched calls to let pass first */
	__u64 limit;	  /* injections at the most; 0: no limit */
	__u64 seed;
	__u64 delay_ns, jitter_ns; /* FAULT_DELAY, FAULT_JITTER: mean and deviation */
	__u64 cap_ns;		   /* no delay is longer */
	__u32 distribution;	   /* enum distribution */
	__u32 per;		   /* enum per */
	/* Times are counted from the beginning of the phase. */
	__u64 from_ns, until_ns; /* outside of them nothing happens; until 0: to the phase's end */
	__u64 on_ns, off_ns;	 /* within them, in turns; on 0: always on */
	__u64 ramp_ns; /* the chance goes from chance_ppm to ramp_ppm in this time; 0: it stays */
	__u32 ramp_ppm;
	__u32 interruptible;	  /* FAULT_DELAY: any signal ends it */
	__u64 interval_ns;	  /* between injections, at the least, on average; 0: no rate */
	__u64 after_bytes;	  /* that calls may ask for first; 0: it does not matter how many */
	__u64 open_fds;		  /* descriptors that the process must have; 0: however many */
	__u64 end_ns;		  /* FAULT_HANG: the end of the rule or of its phase; 0: none */
	__u64 preempt_ns;	  /* FAULT_JITTER: of CPU time between preemptions, on average */
	__s32 errors[MAX_ERRORS]; /* FAULT_FAIL: -errno; each call draws one of them */
};

SIZE_IS(rule, 200);
FIELD_IS_AT(rule, chance_ppm, 16);
FIELD_IS_AT(rule, seed, 40);
FIELD_IS_AT(rule, interval_ns, 128);

/* What a rule remembers. Shared by all CPUs, so that budgets hold across them. */
struct rule_state {
	__u64 calls; /* that came as far as the trigger */
	__u64 fired;
	__u64 next_ns;	/* with a rate: not before */
	__u64 tasks;	/* of the rule: how many have been seen */
	__u64 stream;	/* of a task or a call: which of the rule's it is, from 1 on; else 0 */
	__u64 bytes;	/* that calls have asked for and were let pass with */
	__u64 numbered; /* calls so far, while they are numbered to be recorded or replayed */
	/* Of a thread that is preempted: ticks that are left, and above 32 bits how many moments
	 * have been drawn. */
	__u64 ticks;
} __attribute__((aligned(64)));

SIZE_IS(rule_state, 64);
FIELD_IS_AT(rule_state, stream, 32);
FIELD_IS_AT(rule_state, ticks, 56);

/* Key of what a rule remembers of a thread; with its start, as numbers are used again. */
struct task_rule {
	__u64 started_ns; /* CLOCK_BOOTTIME */
	__u32 tid, rule;
};

SIZE_IS(task_rule, 16);

#endif
