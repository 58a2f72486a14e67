/* SPDX-License-Identifier: GPL-2.0 */
/* Asked by jinx itself through BPF_PROG_TEST_RUN: what user space can't see. */

/* In: a descriptor of the caller. Out: which file it is. */
SEC("?syscall")
int resolve_file(struct resolve_file *ctx)
{
	struct file *file = file_of(ctx->fd);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char name[MAX_FILE_NAME] = {};
	struct file_id id = {};

	read_id(BPF_CORE_READ(file, f_inode), &id);
	ctx->file = id;
	read_id(BPF_CORE_READ(dentry, d_parent, d_inode), &id);
	ctx->directory = id;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	__builtin_memcpy(ctx->name, name, sizeof(name));
	return 0;
}

static long resolve_vma(struct task_struct *task, struct vm_area_struct *vma, void *context)
{
	read_id(BPF_CORE_READ(vma, vm_file, f_inode), context);
	return 0;
}

/*
 * In: an address of the caller's. Out: the file mapped there, which below an overlay is not the
 * one that opening the file gives.
 */
SEC("?syscall")
int resolve_mapping(struct resolve_mapping *ctx)
{
	struct file_id id = {};

	bpf_find_vma(bpf_get_current_task_btf(), ctx->address, resolve_vma, &id, 0);
	ctx->file = id;
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
