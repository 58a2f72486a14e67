/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that see calls begin and end, to measure them; others do it beside what they do. */

#define SYSCALL(name, groups, hook, traits, ...)                      \
	SEC("?fexit")                                                 \
	int exit_##name(unsigned long long *ctx)                      \
	{                                                             \
		/* after the only argument, the caller's registers */ \
		meter_end(MECHANISM_FEXIT, NUMBER_OF(name), ctx[1]);  \
		return 0;                                             \
	}
#define PACKET(name, traits)
#define BIO(name)
#define WHOLE(name)
#define CODE(number)                                                     \
	SEC("?fexit")                                                    \
	int exit_code_##number(void *ctx)                                \
	{                                                                \
		meter_end(MECHANISM_FEXIT, NUMBER_OF(code_##number), 0); \
		return 0;                                                \
	}
#include "points.def"

SEC("?kprobe")
int meter_entry(struct pt_regs *ctx)
{
	__u32 targets = current_targets();

	if (targets)
		meter_begin(MECHANISM_KRETPROBE, bpf_get_attach_cookie(ctx), targets);
	return 0;
}

SEC("?kretprobe")
int meter_exit(struct pt_regs *ctx)
{
	meter_end(MECHANISM_KRETPROBE, bpf_get_attach_cookie(ctx), PT_REGS_RC(ctx));
	return 0;
}

/* restart_syscall() goes on with a call that had a time limit; its number is all that differs. */
SHARED int end_restarted(__s64 result)
{
	struct metered_thread *t = metered(0);

	if (!t || !t->interrupted.state || t->interrupted.result != -ERESTART_RESTARTBLOCK)
		return 0;
	take_up(t);
	t->now.result = result;
	close_call(t, bpf_ktime_get_ns());
	return 0;
}

SEC("?kretprobe")
int on_restarted(struct pt_regs *ctx)
{
	return end_restarted(PT_REGS_RC(ctx));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	__u64 nr = syscall_number(regs);
	__u32 point;

	if (nr == restart_number)
		return end_restarted(result);
	if (nr >= MAX_SYSCALLS)
		return 0;
	point = point_of_syscall[nr];
	meter_end(MECHANISM_SYS_EXIT, point, result);
	return 0;
}

/*
 * A handler is about to run, the first one since a call was interrupted: the kernel makes the call
 * again after it, or lets it return EINTR (arch/x86/kernel/signal.c: handle_signal, 6.12).
 */
SEC("?tp_btf/signal_deliver")
int BPF_PROG(on_signal, int signal, struct kernel_siginfo *info, struct k_sigaction *action)
{
	struct metered_thread *t = metered(0);
	__s64 result;

	if (!t || t->interrupted.state != CALL_INTERRUPTED ||
		(unsigned long)action->sa.sa_handler <= 1 /* SIG_DFL, SIG_IGN */)
		return 0;
	result = t->interrupted.result;
	t->interrupted.state = CALL_RESTARTS;
	if (result == -ERESTARTNOINTR ||
		(result == -ERESTARTSYS && action->sa.sa_flags & SA_RESTART))
		return 0;
	take_up(t);
	t->now.result = -EINTR;
	close_call(t, t->left_ns);
	return 0;
}
