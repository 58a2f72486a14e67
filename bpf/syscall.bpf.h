/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program a system call, on a trampoline: fmod_ret fails it, fentry sees or delays it.
 * The attach target (__x64_sys_NAME) is named by user space, as it depends on the architecture.
 */
#define SYSCALL(name, groups, hook, traits, ...)                                              \
	SEC("?fmod_ret")                                                                      \
	/* long: an int would reach user space as a positive number */                        \
	long fail_##name(void *ctx)                                                           \
	{                                                                                     \
		__u32 targets = current_targets();                                            \
		int error;                                                                    \
                                                                                              \
		if (!targets)                                                                 \
			return 0;                                                             \
		meter_begin(MECHANISM_FMOD_RET, NUMBER_OF(name), targets);                    \
		error = strike(MECHANISM_FMOD_RET, NUMBER_OF(name), targets, 0);              \
		return returned_by(error, NUMBER_OF(name), -EINTR); /* 0: it happens */       \
	}                                                                                     \
                                                                                              \
	SEC("?fentry")                                                                        \
	int entry_##name(void *ctx)                                                           \
	{                                                                                     \
		__u32 targets = current_targets();                                            \
                                                                                              \
		if (!targets)                                                                 \
			return 0;                                                             \
		meter_begin(MECHANISM_FEXIT, NUMBER_OF(name), targets);                       \
		enter(MECHANISM_FENTRY, MECHANISM_TASK_WORK, MECHANISM_SPIN, NUMBER_OF(name), \
			targets);                                                             \
		return 0;                                                                     \
	}
#define PACKET(name, traits)
#define WHOLE(name)
#include "points.def"
