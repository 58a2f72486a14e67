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
#define TRIES 4096 /* others are at it for a microsecond */
/* struct itimerspec: the interval is first. */
#define IT_VALUE 16
/* By which clock_nanosleep() comes to hrtimer_nanosleep(); CLOCK_BOOTTIME is 7, CLOCK_TAI 11. */
#define SLEEPING_CLOCKS (1u << CLOCK_REALTIME | 1u << CLOCK_MONOTONIC | 1u << 7 | 1u << 11)
/* In s; what is later is never. */
#define LATEST (SKEW_NEVER / NS_PER_S)

/* The thread's, if it is its place's last user and the program has not written there meanwhile. */
static __noinline int put_back(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct place *mine = asides ? bpf_task_storage_get(&aside, task, 0, 0) : 0, p;
	struct put_aside *a;
	__u64 at[2];

	if (!mine || !mine->address)
		return 0;
	p = *mine;
	mine->address = 0;
	__sync_fetch_and_sub(&asides, 1);
	a = bpf_map_lookup_elem(&put_asides, &p);
	if (!a || __sync_fetch_and_sub(&a->users, 1) != 1)
		return 0;
	if (!bpf_probe_read_user(at, sizeof(at), (void *)p.address) && at[0] == a->says[0] &&
		at[1] == a->says[1])
		bpf_probe_write_user((void *)p.address, a->was, sizeof(a->was));
	return bpf_map_delete_elem(&put_asides, &p);
}

/* A call that is to fail does not come to where its deadline is put back. */
static __always_inline void put_back_if(int fails)
{
	if (fails && shifting)
		put_back();
}

/* A timer of zero is none; the rest is refused. */
static __always_inline bool is_deadline(const __u64 at[2])
{
	return (at[0] || at[1]) && at[0] <= LATEST && at[1] < NS_PER_S;
}

struct shifting {
	struct skew *s;
	struct place place;
	__u32 clock;
	__u32 done; /* not bool: the verifier is to see that it is 0 or 1 */
	bool written;
};

static __always_inline bool write_deadline(struct shifting *w, const struct put_aside *a)
{
	w->done = 1;
	w->written = !bpf_probe_write_user((void *)w->place.address, a->says, sizeof(a->says));
	if (!w->written)
		__sync_fetch_and_add(&w->s->refused, 1);
	return w->written;
}

/* Nobody has changed it, or who has is done with it by the time that it is this thread's. */
static __always_inline void shift_first(struct shifting *w)
{
	struct put_aside a = {.users = 1};
	void *address = (void *)w->place.address;
	__u64 ns, again[2];

	if (bpf_probe_read_user(a.was, sizeof(a.was), address) || !is_deadline(a.was)) {
		w->done = 1;
		return;
	}
	ns = true_deadline(w->s, w->clock, true_ns(w->s, w->clock), a.was[0] * NS_PER_S + a.was[1]);
	a.says[0] = ns / NS_PER_S;
	a.says[1] = ns % NS_PER_S;
	if (bpf_map_update_elem(&put_asides, &w->place, &a, BPF_NOEXIST))
		return;
	if (bpf_probe_read_user(again, sizeof(again), address) || again[0] != a.was[0] ||
		again[1] != a.was[1] || !write_deadline(w, &a))
		bpf_map_delete_elem(&put_asides, &w->place);
}

/*
 * Threads that wait by one deadline in their memory share what it is for the moment: who finds it
 * changed does not change it again, and the last one puts it back.
 */
static long shift_once(__u32 i, void *context)
{
	struct shifting *w = context;
	struct put_aside *a = bpf_map_lookup_elem(&put_asides, &w->place);

	if (!a)
		shift_first(w);
	else if (__sync_fetch_and_add(&a->users, 1))
		write_deadline(w, a); /* whose it is may be about to */
	else
		__sync_fetch_and_sub(&a->users, 1); /* its last one is about to take it away */
	return w->done != 0;
}

static __always_inline void shift_deadline(struct skew *s, __u32 clock, __u64 address)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct shifting w = {.s = s, .place = {(__u64)task->mm, address}, .clock = clock};
	struct place *mine;

	put_back();
	mine = address ? bpf_task_storage_get(&aside, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE) : 0;
	if (!mine)
		return;
	bpf_loop(TRIES, shift_once, &w, 0);
	if (!w.written)
		return;
	*mine = w.place;
	__sync_fetch_and_add(&asides, 1);
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
	put_back();
	return 0;
}

SEC("?kprobe")
int skew_futex(struct pt_regs *ctx)
{
	struct pt_regs *regs = user_registers();
	__u32 op = skewing ? syscall_argument(regs, 1) : 0, command = op & FUTEX_COMMANDS;

	/* It is by CLOCK_REALTIME, and there is none that says so. */
	if (command == FUTEX_LOCK_PI && !(op & FUTEX_CLOCK_REALTIME))
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
	__u32 clock = syscall_argument(regs, 0);

	if (skewing && syscall_argument(regs, 1) & ABSOLUTE && clock < MAX_CLOCKS &&
		SLEEPING_CLOCKS >> clock & 1)
		shift_of(clock, syscall_argument(regs, 2));
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
