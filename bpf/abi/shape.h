/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detours: packets leave a device for a tap device beside it, whose other end a process holds, the
 * shaper. What jinx, the shaper and the kernel side know of each other.
 */
#ifndef JINX_ABI_SHAPE_H
#define JINX_ABI_SHAPE_H

#include "check.h"
#include "rule.h"

#define MAX_DETOURS 64 /* devices, of all network namespaces together */
/* A shaper that shows no life for so long gets no packets: they go as if there were none. */
#define SHAPER_PATIENCE_NS 400000000ull

/*
 * skb->priority from a cgroup's hook to the device's: that of an experiment, which no priority or
 * class in use looks like; the detour; the rule.
 */
#define DETOUR_MARK(experiment) (0xb0000000u | (__u32)(experiment) << 12)
#define DETOUR_MARK_MASK 0xfffff000u
#define DETOUR_ANY_MASK 0xf0000000u /* of whatever experiment */
#define MAX_DETOUR_EXPERIMENT 0xffffu
/* The same of what is to be lost at the device, whoever has decided it. */
#define LOSS_MARK 0xa1055105u
#define MAX_LOSSY_DEVICES 256 /* of all network namespaces together */
/* The interface numbers of the taps: from here on, by the detour. Others are counted from 1 on. */
#define DETOUR_FIRST_TAP(experiment) (0x40000000u | (__u32)(experiment) << 8)
/* What the shaper gets of it: the packet's VLAN tag. */
#define DETOUR_TAG_INGRESS 0x40u
#define DETOUR_TAG_RULE(tag) ((tag)&0x3f)

struct detour {
	__u32 device, tap; /* interface numbers */
	__u32 loopback;
	__u32 unused;
};

SIZE_IS(detour, 16);

/* Where a socket sends: a device's number is its network namespace's. */
struct detour_key {
	__u32 namespace; /* inode */
	__u32 device;
};

SIZE_IS(detour_key, 8);

/* What the shaper has done with the packets of a rule. */
struct shaped {
	__u64 taken;
	__u64 lost;	  /* by `loss` */
	__u64 overflowed; /* by `rate`: the queue was full */
	__u64 duplicated, reordered, corrupted;
	__u64 refused; /* the kernel did not take it back */
	__u64 unused;
};

SIZE_IS(shaped, 64);

struct shaper_shared {
	__u64 beat_ns;	   /* when the shaper was last at work; 0: never */
	__u64 deadline_ns; /* jinx's heartbeat */
	__u32 epoch;	   /* what was taken before it last changed goes at once */
	__u32 over;	   /* the shaper is to end */
	struct detour detours[MAX_DETOURS];
	struct shaped shaped[MAX_RULES];
};

SIZE_IS(shaper_shared, 24 + 16 * 64 + 64 * 64);
FIELD_IS_AT(shaper_shared, detours, 24);

/* The kernel's ids of types; 0: unknown. */
struct detour_types {
	__u32 sock, cgroup, list_head;
};

SIZE_IS(detour_types, 12);

#endif
