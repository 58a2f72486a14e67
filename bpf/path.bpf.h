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

/* A file that is looked for among the tests. */
struct path_search {
	struct dentry *of;
	struct file_id own, directory;
	struct askers by;
};

/* The directory is above the file, which is on the same file system, or is it. */
static __always_inline bool is_below(struct dentry *d, const struct file_id *directory)
{
	for (int i = 0; i < MAX_DEPTH; i++) {
		struct dentry *parent = BPF_CORE_READ(d, d_parent);
		struct inode *inode;

		if (parent == d)
			return false;
		d = parent;
		inode = BPF_CORE_READ(d, d_inode);
		if (BPF_CORE_READ(inode, i_ino) == directory->inode &&
			BPF_CORE_READ(inode, i_generation) == directory->generation)
			return true;
	}
	return false;
}

static __always_inline bool path_matches(const struct path_test *t, const struct path_search *s)
{
	if (t->file.inode && same_file(&t->file, &s->own))
		return true;
	if (t->tree.inode && t->tree.device == s->directory.device && is_below(s->of, &t->tree))
		return true;
	return t->kind != PATH_SUBTREE &&
	       (!t->directory.inode || same_file(&t->directory, &s->directory)) &&
	       name_matches(t, s->of);
}

static long path_step(__u32 n, void *context)
{
	struct path_search *search = context;
	const struct path_test *t;

	if (n >= MAX_TESTS)
		return 1;
	t = &path_tests[n];
	if (t->by.rules | t->by.barred && path_matches(t, search)) {
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
	struct path_search search = {.of = (void *)dentry};
	struct dentry *d = (void *)dentry;

	if (!dentry || !found)
		return 0;
	read_id(BPF_CORE_READ(d, d_inode), &search.own);
	read_id(BPF_CORE_READ(d, d_parent, d_inode), &search.directory);
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

/* The n-th descriptor that the current thread's call at this point works on. */
SHARED __u64 file_of_call(__u32 point, __u32 n)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u32 argument = NO_ARGUMENT;

	if (point < MAX_POINTS)
		argument = plan_points[point].descriptors[n & (MAX_DESCRIPTORS - 1)];
	return argument == NO_ARGUMENT ? 0 : (__u64)file_of(call_argument(regs, argument));
}

/* Either of two descriptors is meant. */
SHARED __u64 rules_by_path_of_call(__u32 point)
{
	struct askers found = {};

	for (__u32 n = 0; n < MAX_DESCRIPTORS; n++) {
		struct file *file = (void *)file_of_call(point, n);

		if (file)
			look_at_path((__u64)BPF_CORE_READ(file, f_path.dentry), &found);
	}
	return rules_by_path(&found);
}

/* The rules that mean a descriptor of this kind, or ask for none. */
static __always_inline __u64 rules_by_kind(enum fd_kind kind)
{
	return (~ASKING(FILTER_FD) | kind_askers[kind].rules) & ~kind_askers[kind].barred;
}

SHARED __u64 rules_by_kind_of_call(__u32 point)
{
	struct askers found = {};

	for (__u32 n = 0; n < MAX_DESCRIPTORS; n++) {
		struct file *file = (void *)file_of_call(point, n);
		__u32 kind = file ? kind_of(file) : NR_FD_KINDS;

		if (kind >= NR_FD_KINDS)
			continue;
		found.rules |= kind_askers[kind].rules;
		found.barred |= kind_askers[kind].barred;
	}
	return (~ASKING(FILTER_FD) | found.rules) & ~found.barred;
}

#endif
