/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs at a security hook: fmod_ret on security_NAME() and the BPF LSM fail the call, a
 * sleepable one in the BPF LSM delays it. Many system calls share a hook, and some hooks are
 * reached by calls that aren't meant: the number of the call that is under way decides.
 */
static const __u8 hook_of_point[NR_POINTS] = {
#define SYSCALL(name, groups, hook) [POINT_##name] = HOOK_##hook,
#define PACKET(name)
#include "points.def"
};

/* The point that is under way in the current thread, if its own hook is `hook`; or NO_POINT. */
SHARED __u32 point_under_way(__u32 hook)
{
	struct task_struct *task = bpf_get_current_task_btf();
	long nr = syscall_number((struct pt_regs *)bpf_task_pt_regs(task));
	__u32 point;

	if (in_compat_syscall(task) || nr < 0 || nr >= MAX_SYSCALLS)
		return NO_POINT;
	point = point_of_syscall[nr];
	if (point >= NR_POINTS || hook_of_point[point] != hook)
		return NO_POINT;
	return point;
}

static __always_inline int security(enum mechanism mechanism, enum hook hook)
{
	__u32 targets = current_targets();
	int error = targets ? strike(mechanism, point_under_way(hook), targets, 0) : 0;

	return error < 0 && error >= -4095 ? error : 0;
}

/* A program of its own: one that sleeps must not decide what the call returns. */
static __always_inline int sleep_at_hook(enum hook hook)
{
	__u32 targets = current_targets(), point;

	if (!targets)
		return 0;
	point = point_under_way(hook);
	if (point < NR_POINTS)
		sleep_at(MECHANISM_LSM_SLEEP, point, targets);
	return 0;
}

#define HOOK(name, function)                                      \
	SEC("?lsm.s")                                             \
	int sleep_##name(void *ctx)                               \
	{                                                         \
		return sleep_at_hook(HOOK_##name);                \
	}                                                         \
                                                                  \
	SEC("?fmod_ret")                                          \
	int security_##name(void *ctx)                            \
	{                                                         \
		return security(MECHANISM_SECURITY, HOOK_##name); \
	}                                                         \
                                                                  \
	SEC("?lsm")                                               \
	int lsm_##name(void *ctx)                                 \
	{                                                         \
		return security(MECHANISM_LSM, HOOK_##name);      \
	}
#include "hooks.def"
