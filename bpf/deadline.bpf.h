/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deadlines by clocks that lie: a call is given the moment at which the clock that the program sees
 * will be there. The kernel has its own copy of what the program says, which nothing may change, so
 * it is changed in the program's memory before it is copied, and put back as soon as it has been:
 * in the next function, or, where the call does not sleep, as it returns.
 */
#ifndef JINX_DEADLINE_BPF_H
#define JINX_DEADLINE_BPF_H

#include "skew.bpf.h"

#define FUTEX_COMMANDS 127
#define FUTEX_CLOCK_REALTIME 256
#define FUTEX_LOCK_PI 6
#define FUTEX_WAIT_BITSET 9
#define FUTEX_WAIT_REQUEUE_PI 11
#define FUTEX_LOCK_PI2 13
#define ABSOLUTE 1 /* TIMER_ABSTIME, TFD_TIMER_ABSTIME */
#define MOST_TIMERS 256
/* struct itimerspec: the interval is first. */
#define IT_VALUE 16
/* In s; what is later is never. */
#define LATEST (SKEW_NEVER / NS_PER_S)

static __always_inline struct put_aside *put_aside(__u64 flags)
{
	return bpf_task_storage_get(&aside, bpf_get_current_task_btf(), 0, flags);
}

static __always_inline void shift_deadline(struct skew *s, __u32 clock, __u64 address)
{
	struct put_aside *a;
	__u64 at[2], ns;

	if (!address || bpf_probe_read_user(at, sizeof(at), (void *)address))
		return;
	/* A timer of zero is none; the rest is refused. */
	if ((!at[0] && !at[1]) || at[0] > LATEST || at[1] >= NS_PER_S)
		return;
	a = put_aside(BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!a)
		return;
	a->was[0] = at[0];
	a->was[1] = at[1];
	ns = true_deadline(s, clock, true_ns(s, clock), at[0] * NS_PER_S + at[1]);
	at[0] = ns / NS_PER_S;
	at[1] = ns % NS_PER_S;
	if (bpf_probe_write_user((void *)address, at, sizeof(at))) {
		__sync_fetch_and_add(&s->refused, 1);
		return;
	}
	a->address = address;
	__sync_fetch_and_add(&asides, 1);
	__sync_fetch_and_add(&s->deadlines, 1);
}

static __always_inline void shift_of(__u32 clock, __u64 address)
{
	struct skew *s = current_skew();

	if (!s || !is_skewed(s, clock))
		return;
	/* Or clang leaves out the bounds that the verifier looks for. */
	barrier_var(clock);
	shift_deadline(s, clock, address);
}

SEC("?kprobe")
int skew_put_back(struct pt_regs *ctx)
{
	struct put_aside *a = asides ? put_aside(0) : 0;

	if (!a || !a->address)
		return 0;
	bpf_probe_write_user((void *)a->address, a->was, sizeof(a->was));
	a->address = 0;
	__sync_fetch_and_sub(&asides, 1);
	return 0;
}

SEC("?kprobe")
int skew_futex(struct pt_regs *ctx)
{
	struct pt_regs *regs = user_registers();
	__u32 op = skewing ? syscall_argument(regs, 1) : 0, command = op & FUTEX_COMMANDS;

	if (command == FUTEX_LOCK_PI)
		op = FUTEX_CLOCK_REALTIME;
	else if (command != FUTEX_WAIT_BITSET && command != FUTEX_WAIT_REQUEUE_PI &&
		 command != FUTEX_LOCK_PI2)
		return 0;
	shift_of(op & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC,
		syscall_argument(regs, 3));
	return 0;
}

SEC("?kprobe")
int skew_clock_nanosleep(struct pt_regs *ctx)
{
	struct pt_regs *regs = user_registers();

	if (skewing && syscall_argument(regs, 1) & ABSOLUTE)
		shift_of(syscall_argument(regs, 0), syscall_argument(regs, 2));
	return 0;
}

SEC("?kprobe")
int skew_timerfd_settime(struct pt_regs *ctx)
{
	struct pt_regs *regs = user_registers();
	struct timerfd_ctx *timer;

	if (!skewing || !(syscall_argument(regs, 1) & ABSOLUTE))
		return 0;
	/* If it is another file the call fails. */
	timer = BPF_CORE_READ(file_of(syscall_argument(regs, 0)), private_data);
	shift_of(BPF_CORE_READ(timer, clockid), syscall_argument(regs, 2) + IT_VALUE);
	return 0;
}

struct timer_walk {
	__u64 at, end;
	int id;
	__u32 clock;
};

/* The list was doubly linked and circular before 6.14; what leads to the next one is the same. */
static long over_timers(__u32 i, void *context)
{
	struct timer_walk *w = context;
	struct k_itimer *timer;

	if (!w->at || w->at == w->end)
		return 1;
	timer = (void *)(w->at - bpf_core_field_offset(struct k_itimer, list));
	w->clock = BPF_CORE_READ(timer, it_clock);
	if (BPF_CORE_READ(timer, it_id) == w->id)
		return 1;
	w->clock = MAX_CLOCKS;
	bpf_probe_read_kernel(&w->at, sizeof(w->at), (void *)w->at);
	return 0;
}

SEC("?kprobe")
int skew_timer_settime(struct pt_regs *ctx)
{
	struct pt_regs *regs = user_registers();
	struct timer_walk w = {.clock = MAX_CLOCKS};
	struct signal_struct *signal;

	if (!skewing || !(syscall_argument(regs, 1) & ABSOLUTE))
		return 0;
	signal = BPF_CORE_READ(bpf_get_current_task_btf(), signal);
	w.id = syscall_argument(regs, 0);
	w.end = (__u64)signal + bpf_core_field_offset(struct signal_struct, posix_timers);
	bpf_probe_read_kernel(&w.at, sizeof(w.at), (void *)w.end);
	bpf_loop(MOST_TIMERS, over_timers, &w, 0);
	shift_of(w.clock, syscall_argument(regs, 2) + IT_VALUE);
	return 0;
}

#endif
