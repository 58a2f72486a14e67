/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clocks that lie: what a call told of the time is rewritten in the program's memory as it returns.
 * Programs ask the vDSO, which makes no call. One that is started gets no vDSO, so that its C
 * library makes calls; in one that runs the keeper has made calls of the vDSO's functions
 * (user/undo/vdso.h). Without the programs here all these calls tell the truth.
 */
#ifndef JINX_SKEW_BPF_H
#define JINX_SKEW_BPF_H

#define NS_PER_S 1000000000ull
#define SKEW_PPM 1000000ull
#define AT_IGNORE 1
#define AT_SYSINFO_EHDR 33
#define MAX_ENVIRONMENT 65536
#define MAX_AUXV 64

/* Not those that measure CPU time, nor those of devices. */
static __always_inline bool is_skewed(const struct skew *s, __u64 clock)
{
	return clock < MAX_CLOCKS && s->clocks >> clock & 1;
}

/* What a clock that says `ns` is to say. */
static __always_inline __u64 skewed(const struct skew *s, __u32 clock, __u64 ns)
{
	__u64 began = s->began_ns[clock & (MAX_CLOCKS - 1)], gone, told;

	if (ns < began)
		return ns;
	gone = ns - began;
	told = ns + gone / SKEW_PPM * s->faster_ppm + gone % SKEW_PPM * s->faster_ppm / SKEW_PPM;
	told -= gone / SKEW_PPM * s->slower_ppm + gone % SKEW_PPM * s->slower_ppm / SKEW_PPM;
	/* There is no time before 1970. */
	told = s->offset_ns < 0 && told < -(__u64)s->offset_ns ? 0 : told + s->offset_ns;
	if (!s->step_ns)
		return told;
	told -= told % s->step_ns;
	/* One that is not set back by an offset does not go back to the beginning of a step. */
	return !s->offset_ns && told < began ? began : told;
}

/* struct timespec, or struct timeval with parts of 1000 ns. */
static __always_inline void rewrite(struct skew *s, __u32 clock, __u64 address, __u64 part_ns)
{
	__u64 at[2], ns;

	if (!address || bpf_probe_read_user(at, sizeof(at), (void *)address))
		return;
	ns = at[0] * NS_PER_S + at[1] * part_ns;
	ns = skewed(s, clock, ns);
	at[0] = ns / NS_PER_S;
	at[1] = ns % NS_PER_S / part_ns;
	if (bpf_probe_write_user((void *)address, at, sizeof(at)))
		__sync_fetch_and_add(&s->refused, 1);
	else
		__sync_fetch_and_add(&s->read, 1);
}

struct stack_walk {
	__u64 at;
	bool found;
};

static long over_environment(__u32 i, void *context)
{
	struct stack_walk *w = context;
	__u64 word = 0;

	if (bpf_probe_read_user(&word, sizeof(word), (void *)w->at))
		return 1;
	w->at += sizeof(word);
	return !word;
}

static long over_auxv(__u32 i, void *context)
{
	struct stack_walk *w = context;
	__u64 type = 0;

	if (bpf_probe_read_user(&type, sizeof(type), (void *)w->at) || !type)
		return 1;
	w->found = type == AT_SYSINFO_EHDR;
	if (!w->found)
		w->at += 2 * sizeof(type);
	return w->found;
}

/*
 * A program has begun, and nothing of it has run: on its stack are the number of arguments, these,
 * the environment, and the auxiliary vector, in which the vDSO becomes an entry to be ignored.
 */
static __always_inline void hide_vdso(struct skew *s, __u64 sp)
{
	struct stack_walk w = {};
	__u64 arguments = 0, ignored = AT_IGNORE;

	if (BPF_CORE_READ(bpf_get_current_task_btf(), seccomp.mode)) {
		__sync_fetch_and_add(&s->seccomp, 1);
		return;
	}
	bpf_probe_read_user(&arguments, sizeof(arguments), (void *)sp);
	w.at = sp + (arguments + 2) * sizeof(arguments);
	bpf_loop(MAX_ENVIRONMENT, over_environment, &w, 0);
	bpf_loop(MAX_AUXV, over_auxv, &w, 0);
	if (w.found && !bpf_probe_write_user((void *)w.at, &ignored, sizeof(ignored)))
		__sync_fetch_and_add(&s->hidden, 1);
	else
		__sync_fetch_and_add(&s->unfound, 1);
}

/* The first of the caller's targets whose clocks are skewed, from 1 on; 0: none. */
static __always_inline __u32 skewed_target(void)
{
	__u32 targets = skewing ? current_targets() & skewing : 0;

	for (__u32 i = 0; i < MAX_TARGETS && targets; i++)
		if (targets >> i & 1)
			return i + 1;
	return 0;
}

static __always_inline __u32 clock_call(__u64 nr)
{
	__u32 which = 0;

	while (which < NR_CLOCK_CALLS && clock_calls[which] != nr)
		which++;
	return which;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(skew_at_exit, struct pt_regs *regs, long result)
{
	__u32 which, target;
	struct skew *s;

	if (!skewing)
		return 0;
	which = clock_call(syscall_number(regs));
	if (which == NR_CLOCK_CALLS || (result && which != CALL_TIME))
		return 0;
	target = skewed_target();
	if (!target || bpf_ktime_get_ns() > deadline_ns)
		return 0;
	s = &skews[(target - 1) & (MAX_TARGETS - 1)];
	if (in_compat_syscall(bpf_get_current_task_btf()) ||
		is_protected(bpf_get_current_pid_tgid() >> 32, target - 1))
		return 0;
	if (which == CALL_CLOCK_GETTIME && is_skewed(s, syscall_argument(regs, 0)))
		rewrite(s, syscall_argument(regs, 0), syscall_argument(regs, 1), 1);
	else if (which == CALL_GETTIMEOFDAY && is_skewed(s, 0))
		rewrite(s, 0, syscall_argument(regs, 0), 1000);
	else if (which == CALL_EXECVE || which == CALL_EXECVEAT)
		hide_vdso(s, user_stack_pointer(regs));
	else if (which == CALL_TIME && is_skewed(s, 0))
		__sync_fetch_and_add(&s->times, 1); /* its result is in a register */
	return 0;
}

#endif
