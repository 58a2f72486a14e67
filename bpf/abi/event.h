/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel side tells while it runs: injections, recordings, notices. */
#ifndef JINX_ABI_EVENT_H
#define JINX_ABI_EVENT_H

#include "check.h"
#include "caller.h"

/* What a target does that rules of system calls don't see */
enum notice { NOTICE_URING, NOTICE_AIO, NOTICE_32_BIT, NOTICE_TOLD, NR_NOTICES };

/* An injection, as it goes through the ring buffer. */
struct event {
	__u64 time_ns; /* CLOCK_MONOTONIC */
	__u64 cgroup;
	__s64 result; /* -errno, the signal, the seed of changed bytes, or 0 for a dropped packet */
	__u32 pid, tid;
	__u16 rule, point; /* the kernel side writes the plan's number, jinx hands on enum point */
	__u32 mechanism;
	char comm[COMM_LEN];
	/* While calls are numbered: the rule's task of this number made its call of this number. */
	__u32 task, call;
	__u64 bit; /* FAULT_CORRUPT: the first one that was changed, counted from the file's
		      beginning */
};

SIZE_IS(event, 72);
FIELD_IS_AT(event, result, 16);
FIELD_IS_AT(event, rule, 32);
FIELD_IS_AT(event, point, 34);
FIELD_IS_AT(event, comm, 40);
FIELD_IS_AT(event, call, 60);

/* A call in a recording; a packet's task is 0. The value is its result, as in an event. */
struct recorded {
	__u32 rule, task, call;
};

SIZE_IS(recorded, 12);

#endif
