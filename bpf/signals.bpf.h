/* SPDX-License-Identifier: GPL-2.0 */
/* What will become of signals as a thread returns to user space. */
#ifndef JINX_SIGNALS_BPF_H
#define JINX_SIGNALS_BPF_H

#define SIGNAL_BIT(n) (1ull << ((n)-1))
#define SIGNAL_KILL 9
#define NR_SIGNALS 64
/* SIGCHLD, SIGCONT, SIGURG and SIGWINCH; SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU. */
#define IGNORED_BY_DEFAULT (SIGNAL_BIT(17) | SIGNAL_BIT(18) | SIGNAL_BIT(23) | SIGNAL_BIT(28))
#define STOPS_BY_DEFAULT (SIGNAL_BIT(19) | SIGNAL_BIT(20) | SIGNAL_BIT(21) | SIGNAL_BIT(22))
/* include/linux/sched/signal.h: the first process of a pid namespace */
#define SIGNAL_UNKILLABLE 0x40
/* include/linux/sched/jobctl.h: stop pending, ptrace's traps, the v2 freezer's */
#define JOBCTL_WANTED (1ul << 17 | 1ul << 19 | 1ul << 20 | 1ul << 23)

/* There is no handler and it is not ignored. */
static __always_inline bool is_by_default(struct task_struct *task, __u32 signal)
{
	void *all = BPF_CORE_READ(task, sighand);
	__u64 handler = 0;

	/* sa_handler is the first field. */
	all += bpf_core_field_offset(struct sighand_struct, action);
	bpf_probe_read_kernel(&handler, sizeof(handler),
		all + (signal - 1) * bpf_core_type_size(struct k_sigaction));
	return !handler;
}

/* Sent to the current process, it ends it before a handler or the program goes on. */
static __always_inline bool signal_ends(struct task_struct *task, __u32 signal)
{
	if (signal == SIGNAL_KILL)
		return true;
	if (!signal || signal > NR_SIGNALS ||
		SIGNAL_BIT(signal) & (IGNORED_BY_DEFAULT | STOPS_BY_DEFAULT))
		return false;
	if (BPF_CORE_READ(task, blocked.sig[0]) & SIGNAL_BIT(signal) ||
		BPF_CORE_READ(task, signal, flags) & SIGNAL_UNKILLABLE)
		return false;
	return is_by_default(task, signal);
}

struct wait {
	struct task_struct *task;
	__u64 pending;
	bool over;
};

static long look_at_signal(__u32 i, void *context)
{
	struct wait *w = context;

	w->over = w->pending >> (i & 63) & 1 && is_by_default(w->task, (i & 63) + 1);
	return w->over;
}

/*
 * The thread is to be ended, stopped, frozen or traced: it must not be kept asleep. Signals that
 * have a handler can wait.
 */
static __always_inline bool must_return(struct task_struct *task)
{
	struct wait w = {task, BPF_CORE_READ(task, pending.signal.sig[0]), false};

	w.pending |= BPF_CORE_READ(task, signal, shared_pending.signal.sig[0]);
	w.pending &= ~(BPF_CORE_READ(task, blocked.sig[0]) | IGNORED_BY_DEFAULT);
	if (BPF_CORE_READ(task, jobctl) & JOBCTL_WANTED)
		return true;
	if (w.pending)
		bpf_loop(NR_SIGNALS, look_at_signal, &w, 0);
	return w.over;
}

#endif
