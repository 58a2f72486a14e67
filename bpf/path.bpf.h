/* SPDX-License-Identifier: GPL-2.0 */
/* Files: by descriptor, and by path. */
#ifndef JINX_PATH_BPF_H
#define JINX_PATH_BPF_H

#define S_IFSOCK 0140000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define NO_ARGUMENT 0xff

static __always_inline struct file *file_of(__u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = 0;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

/*
 * FD_OTHER are eventfd, epoll, timerfd and their like. Volatile, or clang moves 16 constant bytes
 * into a section where the types don't know them.
 */
static const volatile __u8 kind_of_mode[16] = {
	[S_IFREG >> 12] = FD_FILE,
	[S_IFDIR >> 12] = FD_DIRECTORY,
	[S_IFSOCK >> 12] = FD_SOCKET,
	[S_IFIFO >> 12] = FD_PIPE,
	[S_IFCHR >> 12] = FD_DEVICE,
	[S_IFBLK >> 12] = FD_DEVICE,
};

static __always_inline enum fd_kind kind_of(struct file *file)
{
	return kind_of_mode[BPF_CORE_READ(file, f_inode, i_mode) >> 12 & 15];
}

static __always_inline bool name_matches(const struct path_test *t, struct dentry *d)
{
	const unsigned char *name = BPF_CORE_READ(d, d_name.name);
	__u32 length = BPF_CORE_READ(d, d_name.len), skip = 0;
	char own;

	if (length < t->length || (t->kind == PATH_NAME && length != t->length))
		return false;
	if (t->kind == PATH_SUFFIX)
		skip = length - t->length;
	/* A byte at a time: the stack is small. */
	for (__u32 i = 0; i < MAX_FILE_NAME; i++) {
		if (i >= t->length)
			break;
		if (bpf_probe_read_kernel(&own, 1, name + skip + i) || own != t->name[i])
			return false;
	}
	return true;
}

/* The directory is above the file. */
static __always_inline bool is_below(struct dentry *d, __u64 directory)
{
	for (int i = 0; i < MAX_DEPTH; i++) {
		struct dentry *parent = BPF_CORE_READ(d, d_parent);

		if (parent == d)
			return false;
		d = parent;
		if ((__u64)BPF_CORE_READ(d, d_inode) == directory)
			return true;
	}
	return false;
}

static __always_inline bool path_matches(const struct path_test *t, struct dentry *d)
{
	if (t->kind == PATH_SUBTREE)
		return is_below(d, t->directory);
	return (!t->directory || (__u64)BPF_CORE_READ(d, d_parent, d_inode) == t->directory) &&
	       name_matches(t, d);
}

struct path_search {
	struct dentry *of;
	struct askers by;
};

static long path_step(__u32 n, void *context)
{
	struct path_search *search = context;
	const struct path_test *t;

	if (n >= MAX_TESTS)
		return 1;
	t = &path_tests[n];
	if (path_matches(t, search->of)) {
		search->by.rules |= t->by.rules;
		search->by.barred |= t->by.barred;
	}
	return 0;
}

/*
 * Adds the rules that have this file's path. A loop that is a call, or the verifier goes through
 * each round of it.
 */
SHARED int look_at_path(__u64 dentry, struct askers *found)
{
	struct path_search search = {(void *)dentry, {}};

	if (!dentry || !found)
		return 0;
	bpf_loop(n_path_tests, path_step, &search, 0);
	found->rules |= search.by.rules;
	found->barred |= search.by.barred;
	return 0;
}

/* The rules that mean the file (or one of the two) whose path was looked at, or ask for none. */
static __always_inline __u64 rules_by_path(const struct askers *found)
{
	return (~ASKING(FILTER_PATH) | found->rules) & ~found->barred;
}

/* The descriptor that the current thread's call at this point works on. */
static __always_inline struct file *file_of_call(__u32 point)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	if (point >= NR_POINTS || fd_argument[point] == NO_ARGUMENT)
		return 0;
	return file_of(syscall_argument(regs, fd_argument[point]));
}

SHARED __u64 rules_by_path_of_call(__u32 point)
{
	struct file *file = file_of_call(point);
	struct askers found = {};

	if (file)
		look_at_path((__u64)BPF_CORE_READ(file, f_path.dentry), &found);
	return rules_by_path(&found);
}

/* The rules that mean a descriptor of this kind, or ask for none. */
static __always_inline __u64 rules_by_kind(enum fd_kind kind)
{
	return (~ASKING(FILTER_FD) | kind_askers[kind].rules) & ~kind_askers[kind].barred;
}

SHARED __u64 rules_by_kind_of_call(__u32 point)
{
	struct file *file = file_of_call(point);
	__u32 kind = file ? kind_of(file) : NR_FD_KINDS;

	return kind < NR_FD_KINDS ? rules_by_kind(kind) : ~ASKING(FILTER_FD);
}

#endif
