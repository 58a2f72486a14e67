/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: system calls where trampolines are refused, and the life of pid targets. */

SEC("?tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	__u32 point, targets;

	if (nr < 0 || nr >= MAX_SYSCALLS)
		return 0;
	point = point_of_syscall[nr];
	/* Every call of every process comes here: leave before looking at the cgroup. */
	if (point >= MAX_POINTS || !at_tracepoint[point])
		return 0;
	targets = current_targets();
	if (!targets || in_compat_syscall(bpf_get_current_task_btf()))
		return 0;
	meter_begin(MECHANISM_SYS_EXIT, point, targets);
	enter(MECHANISM_TRACEPOINT, MECHANISM_TASK_WORK_TP, MECHANISM_SPIN_TP, point, targets);
	return 0;
}

/* A new process is what its parent is, whatever was known of an earlier one of its number. */
SEC("?tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = parent->tgid, to = child->tgid;
	__u32 *mask = bpf_map_lookup_elem(&pid_targets, &from);

	if (from == to)
		return 0;
	if (mask) {
		__u32 copy = *mask;

		bpf_map_update_elem(&pid_targets, &to, &copy, BPF_ANY);
	} else {
		bpf_map_delete_elem(&pid_targets, &to);
	}
	return 0;
}

SEC("?tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	__u32 tgid = task->tgid;

	/* The last thread; the number may be another process's soon. */
	if (task->signal->live.counter == 0)
		bpf_map_delete_elem(&pid_targets, &tgid);
	return 0;
}
