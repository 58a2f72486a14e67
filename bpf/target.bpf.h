/* SPDX-License-Identifier: GPL-2.0 */
/* Who makes this call: the look that every process pays for, and what only targets pay for. */
#ifndef JINX_TARGET_BPF_H
#define JINX_TARGET_BPF_H

/*
 * The targets from slot `first` on whose cgroup holds the caller, a bit each, where `id` is
 * ANCESTOR() at the level of the slot before. They are sorted by level as long as none has moved,
 * so that this is one call a level and one comparison a target. A macro, as tasks and packets have
 * different helpers.
 */
#define targets_from(first, id, ancestor, found)                            \
	do {                                                                \
		_Pragma("unroll") for (int i = first; i < MAX_TARGETS; i++) \
		{                                                           \
			if (i >= (int)cgroup_slots)                         \
				break;                                      \
			if (!i || target_level[i] != target_level[i - 1])   \
				id = ancestor(target_level[i]);             \
			if (id == target_cgroup[i])                         \
				found |= 1u << i;                           \
		}                                                           \
	} while (0)

SHARED __u32 more_targets(__u64 id)
{
	__u32 found = id == target_cgroup[0];

	targets_from(1, id, bpf_get_current_ancestor_cgroup_id, found);
	return found;
}

SHARED __u32 targets_by_pid(void)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	__u32 *mask = bpf_map_lookup_elem(&pid_targets, &tgid);

	return mask ? *mask : 0;
}

/* Pid targets, and cgroups beside them. */
SHARED __u32 mixed_targets(void)
{
	__u32 found = targets_by_pid();

	if (cgroup_slots)
		found |= more_targets(bpf_get_current_ancestor_cgroup_id(target_level[0]));
	return found;
}

/*
 * With one target, all of it that a program keeps is a helper's call and a comparison. With several
 * at one depth target_marks stands in for the comparisons: a bit of 64 for each id.
 */
static __always_inline __u32 current_targets(void)
{
	__u32 kind = aim;
	__u64 id;

	if (kind == AIM_ONE)
		return bpf_get_current_ancestor_cgroup_id(target_level[0]) == target_cgroup[0];
	if (kind == AIM_MIXED)
		return mixed_targets();
	id = bpf_get_current_ancestor_cgroup_id(target_level[0]);
	return target_marks >> (id & 63) & 1 ? more_targets(id) : 0;
}

static __always_inline void note_strangers(enum stranger what, __u32 targets)
{
	if (targets & ~strangers[what])
		__sync_fetch_and_or(&strangers[what], targets);
}

static __always_inline bool same_comm(const char *a, const char *b)
{
	const __u64 *x = (const void *)a, *y = (const void *)b;

	return x[0] == y[0] && x[1] == y[1];
}

/* The process's name is its first thread's. */
static __always_inline void read_process_name(char comm[COMM_LEN])
{
	struct task_struct *task = (void *)bpf_get_current_task();

	BPF_CORE_READ_INTO((char(*)[COMM_LEN])comm, task, group_leader, comm);
}

static __always_inline bool name_listed(
	const char *comm, const char names[MAX_IDENTITIES][COMM_LEN], __u32 n)
{
	for (__u32 i = 0; i < MAX_IDENTITIES; i++)
		if (i < n && same_comm(comm, names[i]))
			return true;
	return false;
}

static __always_inline bool comm_listed(const struct identity *who)
{
	char comm[COMM_LEN] __attribute__((aligned(8))) = {};

	read_process_name(comm);
	return name_listed(comm, who->comm, who->n_comm);
}

static __always_inline bool thread_name_listed(const struct identity *who)
{
	char comm[COMM_LEN] __attribute__((aligned(8))) = {};

	bpf_get_current_comm(comm, sizeof(comm));
	return name_listed(comm, who->thread_name, who->n_thread_name);
}

static __always_inline bool uid_listed(const struct identity *who)
{
	__u32 uid = bpf_get_current_uid_gid();

	for (__u32 i = 0; i < MAX_IDENTITIES; i++)
		if (i < who->n_uid && who->uid[i] == uid)
			return true;
	return false;
}

static __always_inline bool exe_listed(const struct identity *who)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file_id id;

	read_id(BPF_CORE_READ(task, mm, exe_file, f_inode), &id);
	for (__u32 i = 0; i < MAX_IDENTITIES; i++)
		if (i < who->n_exe && same_file(&who->exe[i], &id))
			return true;
	return false;
}

/* Of the kinds that have values, all have one that is the current thread's; or none has. */
static __always_inline bool identity_agrees(const struct identity *who, __u32 texts, bool wanted)
{
	if (who->n_comm && comm_listed(who) != wanted)
		return false;
	if (who->n_thread_name && thread_name_listed(who) != wanted)
		return false;
	if (who->n_uid && uid_listed(who) != wanted)
		return false;
	if (who->n_exe && exe_listed(who) != wanted)
		return false;
	return !who->cmdlines || !!(who->cmdlines & texts) == wanted;
}

/* The target's only and except let the current thread through, whose command line has the texts. */
SHARED int narrowing_matches(__u32 target, __u32 texts)
{
	const struct narrowing *n = &narrowings[target & (MAX_TARGETS - 1)];

	return identity_agrees(&n->only, texts, true) && identity_agrees(&n->except, texts, false);
}

/* By the process's name; unless the target asks for it. */
static __always_inline bool has_protected_name(__u32 target)
{
	char comm[COMM_LEN] __attribute__((aligned(8))) = {};

	read_process_name(comm);
	for (int i = 0; i < MAX_PROTECTED_COMMS; i++) {
		if (!protected_names[i][0])
			break;
		if (same_comm(comm, protected_names[i]))
			return !(names_asked_for[target & (MAX_TARGETS - 1)] >> i & 1);
	}
	return false;
}

/* The keeper's children are all of that kind (actors/hog.c). */
static __always_inline bool is_hog(void)
{
	__u32 parent = BPF_CORE_READ(bpf_get_current_task_btf(), real_parent, tgid);

	return keeper_tgid && parent == keeper_tgid;
}

/* jinx, those that started it, and those that keep the gate: they would wait for themselves. */
SHARED int is_protected(__u32 tgid, __u32 target)
{
	struct gate_shared *g = the_gate();

	if (g && (tgid == g->server || tgid == g->mapper))
		return true;
	for (int i = 0; i < MAX_PROTECTED; i++) {
		if (!protected_pids[i])
			break;
		if (protected_pids[i] == tgid)
			return true;
	}
	return is_hog() || has_protected_name(target);
}

#endif
