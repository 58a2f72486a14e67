/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs at a security hook: fmod_ret on security_NAME() and the BPF LSM fail the call, a
 * sleepable one in the BPF LSM delays it. Many system calls share a hook, and some hooks are
 * reached by calls that aren't meant: the number of the call that is under way decides.
 */
#define MAY_ACCESS 0x10 /* include/linux/fs.h */
#define MAY_CHDIR 0x40
#define O_CREAT 0100 /* include/uapi/asm-generic/fcntl.h */
#define FMODE_CREATED 0x100000
/* What was decided longer ago was in an earlier call, which has failed since. */
#define LONGEST_LOOKUP_NS 100000000ull

/*
 * A filesystem on top of others (overlayfs) asks again for the file below, with credentials of its
 * own in place of the caller's (fs/overlayfs/util.c: ovl_override_creds): not another call.
 */
static __always_inline bool is_below_another(struct task_struct *task)
{
	return (__u64)task->cred != (__u64)task->real_cred;
}

/* The point that is under way in the current thread, if its own hook is `hook`; or NO_POINT. */
SHARED __u32 point_under_way(__u32 hook)
{
	__u32 point = call_under_way();

	/* access() itself takes other credentials (fs/open.c: access_override_creds). */
	if (hook != HOOK_inode_permission && is_below_another(bpf_get_current_task_btf()))
		return NO_POINT;
	if (point >= MAX_POINTS)
		return NO_POINT;
	if (hook == HOOK_inode_create)
		return plan_points[point].traits & CREATES ? point : NO_POINT;
	return plan_points[point].hook == hook ? point : NO_POINT;
}

static __always_inline __u64 hook_argument(void *ctx, __u32 n)
{
	__u64 value = 0;

	/* By reading, as a number and not as a pointer that the verifier knows. */
	bpf_probe_read_kernel(&value, sizeof(value), ctx + n * sizeof(value));
	return value;
}

/* The directories on a path's way are asked too: only what the call is about counts. */
static __always_inline bool is_on_the_way(enum hook hook, void *ctx)
{
	return hook == HOOK_inode_permission && !(hook_argument(ctx, 1) & (MAY_ACCESS | MAY_CHDIR));
}

/* In 6.18 the list's node is in a union with a name, in 7.3 without. */
struct dentry___unnamed_union {
	struct hlist_node d_alias;
} __attribute__((preserve_access_index));

struct dentry___named_union {
	union {
		struct hlist_node d_alias;
	} d_u;
} __attribute__((preserve_access_index));

/* One of the names of an inode. */
static __always_inline __u64 alias_of(struct inode *inode)
{
	__u64 node = (__u64)BPF_CORE_READ(inode, i_dentry.first);

	if (!node)
		return 0;
	if (bpf_core_field_exists(struct dentry___unnamed_union, d_alias))
		return node - bpf_core_field_offset(struct dentry___unnamed_union, d_alias);
	return node - bpf_core_field_offset(struct dentry___named_union, d_u.d_alias);
}

SHARED __u64 subject_dentry(__u32 kind, __u64 argument)
{
	switch (kind) {
	case SUBJECT_FILE:
		return (__u64)BPF_CORE_READ((struct file *)argument, f_path.dentry);
	case SUBJECT_PATH:
		return (__u64)BPF_CORE_READ((struct path *)argument, dentry);
	case SUBJECT_DENTRY:
		return argument;
	case SUBJECT_INODE:
		return alias_of((struct inode *)argument);
	case SUBJECT_PROGRAM:
		return (__u64)BPF_CORE_READ((struct linux_binprm *)argument, file, f_path.dentry);
	default:
		return 0;
	}
}

/* The rules that mean the file (or one of the two files) that the hook is about. */
static __always_inline __u64 rules_by_subjects(enum mechanism mechanism, enum hook hook, void *ctx)
{
	struct askers found = {};

	for (int i = 0; i < MAX_HOOK_ARGUMENTS; i++) {
		__u32 kind = hook_subjects[mechanism != MECHANISM_SECURITY][hook][i];

		if (kind != SUBJECT_NONE)
			look_at_path(subject_dentry(kind, hook_argument(ctx, i)), &found);
	}
	return rules_by_path(&found);
}

/* As rules_by_call(), but for what the hook's own arguments tell better. */
static __always_inline __u64 rules_at_hook(
	enum mechanism mechanism, enum hook hook, __u32 point, void *ctx)
{
	__u64 waiting = rules_waiting(mechanism, point), fitting = ~0ull;

	if (waiting & rules_with_path)
		fitting &= rules_by_subjects(mechanism, hook, ctx);
	if (waiting & rules_with_fd)
		fitting &= rules_by_kind_of_call(point);
	if (waiting & rules_with_peer && hook == HOOK_socket_sendmsg)
		fitting &= rules_by_message(hook_argument(ctx, 0), hook_argument(ctx, 1));
	else if (waiting & rules_with_peer)
		fitting &= rules_by_peer_of_call(point);
	return fitting;
}

/*
 * A call that opens a file and may make it is decided where it would be made, or the file would
 * remain; the hook of opening, which comes after that, then repeats what was decided. The kernel
 * asks for leave to make a file while it does not yet know whether there is one, and if there is it
 * takes no notice of a refusal (fs/namei.c: lookup_open): only then has an error to be kept.
 */
static __always_inline __u64 creation_key(enum mechanism mechanism)
{
	return bpf_get_current_pid_tgid() << 1 | (mechanism == MECHANISM_LSM);
}

static __always_inline bool is_looked_up(struct dentry *dentry)
{
	return !BPF_CORE_READ(dentry, d_hash.pprev); /* not in the cache yet */
}

static __always_inline void keep_decision(
	enum mechanism mechanism, __u32 point, struct dentry *dentry, int error)
{
	struct creation made = {(__u64)dentry, bpf_ktime_get_ns(), error};
	__u64 key = creation_key(mechanism);

	if (!rules_waiting(mechanism, point))
		return;
	if (error && !is_looked_up(dentry))
		bpf_map_delete_elem(&creations, &key);
	else
		bpf_map_update_elem(&creations, &key, &made, BPF_ANY);
}

/* True, with what was decided, if that was in the call which now opens the file. */
static __always_inline bool was_decided(enum mechanism mechanism, struct file *file, int *ret_error)
{
	__u64 key = creation_key(mechanism);
	struct creation *made;
	bool own;

	if (!(BPF_CORE_READ(file, f_flags) & O_CREAT))
		return false;
	made = bpf_map_lookup_elem(&creations, &key);
	if (!made)
		return false;
	own = made->dentry == (__u64)BPF_CORE_READ(file, f_path.dentry) &&
	      (BPF_CORE_READ(file, f_mode) & FMODE_CREATED ||
		      bpf_ktime_get_ns() - made->time_ns < LONGEST_LOOKUP_NS);
	*ret_error = made->error;
	bpf_map_delete_elem(&creations, &key);
	return own;
}

static __always_inline int security(enum mechanism mechanism, enum hook hook, void *ctx)
{
	__u32 targets = current_targets(), point;
	int error = 0;

	if (!targets || is_on_the_way(hook, ctx))
		return 0;
	point = point_under_way(hook);
	if (point >= MAX_POINTS)
		return 0;
	if (hook != HOOK_file_open ||
		!was_decided(mechanism, (struct file *)hook_argument(ctx, 0), &error))
		error = strike_at_hook(
			mechanism, point, targets, rules_at_hook(mechanism, hook, point, ctx));
	if (hook == HOOK_inode_create)
		keep_decision(mechanism, point, (struct dentry *)hook_argument(ctx, 1), error);
	return error < 0 && error >= -4095 ? error : 0;
}

/*
 * A filesystem that opens while it looks up does so with the directory locked (fs/namei.c:
 * atomic_open). Whoever has locked it: where nobody has, nobody is kept from it.
 */
static __always_inline bool is_directory_locked(struct file *file)
{
	struct inode *directory = BPF_CORE_READ(file, f_path.dentry, d_parent, d_inode);

	if (!BPF_CORE_READ(directory, i_op, atomic_open))
		return false;
	/* Real-time kernels have another lock. */
	return !bpf_core_field_exists(directory->i_rwsem.count) ||
	       BPF_CORE_READ(directory, i_rwsem.count.counter);
}

/* A program of its own: one that sleeps must not decide what the call returns. */
static __always_inline int sleep_at_hook(enum hook hook, void *ctx)
{
	__u32 targets = current_targets(), point;

	if (!targets || is_on_the_way(hook, ctx))
		return 0;
	point = point_under_way(hook);
	if (point < MAX_POINTS)
		sleep_at(MECHANISM_LSM_SLEEP, point, targets,
			rules_at_hook(MECHANISM_LSM_SLEEP, hook, point, ctx),
			hook == HOOK_file_open &&
				is_directory_locked((struct file *)hook_argument(ctx, 0)));
	return 0;
}

#define HOOK(name, function, locked)                                   \
	SEC("?lsm.s")                                                  \
	int sleep_##name(void *ctx)                                    \
	{                                                              \
		return sleep_at_hook(HOOK_##name, ctx);                \
	}                                                              \
                                                                       \
	SEC("?fmod_ret")                                               \
	int security_##name(void *ctx)                                 \
	{                                                              \
		return security(MECHANISM_SECURITY, HOOK_##name, ctx); \
	}                                                              \
                                                                       \
	SEC("?lsm")                                                    \
	int lsm_##name(void *ctx)                                      \
	{                                                              \
		return security(MECHANISM_LSM, HOOK_##name, ctx);      \
	}
#include "hooks.def"
