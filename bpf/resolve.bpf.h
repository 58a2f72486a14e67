/* SPDX-License-Identifier: GPL-2.0 */
/* Asked by jinx itself through BPF_PROG_TEST_RUN: what user space can't see. */

/* In: a descriptor of the caller. Out: the kernel address of its inode, 0 if there is none. */
SEC("?syscall")
int resolve_inode(struct resolve_inode *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file **table = BPF_CORE_READ(task, files, fdt, fd), *file = 0;

	bpf_probe_read_kernel(&file, sizeof(file), &table[ctx->fd]);
	ctx->inode = (__u64)BPF_CORE_READ(file, f_inode);
	return 0;
}

static long resolve_vma(struct task_struct *task, struct vm_area_struct *vma, void *context)
{
	*(__u64 *)context = (__u64)BPF_CORE_READ(vma, vm_file, f_inode);
	return 0;
}

/*
 * In: an address of the caller's. Out: the inode of the file mapped there, which below an overlay
 * is not the one that opening the file gives.
 */
SEC("?syscall")
int resolve_mapping(struct resolve_mapping *ctx)
{
	__u64 inode = 0;

	bpf_find_vma(bpf_get_current_task_btf(), ctx->address, resolve_vma, &inode, 0);
	ctx->inode = inode;
	return 0;
}

/* Enters the caller and the processes that started it as protected. */
SEC("?syscall")
int protect_ancestors(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	for (int i = 0; i < MAX_PROTECTED; i++) {
		protected_pids[i] = BPF_CORE_READ(task, tgid);
		if (protected_pids[i] <= 1)
			break;
		task = BPF_CORE_READ(task, real_parent);
	}
	return 0;
}
