/* SPDX-License-Identifier: GPL-2.0 */
/* Delays by programs of the BPF LSM, which may sleep themselves. */
#ifndef JINX_SLEEP_BPF_H
#define JINX_SLEEP_BPF_H

static __always_inline bool sleep_here(__u32 rule, __u64 wanted_ns)
{
	__u32 tid = bpf_get_current_pid_tgid();
	bool own = false;
	__u32 index = slot_claim(tid, 0, &own);
	struct gate_slot *slot = slot_at(index);

	if (!slot || own)
		return false;
	slot_fill(slot, rule, wanted_ns);
	sleep_off(index, slot);
	return true;
}

/* Whether the rule delays the thread here, and how long. */
static __always_inline bool decide_sleep(
	const struct delays_here *d, __u32 index, __u64 *ret_wanted_ns)
{
	struct attempt b = {};

	aim_attempt(&b, index, d->point, d->fitting, d->known, false);
	if (!b.rule)
		return false;
	*ret_wanted_ns = wanted_delay(&b);
	if (b.reason == REASON_INJECTED && d->locked)
		b.reason = REASON_REFUSED;
	settle(b.row, b.reason);
	if (b.reason != REASON_INJECTED)
		return false;
	tell_call(&b, index, d->mechanism, d->point, *ret_wanted_ns);
	return true;
}

static __always_inline void sleep_rule(const struct delays_here *d, __u32 index)
{
	__u64 wanted;

	if (decide_sleep(d, index, &wanted) && !sleep_here(index, wanted))
		note_sleep(index, -1);
}

static long sleep_step(__u32 rule, void *context)
{
	struct delays_here *d = context;

	if (rule < MAX_RULES && d->pending >> rule & 1)
		sleep_rule(d, rule);
	return 0;
}

/* `locked`: others would wait for a thread that slept here. */
SHARED int sleep_at(__u32 mechanism, __u32 point, __u32 targets, __u64 by_call, bool locked)
{
	struct delays_here d = {.pending = rules_at(mechanism, point, targets),
		.mechanism = mechanism,
		.point = point,
		.locked = locked};

	if (!d.pending)
		return 0;
	d.fitting = rules_that_fit(d.pending, by_call);
	d.known = known_of_call(d.pending, 0);
	bpf_loop(MAX_RULES, sleep_step, &d, 0);
	return 0;
}

#endif
