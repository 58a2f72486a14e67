// SPDX-License-Identifier: GPL-2.0
/*
 * Delays before a call where the kernel has no task work and the call no hook that may sleep. While
 * a thread sleeps in a tracing program the kernel skips that program for all others on its CPU
 * (kernel/bpf/trampoline.c: __bpf_prog_enter_sleepable_recur), so there are several clones of it,
 * each for a share of the threads; user/kernel/clones.c makes them. What is to do has been decided
 * by then, in a program that doesn't sleep (delay.bpf.h: leave_to_clone), so that nothing is lost
 * uncounted.
 *
 * They use jinx.bpf.c's maps and variables.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Static: a copy of the instructions is loaded without types, which global functions need. */
#define SHARED static __noinline __attribute__((unused))

#include "abi.h"
#include "maps.bpf.h"
#include "compat.bpf.h"
#include "arguments.bpf.h"
#include "gate.bpf.h"
#include "task_work.bpf.h"
#include "decide.bpf.h"
#include "file.bpf.h"
#include "cmdline.bpf.h"
#include "target.bpf.h"
#include "path.bpf.h"
#include "unix.bpf.h"
#include "peer.bpf.h"
#include "partition.bpf.h"
#include "filter.bpf.h"
#include "stack.bpf.h"
#include "signals.bpf.h"
#include "account.bpf.h"
#include "socket.bpf.h"
#include "meter.bpf.h"
#include "budget.bpf.h"
#include "segment.bpf.h"
#include "dns.bpf.h"
#include "http.bpf.h"
#include "strike.bpf.h"
#include "delay.bpf.h"

/* What the thread's own slot is, if it has one. */
static __always_inline __u32 find_slot(__u32 tid)
{
	for (__u32 i = 0; i < SLOT_TRIES; i++) {
		__u32 index = (tid + i) & (MAX_SLEEPERS - 1);
		struct gate_slot *slot = slot_at(index);

		if (slot && slot->owner == tid)
			return index;
	}
	return MAX_SLEEPERS;
}

SEC("fmod_ret.s")
long linger(void *ctx)
{
	__u64 cookie = bpf_get_attach_cookie(ctx);
	__u32 tid = bpf_get_current_pid_tgid(), index;
	struct gate_slot *slot;

	if (tid % CLONES_OF(cookie) != CLONE_OF(cookie) || !current_targets())
		return 0;
	index = find_slot(tid);
	slot = slot_at(index);
	if (!slot || slot->point != NUMBER_IN(cookie))
		return 0;
	settle_left(slot, REASON_INJECTED);
	sleep_off(index, slot);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
