/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel side and user space share. Fixed-width fields only: both
 * sides compile this file, one of them for the BPF machine.
 */
#ifndef JINX_ABI_H
#define JINX_ABI_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#define MAX_RULES 64	 /* one bit each in a __u64: arming is one store */
#define MAX_TARGETS 16	 /* one bit each in a __u32; the look at the cgroup is unrolled */
#define MAX_IDENTITIES 4 /* values per comm/uid/exe list of only and except */
#define MAX_SYSCALLS 512
#define COMM_LEN 16
#define PPM 1000000u

/* points.def: the places where a fault can strike */
enum point {
#define SYSCALL(name, groups, hook) POINT_##name,
#define PACKET(name) POINT_##name,
#include "points.def"
	NR_POINTS
};

/* hooks.def: security hooks, the LSM layer's side of points.def */
enum hook {
	HOOK_none,
#define HOOK(name, function) HOOK_##name,
#include "hooks.def"
	NR_HOOKS
};

/* strace's groups, as bits of a point's row */
enum group {
	GROUP_FILE = 1 << 0,
	GROUP_DESC = 1 << 1,
	GROUP_NETWORK = 1 << 2,
	GROUP_MEMORY = 1 << 3,
	GROUP_PROCESS = 1 << 4,
	GROUP_IPC = 1 << 5,
	GROUP_SIGNAL = 1 << 6,
};

/* faults.def: what jinx can do to a call */
enum fault {
#define FAULT(name, id, about) FAULT_##id,
#include "faults.def"
	NR_FAULTS
};

/* mechanisms.def: how a rule is realised; the order is the order of preference */
enum mechanism {
#define MECHANISM(id, name, attach, about) MECHANISM_##id,
#include "mechanisms.def"
	NR_MECHANISMS
};

/* reasons.def: why a matched call was left alone */
enum reason {
	REASON_INJECTED, /* it was not left alone */
#define REASON(id, name, about) REASON_##id,
#include "reasons.def"
	NR_REASONS
};

/* One rule, as the kernel executes it. Written while the rule is disarmed. */
struct rule {
	__u32 fault;	  /* enum fault */
	__s32 error;	  /* FAULT_FAIL: -errno */
	__u32 signal;	  /* FAULT_KILL */
	__u32 target;	  /* index of the target */
	__u32 chance_ppm; /* PPM: always */
	__u32 every;	  /* 1: each one */
	__u64 after;	  /* matched calls to let pass first */
	__u64 limit;	  /* injections at the most; 0: no limit */
	__u64 seed;
};

/* What a rule remembers. Shared by all CPUs, so that budgets hold across them. */
struct rule_state {
	__u64 calls; /* that came as far as the trigger */
	__u64 fired;
} __attribute__((aligned(64)));

/* Lists of identities; a kind with no value is not asked for. */
struct identity {
	__u32 n_comm, n_uid, n_exe;
	__u32 uid[MAX_IDENTITIES];
	__u64 exe[MAX_IDENTITIES]; /* kernel address of the program's inode */
	char comm[MAX_IDENTITIES][COMM_LEN];
};

/* A target's narrowing: all kinds of `only` must match, none of `except` may. */
struct narrowing {
	struct identity only, except;
};

/* target_level of a slot that holds no cgroup; the slots with cgroups come first. */
#define NO_LEVEL (-1)
/* What the look at the caller has to consider; a constant at load. */
enum aim {
	AIM_ONE,     /* one cgroup */
	AIM_SEVERAL, /* several */
	AIM_MIXED,   /* processes, and perhaps cgroups */
};
#define MAX_PROTECTED 16
#define NO_POINT 0xffff
#define NO_BINDING 0xffff

/* One row of the counters: a rule at a point. */
struct counters {
	__u64 eligible;
	__u64 matched;
	__u64 by_reason[NR_REASONS]; /* [REASON_INJECTED] are the injections */
};

/* An injection, as it goes through the ring buffer. */
struct event {
	__u64 time_ns; /* CLOCK_MONOTONIC */
	__u64 cgroup;
	__s64 result; /* -errno, the signal, or 0 for a dropped packet */
	__u32 pid, tid;
	__u16 rule, point;
	__u32 mechanism;
	char comm[COMM_LEN];
};

/* Argument and answer of the resolve_inode program. */
struct resolve_inode {
	__u64 inode;
	__u32 fd;
	__u32 unused;
};

_Static_assert(sizeof(struct rule) == 48, "no padding may differ between the two sides");
_Static_assert(sizeof(struct event) == 56, "no padding may differ between the two sides");

#endif
