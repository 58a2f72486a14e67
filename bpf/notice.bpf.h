/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a target begins to do that rules of system calls don't see, for the report to say. These
 * programs are at rare places, so a process outside pays next to nothing.
 */
#define ELF_CLASS 4 /* include/uapi/linux/elf.h: EI_CLASS */
#define ELF_CLASS_32 1

static __always_inline void notice(enum notice what)
{
	__u32 targets = current_targets();

	if (targets & ~noticed[what])
		__sync_fetch_and_or(&noticed[what], targets);
}

SEC("?tp_btf/io_uring_create")
int on_ring(void *ctx)
{
	notice(NOTICE_URING);
	return 0;
}

/* Where it is attached user space says: at the function of io_setup. */
SEC("?fentry")
int on_aio(void *ctx)
{
	notice(NOTICE_AIO);
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	if (bprm->buf[ELF_CLASS] == ELF_CLASS_32)
		notice(NOTICE_32_BIT);
	if (wrapped)
		note_strangers(STRANGER_NEW, current_targets());
	return 0;
}
