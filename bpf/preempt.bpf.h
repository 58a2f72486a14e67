/* SPDX-License-Identifier: GPL-2.0 */
/*
 * jitter at any instruction: the timer of the cgroup's perf event finds a thread of the target in
 * user space, and it sleeps there and then. When its next moment comes is drawn, in ticks of its
 * own time on a CPU, for each thread from a stream of its own.
 */
#ifndef JINX_PREEMPT_BPF_H
#define JINX_PREEMPT_BPF_H

/* Not the dice's stream, nor that of the delays. */
#define STREAM_OF_MOMENTS 0x5bf0a8b1457695dbull

/* One more tick of the thread's, the only one that counts there. True: a moment that was drawn. */
static __always_inline bool moment_comes(const struct rule *rule, struct rule_state *task)
{
	__u64 mean = rule->preempt_ns / preempt_tick_ns, random;
	__u32 left = task->ticks, moments = task->ticks >> 32;

	if (left > 1) {
		task->ticks--;
		return false;
	}
	/* From one tick to twice the mean. */
	random = random_at(seed_of(rule, task) ^ STREAM_OF_MOMENTS, moments) >> 32;
	left = 1 + (random * 2 * mean >> 32);
	task->ticks = (__u64)(moments + 1) << 32 | left;
	return moments;
}

static __always_inline void preempt_rule(__u32 index, __u32 point, __u64 known)
{
	struct attempt b = {};
	struct rule_state *task;
	__u64 wanted;

	task = state_of_task(index);
	if (!task || index >= MAX_RULES || !moment_comes(&rules[index], task))
		return;
	aim_attempt(&b, index, point, ~0ull, known | CALL_MEANT, true);
	if (!b.rule)
		return;
	wanted = wanted_delay(&b);
	if (b.reason == REASON_INJECTED && !defer(index, wanted))
		b.reason = REASON_REFUSED;
	settle(b.row, b.reason);
	if (b.reason == REASON_INJECTED)
		tell_call(&b, index, MECHANISM_PREEMPT, point, wanted);
}

struct preempting {
	__u64 pending, known;
	__u32 point;
};

static long preempt_step(__u32 rule, void *context)
{
	struct preempting *p = context;

	if (rule < MAX_RULES && p->pending >> rule & 1)
		preempt_rule(rule, p->point, p->known);
	return 0;
}

/* The cookie says whose event it is: nested targets have one each. */
SEC("?perf_event")
int preempt_at_tick(struct bpf_perf_event_data *ctx)
{
	struct preempting p = {.point = NUMBER_OF(instruction)};
	__u32 target = bpf_get_attach_cookie(ctx);

	if (target >= MAX_TARGETS || !(current_targets() >> target & 1) ||
		bpf_ktime_get_ns() > deadline_ns)
		return 0;
	p.pending = rules_at(MECHANISM_PREEMPT, p.point, 1u << target);
	if (!p.pending)
		return 0;
	p.known = known_of_call(p.pending, 0);
	bpf_loop(MAX_RULES, preempt_step, &p, 0);
	return 0;
}

#endif
