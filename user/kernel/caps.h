/* SPDX-License-Identifier: GPL-2.0 */
/* What this kernel can do, found out by trying. */
#ifndef JINX_CAPS_H
#define JINX_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "scenario/names.h"

struct capability {
	bool usable;
	char reason[200]; /* why not; empty when usable */
};

/* How a function of the kernel may be made to fail: kernel/injectable.h. */
enum injectable { INJECT_NOTHING, INJECT_ERRNO, INJECT_ERRNO_OR_NULL, INJECT_NULL, INJECT_TRUE };

struct caps {
	char release[65];
	char fatal[200]; /* why jinx can do nothing at all here; empty when it can */
	struct capability mechanisms[NR_MECHANISMS];
	/* Functions that trampolines can name: the system call's own is in the kernel's BTF; and
	 * tracepoints. */
	bool traceable[NR_POINTS];
	bool security[NR_HOOKS];   /* security_FUNCTION() is in the BTF */
	bool lsm[NR_HOOKS];	   /* the BPF LSM has the hook */
	uint32_t lsm_id[NR_HOOKS]; /* in the kernel's BTF */
	/* A thread may sleep in a program there, and keeps nobody waiting. */
	bool sleepable[NR_HOOKS];
	bool sees_entries; /* trampolines at the entry of calls */
	/* Functions and tracepoints of the kernel that are points have so many arguments. */
	uint8_t n_arguments[NR_POINTS];
	bool probeable[NR_POINTS]; /* functions of the kernel that have an address */
	/* What the kernel says of functions of its own that may fail: enum injectable */
	uint8_t injectable[NR_POINTS];
	char no_injection[120]; /* why it says nothing; empty when it does */
	bool uprobe_multi;	/* breakpoints without perf events */
	bool private_stacks;	/* of programs, by CPU: bpf/wrapper.bpf.h */
	bool tells_time;	/* a program may be what the call time() returns */
	bool ring_tracepoint;	/* tells of a new io_uring */
	struct error no_gate;	/* why delays that sleep have nowhere to; empty when they have */
	/* Why bios can't be made to fail by fmod_ret, and by override, where calls can; empty: they
	 * can. */
	struct error no_bios, no_bios_override;
	bool gate_inside; /* whoever freezes jinx's cgroup freezes the gate too (gate.h) */
	/* enum subject of the arguments of security_FUNCTION() and of the BPF LSM's hook */
	uint8_t subjects[2][NR_HOOKS][MAX_HOOK_ARGUMENTS];
};

/* Whether it is still worth the while to try a mechanism, from what is known by now. */
typedef bool (*caps_wanted)(enum mechanism m, const struct caps *caps, void *context);

/*
 * Tries the mechanisms whose bit is set in `candidates`, best first, by loading and attaching a
 * program that does nothing, and keeps the reason of each that failed; the others
 * say "not tried". Programs that a hook must really reach are called once. `wanted` is asked before
 * each; NULL: all are tried.
 * Never fails: what can't be probed is unusable with its reason.
 */
void caps_probe(struct caps *caps, uint64_t candidates, caps_wanted wanted, void *context);

_Static_assert(NR_MECHANISMS < 64, "a set of mechanisms is a word");
#define ALL_MECHANISMS ((1ull << NR_MECHANISMS) - 1)

#endif
