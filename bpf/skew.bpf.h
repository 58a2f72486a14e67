/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clocks that lie: what a call told of the time is rewritten in the program's memory as it returns.
 * Programs ask the vDSO, which makes no call. One that is started gets no vDSO, so that its C
 * library makes calls; in one that runs the keeper has made calls of the vDSO's functions
 * (user/undo/vdso.h). Without the programs here all these calls tell the truth.
 */
#ifndef JINX_SKEW_BPF_H
#define JINX_SKEW_BPF_H

#include "skewed.h"

#define NS_PER_S 1000000000ull
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define AT_IGNORE 1
#define AT_SYSINFO_EHDR 33
#define MAX_ENVIRONMENT 1000000 /* a quarter of the stack, if that has no limit */
#define MAX_AUXV 64
#define NOBODY (~0u) /* no process has that number */

/* struct timespec, or struct timeval with parts of 1000 ns. */
static __always_inline void rewrite(struct skew *s, __u32 clock, __u64 address, __u64 part_ns)
{
	__u64 at[2], ns;

	if (!address || bpf_probe_read_user(at, sizeof(at), (void *)address))
		return;
	ns = at[0] * NS_PER_S + at[1] * part_ns;
	ns = skewed(s, clock, ns);
	at[0] = ns / NS_PER_S;
	at[1] = ns % NS_PER_S / part_ns;
	if (bpf_probe_write_user((void *)address, at, sizeof(at)))
		__sync_fetch_and_add(&s->refused, 1);
	else
		__sync_fetch_and_add(&s->read, 1);
}

/* What the clock truly says. */
static __always_inline __u64 true_ns(const struct skew *s, __u32 clock)
{
	return s->began_ns[clock & (MAX_CLOCKS - 1)] + bpf_ktime_get_ns() -
	       s->began_ns[CLOCK_MONOTONIC];
}

struct stack_walk {
	__u64 at;
	bool found;
};

static long over_environment(__u32 i, void *context)
{
	struct stack_walk *w = context;
	__u64 word = 0;

	if (bpf_probe_read_user(&word, sizeof(word), (void *)w->at))
		return 1;
	w->at += sizeof(word);
	return !word;
}

static long over_auxv(__u32 i, void *context)
{
	struct stack_walk *w = context;
	__u64 type = 0;

	if (bpf_probe_read_user(&type, sizeof(type), (void *)w->at) || !type)
		return 1;
	w->found = type == AT_SYSINFO_EHDR;
	if (!w->found)
		w->at += 2 * sizeof(type);
	return w->found;
}

/*
 * A program has begun, and nothing of it has run: on its stack are the number of arguments, these,
 * the environment, and the auxiliary vector, in which the vDSO becomes an entry to be ignored.
 */
static __always_inline void hide_vdso(struct skew *s, __u64 sp)
{
	struct stack_walk w = {};
	__u64 arguments = 0, ignored = AT_IGNORE;

	bpf_probe_read_user(&arguments, sizeof(arguments), (void *)sp);
	w.at = sp + (arguments + 2) * sizeof(arguments);
	bpf_loop(MAX_ENVIRONMENT, over_environment, &w, 0);
	bpf_loop(MAX_AUXV, over_auxv, &w, 0);
	if (w.found && !bpf_probe_write_user((void *)w.at, &ignored, sizeof(ignored)))
		__sync_fetch_and_add(&s->hidden, 1);
	else
		__sync_fetch_and_add(&s->unfound, 1);
}

/* Those whose vDSO tells the true time: so do their calls. */
static __always_inline bool is_spared(const struct skew *s, __u32 tgid)
{
	for (int i = 0; i < MAX_SPARED && s->spared[i]; i++)
		if (s->spared[i] == tgid)
			return true;
	return BPF_CORE_READ(bpf_get_current_task_btf(), seccomp.mode);
}

/*
 * The skew of the caller's target; NULL: there is none. When the heartbeat has stopped once the
 * true time is all that there is until the keeper begins anew: a clock that never goes backwards
 * could not come back.
 */
static __always_inline struct skew *target_skew(void)
{
	__u32 targets = skewing ? current_targets() & skewing : 0, target = 0;

	if (!targets || in_compat_syscall(bpf_get_current_task_btf()))
		return 0;
	while (target < MAX_TARGETS - 1 && !(targets >> target & 1))
		target++;
	if (bpf_ktime_get_ns() > deadline_ns) {
		__sync_fetch_and_and(&skewing, ~targets);
		return 0;
	}
	if (is_protected(bpf_get_current_pid_tgid() >> 32, target))
		return 0;
	return &skews[target & (MAX_TARGETS - 1)];
}

static __always_inline struct skew *current_skew(void)
{
	struct skew *s = target_skew();

	return s && !is_spared(s, bpf_get_current_pid_tgid() >> 32) ? s : 0;
}

static __always_inline struct pt_regs *user_registers(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

/*
 * Kretprobes, as they are not preempted: of a program at a tracepoint the kernel leaves out the
 * runs for all others on the CPU of one that is preempted in it (kernel/trace/bpf_trace.c:
 * __bpf_trace_run; tracepoints may be preempted since 7.0), and they would be told the true time.
 */
SEC("?kretprobe")
int skew_clock_gettime(struct pt_regs *ctx)
{
	struct skew *s = PT_REGS_RC(ctx) ? 0 : current_skew();
	struct pt_regs *regs = user_registers();
	__u32 clock = s ? syscall_argument(regs, 0) : 0;

	if (s && is_skewed(s, clock))
		rewrite(s, clock, syscall_argument(regs, 1), 1);
	return 0;
}

SEC("?kretprobe")
int skew_gettimeofday(struct pt_regs *ctx)
{
	struct skew *s = PT_REGS_RC(ctx) ? 0 : current_skew();

	if (s && is_skewed(s, CLOCK_REALTIME))
		rewrite(s, CLOCK_REALTIME, syscall_argument(user_registers(), 0), 1000);
	return 0;
}

/* Its result is in a register. Where nothing may be returned in its place it tells the truth. */
SEC("?kretprobe")
int skew_count_time(struct pt_regs *ctx)
{
	struct skew *s = current_skew();

	if (s && is_skewed(s, CLOCK_REALTIME))
		__sync_fetch_and_add(&s->times, 1);
	return 0;
}

SEC("?fmod_ret")
long skew_time(void *ctx)
{
	struct skew *s = current_skew();
	__u64 address, told;

	if (!s || !is_skewed(s, CLOCK_REALTIME))
		return 0;
	told = skewed(s, CLOCK_REALTIME, true_ns(s, CLOCK_REALTIME)) / NS_PER_S ?: 1;
	address = syscall_argument(user_registers(), 0);
	if (address && bpf_probe_write_user((void *)address, &told, sizeof(told)))
		__sync_fetch_and_add(&s->refused, 1);
	else
		__sync_fetch_and_add(&s->read, 1);
	return told; /* 0 would be the true one: in 1970 it is a second later */
}

/* A new program has another vDSO than the one that was left alone. */
static __always_inline void spare_no_more(struct skew *s, __u32 tgid)
{
	for (int i = 0; i < MAX_SPARED && s->spared[i]; i++)
		if (s->spared[i] == tgid)
			s->spared[i] = NOBODY;
}

/* Where it is missed the keeper finds the process soon. */
SEC("?tp_btf/sched_process_exec")
int BPF_PROG(skew_exec, struct task_struct *task, int pid, struct linux_binprm *bprm)
{
	struct skew *s = target_skew();

	if (!s)
		return 0;
	spare_no_more(s, task->tgid);
	if (task->seccomp.mode)
		__sync_fetch_and_add(&s->seccomp, 1);
	else
		hide_vdso(s, user_stack_pointer(user_registers()));
	return 0;
}

#endif
