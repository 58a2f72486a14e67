/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What calls come to: how many, how they fail, how long they take. A call is noted in its thread's
 * storage where it begins, and counted where it has ended, as the sum of what it took and, apart,
 * without the delays in it. The storage goes with the thread, so what never ends leaves nothing.
 */
#ifndef JINX_METER_BPF_H
#define JINX_METER_BPF_H

/* include/linux/errno.h: what a call returns that a signal has interrupted */
#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514
#define ERESTART_RESTARTBLOCK 516
#define SA_RESTART 0x10000000
#define MAX_ERRNO 4095

static __always_inline struct metered_thread *metered(__u64 flags)
{
	return bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, flags);
}

static __always_inline struct meter_row *meter_row(
	const __u32 *rows, __u32 target, __u32 point, __u32 phase)
{
	__u32 row = target * MAX_POINTS + point;

	barrier_var(row);
	if (row >= MAX_TARGETS * MAX_POINTS || rows[row] == NO_ROW)
		return 0;
	row = rows[row] + phase;
	return bpf_map_lookup_elem(&meters, &row);
}

static __always_inline void add_duration(struct meter_row *row, __u64 ns)
{
	__u32 bucket = histogram_bucket(ns);

	bucket = bucket < METER_FIRST_BUCKET ? 0 : bucket - METER_FIRST_BUCKET;
	if (bucket >= METER_BUCKETS)
		bucket = METER_BUCKETS - 1;
	/* Or the compiler finds another way to say it, that the verifier doesn't see through. */
	barrier_var(bucket);
	if (bucket < METER_BUCKETS)
		count(&row->buckets[bucket]);
	__sync_fetch_and_add(&row->sum_ns, ns);
	/* Of two at once the lesser may stay; a loop would cost each call. */
	if (ns > row->max_ns)
		row->max_ns = ns;
}

static __always_inline void add_error(struct meter_row *row, __s64 result)
{
	__u32 error = -result;

	if (result >= 0 || result < -MAX_ERRNO)
		return;
	if (error >= METER_ERRORS)
		error = 0;
	barrier_var(error);
	if (error < METER_ERRORS)
		count(&row->errors[error]);
}

static __always_inline void add_call(const struct metered_call *c, __u32 target, __u64 ns)
{
	struct meter_row *row = meter_row(meter_rows, target, c->point, c->phase);

	if (!row)
		return;
	add_error(row, c->result);
	add_duration(row, ns);
	row = meter_row(natural_rows, target, c->point, c->phase);
	if (row)
		add_duration(row, ns > c->injected_ns ? ns - c->injected_ns : 0);
}

static __always_inline bool is_interrupted(__s64 result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND ||
	       result == -ERESTART_RESTARTBLOCK;
}

static __always_inline __u64 current_stack(void)
{
	return user_stack_pointer((void *)bpf_task_pt_regs(bpf_get_current_task_btf()));
}

/* The call has ended at `now`, for good or to be made again. */
static __always_inline void close_call(struct metered_thread *t, __u64 now)
{
	struct metered_call *c = &t->now;

	if (is_interrupted(c->result)) {
		c->state = CALL_INTERRUPTED;
		t->interrupted = *c;
		t->left_ns = now;
		t->stack = current_stack();
		c->state = CALL_NONE;
		return;
	}
	c->state = CALL_NONE;
	now -= c->began_ns;
	if (aim == AIM_ONE) {
		add_call(c, 0, now);
		return;
	}
	for (__u32 i = 0; i < MAX_TARGETS; i++)
		if (c->targets >> i & 1)
			add_call(c, i, now);
}

/* The call that was interrupted is the thread's again. */
static __always_inline void take_up(struct metered_thread *t)
{
	t->now = t->interrupted;
	t->now.state = CALL_UNDER_WAY;
	t->interrupted.state = CALL_NONE;
}

/* At the entry of a call that the thread was interrupted in, and now makes again by itself. */
static __always_inline bool resumes_call(struct metered_thread *t, __u32 point)
{
	if (t->interrupted.point != point || t->stack != current_stack())
		return false;
	take_up(t);
	return true;
}

static __always_inline void count_begun(__u32 target, __u32 point, __u32 phase)
{
	struct meter_row *row = meter_row(meter_rows, target, point, phase);

	if (row)
		count(&row->begun);
}

/* It is one of the thread's targets, is measured here, and its `only` and `except` let the thread
 * through. */
SHARED __u32 target_is_metered(__u32 target, __u32 targets, __u32 point, __u32 texts)
{
	__u32 row = target * MAX_POINTS + point;

	if (!(targets >> (target & (MAX_TARGETS - 1)) & 1))
		return 0;
	barrier_var(row);
	if (row >= MAX_TARGETS * MAX_POINTS || meter_rows[row] == NO_ROW)
		return 0;
	return !metering_narrowed || narrowing_matches(target, texts);
}

/* Those that are. Without branches, of which the verifier would go through all combinations. */
static __always_inline __u32 targets_metered(__u32 targets, __u32 point)
{
	__u32 texts = metering_cmdlines ? texts_of_cmdline() : 0, found = 0;

	for (__u32 i = 0; i < MAX_TARGETS; i++) {
		if (!(targets >> i))
			break;
		found |= (target_is_metered(i, targets, point, texts) & 1) << i;
	}
	return found;
}

static __always_inline void count_begun_of(__u32 targets, __u32 point, __u32 phase)
{
	if (aim == AIM_ONE) {
		count_begun(0, point, phase);
		return;
	}
	for (__u32 i = 0; i < MAX_TARGETS; i++)
		if (targets >> i & 1)
			count_begun(i, point, phase);
}

static __always_inline bool is_at(const volatile __u8 *table, __u32 mechanism, __u32 point)
{
	if (!metering)
		return false;
	/* Or the verifier does not see that the cookie, of 64 bits, has been looked at. */
	barrier_var(point);
	return point < MAX_POINTS && table[point] == mechanism;
}

/*
 * Of a function of a program its frame, as it may call itself: where the stack pointer was as it
 * began, `popped` bytes below where it is.
 */
static __always_inline struct placed_call placed_key(__u32 point, __u32 popped)
{
	struct placed_call key = {.tid = bpf_get_current_pid_tgid(), .point = point};

	if (is_at(meters_from, MECHANISM_FUNCTION_METER, point))
		key.frame = current_stack() - popped;
	return key;
}

/* A place in code that is a point: threads may be in several, and in a call. */
SHARED int begin_placed(__u32 point, __u32 targets, __u32 phase)
{
	struct placed_call key = placed_key(point, 0);
	struct metered_call c = {.targets = targets, .point = point, .phase = phase};

	count_begun_of(targets, point, phase);
	c.began_ns = bpf_ktime_get_ns();
	return bpf_map_update_elem(&placed, &key, &c, BPF_ANY);
}

/* `popped`: by its return, in which the thread is. */
SHARED int end_placed(__u32 point, __u32 popped)
{
	struct placed_call key = placed_key(point, popped);
	struct metered_call *c = bpf_map_lookup_elem(&placed, &key);
	__u64 ns = c ? bpf_ktime_get_ns() - c->began_ns : 0;

	if (!c)
		return 0;
	if (aim == AIM_ONE)
		add_call(c, 0, ns);
	else
		for (__u32 i = 0; i < MAX_TARGETS; i++)
			if (c->targets >> i & 1)
				add_call(c, i, ns);
	return bpf_map_delete_elem(&placed, &key);
}

static __always_inline bool is_place(__u32 point)
{
	/* What is compared and what is the index are one register then: before 6.8 the verifier
	 * doesn't see that a number and its copy of 64 bits are the same. */
	barrier_var(point);
	return point < MAX_POINTS && plan_points[point].kind == KIND_CODE;
}

SHARED int begin_call(__u32 point, __u32 targets)
{
	__u32 phase = metered_phase;
	struct metered_thread *t;

	if (point >= MAX_POINTS || !phase--)
		return 0;
	if (aim != AIM_ONE || metering_narrowed)
		targets = targets_metered(targets, point);
	if (!targets)
		return 0;
	if (is_place(point))
		return begin_placed(point, targets, phase);
	t = metered(BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!t) {
		count(&calls_unmeasured);
		return 0;
	}
	if (t->interrupted.state && resumes_call(t, point))
		return 0;
	t->now.injected_ns = 0;
	t->now.targets = targets;
	t->now.point = point;
	t->now.phase = phase;
	t->now.state = CALL_UNDER_WAY;
	count_begun_of(targets, point, phase);
	t->now.began_ns = bpf_ktime_get_ns();
	return 0;
}

/* At the entry of a call, before anything is done to it. */
static __always_inline void meter_begin(__u32 mechanism, __u32 point, __u32 targets)
{
	if (is_at(meters_from, mechanism, point))
		begin_call(point, targets);
}

/*
 * At its exit, of whatever process: only a target's threads have noted a call. A delay that is
 * slept on the way back to user space belongs to it.
 */
SHARED int end_call(__u32 point, __s64 result)
{
	struct metered_thread *t;

	if (is_place(point))
		return end_placed(point, 0);
	t = metered(0);
	if (!t || t->now.point != point)
		return 0;
	t->now.result = result;
	if (t->now.state == CALL_PUT_OFF)
		t->now.state = CALL_LEFT;
	else if (t->now.state == CALL_UNDER_WAY)
		close_call(t, bpf_ktime_get_ns());
	return 0;
}

static __always_inline void meter_end(__u32 mechanism, __u32 point, __s64 result)
{
	if (is_at(meters_at, mechanism, point))
		end_call(point, result);
}

/* The thread will sleep as it returns to user space. */
static __always_inline void meter_put_off(void)
{
	struct metered_thread *t = metering ? metered(0) : 0;

	if (t && t->now.state == CALL_UNDER_WAY)
		t->now.state = CALL_PUT_OFF;
}

/* The thread has waited for so long; `slept`: what was put off is over. */
SHARED int add_injected(__u64 ns, __u32 slept)
{
	struct metered_thread *t = metered(0);

	if (!t || t->now.state == CALL_NONE)
		return 0;
	t->now.injected_ns += ns;
	if (slept && t->now.state == CALL_PUT_OFF)
		t->now.state = CALL_UNDER_WAY;
	else if (slept && t->now.state == CALL_LEFT)
		close_call(t, bpf_ktime_get_ns());
	return 0;
}

/* The thread has waited in a function that is a point itself. */
SHARED int add_injected_at(__u32 point, __u64 ns)
{
	struct placed_call key;
	struct metered_call *c;

	if (!is_place(point))
		return 0;
	key = placed_key(point, 0);
	c = bpf_map_lookup_elem(&placed, &key);
	if (!c && key.frame) {
		key.frame -= POPPED_BY_RETURN; /* where it returns */
		c = bpf_map_lookup_elem(&placed, &key);
	}
	if (c)
		c->injected_ns += ns;
	return 0;
}

static __always_inline void meter_injected_at(__u32 point, __u64 ns)
{
	if (metering)
		add_injected_at(point, ns);
}

static __always_inline void meter_injected(__u64 ns, bool slept)
{
	if (metering)
		add_injected(ns, slept);
}

#endif
