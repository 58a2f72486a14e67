/* SPDX-License-Identifier: GPL-2.0 */
/* What is measured of the calls of a target at a point. */
#ifndef JINX_ABI_METER_H
#define JINX_ABI_METER_H

#include "check.h"
#include "../bucket.h"

/*
 * Of bucket.h's buckets those from 64 ns to 2^37 ns, 137 s: shorter calls are counted in the first
 * one, longer ones in the last.
 */
#define METER_FIRST_BUCKET 64
#define METER_BUCKETS 992
#define METER_ERRORS 134 /* errnos that are counted apart; [0] are all others */

/* A row a target, point and phase. A call belongs to the phase in which it began. */
struct meter_row {
	__u64 begun;
	__u64 sum_ns, max_ns; /* of those that have ended, which are the sum of the buckets */
	__u64 errors[METER_ERRORS];
	__u64 buckets[METER_BUCKETS];
};

SIZE_IS(meter_row, 9032);
FIELD_IS_AT(meter_row, errors, 24);
FIELD_IS_AT(meter_row, buckets, 1096);

#define NO_ROW (~0u)
#define NO_PHASE (~0u)
#define NO_METER 0xff

/* What has become of a thread's call. */
enum call_state {
	CALL_NONE, /* there is none that is measured */
	CALL_UNDER_WAY,
	CALL_PUT_OFF,	  /* and a delay waits for its end */
	CALL_LEFT,	  /* it has ended, and the delay is ahead */
	CALL_INTERRUPTED, /* by a signal, whose handler decides whether it was EINTR */
	CALL_RESTARTS,	  /* it will be made again, once the handler has returned */
};

struct metered_call {
	__u64 began_ns;	   /* CLOCK_MONOTONIC */
	__u64 injected_ns; /* delays in it */
	__s64 result;
	__u32 targets; /* a bit each */
	__u16 point;   /* the plan's number */
	__u8 phase, state;
};

SIZE_IS(metered_call, 32);

#define MAX_PLACED 32768 /* calls of measured functions; the oldest goes first */

/* A place in code that is measured, in one thread. */
struct placed_call {
	__u32 tid, point;
	__u64 frame; /* of a program's function, which may call itself: its stack pointer; 0 */
};

SIZE_IS(placed_call, 16);

/* Of one thread. Its end frees it. */
struct metered_thread {
	struct metered_call now, interrupted;
	__u64 left_ns, stack; /* of the interrupted one: when, and with which stack pointer */
};

SIZE_IS(metered_thread, 80);

#endif
