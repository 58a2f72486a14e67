// SPDX-License-Identifier: GPL-2.0
/*
 * Delays before a call where the kernel has no task work and the call no hook that may sleep. While
 * a thread sleeps in a tracing program the kernel skips that program for all others on its CPU
 * (kernel/bpf/trampoline.c: __bpf_prog_enter_sleepable_recur), so there are several clones of it,
 * each for a share of the threads; user/kernel/clones.c makes them. They use jinx.bpf.c's maps, its
 * variables too: both sides include the same headers, so the order is the same.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Static: a copy of the instructions is loaded without types, which global functions need. */
#define SHARED static __noinline __attribute__((unused))

#include "abi.h"
#include "maps.bpf.h"
#include "compat.bpf.h"
#include "gate.bpf.h"
#include "task_work.bpf.h"
#include "decide.bpf.h"
#include "target.bpf.h"
#include "strike.bpf.h"
#include "delay.bpf.h"
#include "sleep.bpf.h"

SEC("fmod_ret.s")
long linger(void *ctx)
{
	__u64 cookie = bpf_get_attach_cookie(ctx);
	__u32 targets = current_targets(), tid = bpf_get_current_pid_tgid();

	if (targets && tid % CLONES_OF(cookie) == CLONE_OF(cookie))
		sleep_at(MECHANISM_CLONES, POINT_OF(cookie), targets);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
