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
		put_back_if(error);                                                           \
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
#define BIO(name)
#define WHOLE(name)

/* The same at a function of the kernel, and at a tracepoint, that is a point itself. */
#define CODE(number)                                                                          \
	SEC("?fmod_ret")                                                                      \
	long fail_code_##number(void *ctx)                                                    \
	{                                                                                     \
		__u32 targets = current_targets(), point = NUMBER_OF(code_##number);          \
		int error;                                                                    \
                                                                                              \
		if (!targets)                                                                 \
			return 0;                                                             \
		take_arguments(ctx);                                                          \
		meter_begin(MECHANISM_FMOD_RET, point, targets);                              \
		error = strike(MECHANISM_FMOD_RET, point, targets, 0);                        \
		leave_arguments();                                                            \
		return returned_by(error, point, -EINTR);                                     \
	}                                                                                     \
                                                                                              \
	SEC("?fentry")                                                                        \
	int entry_code_##number(void *ctx)                                                    \
	{                                                                                     \
		__u32 targets = current_targets(), point = NUMBER_OF(code_##number);          \
                                                                                              \
		if (!targets)                                                                 \
			return 0;                                                             \
		take_arguments(ctx);                                                          \
		meter_begin(MECHANISM_FEXIT, point, targets);                                 \
		enter(MECHANISM_FENTRY, MECHANISM_TASK_WORK, MECHANISM_SPIN, point, targets); \
		leave_arguments();                                                            \
		return 0;                                                                     \
	}                                                                                     \
                                                                                              \
	SEC("?tp_btf")                                                                        \
	int pass_code_##number(void *ctx)                                                     \
	{                                                                                     \
		__u32 targets = current_targets(), point = NUMBER_OF(code_##number);          \
                                                                                              \
		if (!targets)                                                                 \
			return 0;                                                             \
		meter_begin(MECHANISM_SYS_EXIT, point, targets);                              \
		meter_end(MECHANISM_SYS_EXIT, point, 0);                                      \
		take_passed(ctx);                                                             \
		enter(MECHANISM_TRACEPOINT, MECHANISM_TASK_WORK_TP, MECHANISM_SPIN_TP, point, \
			targets);                                                             \
		leave_arguments();                                                            \
		return 0;                                                                     \
	}
#include "points.def"
