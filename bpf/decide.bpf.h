/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision: does this matched call suffer this rule's fault? Pure, but for
 * the rule's own state; the unit tests compile it on the host.
 */
#ifndef JINX_DECIDE_BPF_H
#define JINX_DECIDE_BPF_H

#include "abi.h"

/* What is known of the call besides the rule. */
struct circumstances {
	__u32 protected; /* the process is one that jinx never touches */
	__u32 expired;	 /* the heartbeat has stopped, or the experiment is over */
	__u32 failed;	 /* at: exit only: the call failed by itself */
	__u32 struck;	 /* an earlier rule has decided this call */
	__u32 short_of;	 /* the process has fewer descriptors than the rule asks for */
	__u64 bytes;	 /* that the call asks for */
	__u64 now_ns;	 /* since the phase began */
	/* Of all rules together, taken like a rule's limit; 0: no cap */
	__u64 *injections, max_injections;
};

/*
 * A counter-based generator: the n-th value of a stream can be had without the
 * ones before it, so a seed replays whichever CPU asks. splitmix64, Steele, Lea
 * and Flood, "Fast Splittable Pseudorandom Number Generators", 2014, fig. 15.
 */
static inline __u64 random_at(__u64 seed, __u64 n)
{
	__u64 z = seed + (n + 1) * 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* Which value of which stream of random numbers a call gets. */
struct draw {
	__u64 seed, n;
};

/*
 * What is counted for itself draws from a stream of its own, or all threads would be hit at the
 * same ones of their calls.
 */
static inline __u64 seed_of(const struct rule *rule, const struct rule_state *state)
{
	return state->stream ? random_at(rule->seed, ~state->stream) : rule->seed;
}

/* True in chance_ppm of a million calls. Scales 32 bits down to 0..PPM-1 without a division. */
static inline int dice(__u64 seed, __u64 n, __u32 chance_ppm)
{
	return (random_at(seed, n) >> 32) * PPM >> 32 < chance_ppm;
}

/* In the rule's part of the phase, and in the on time of its bursts. */
static inline int in_window(const struct rule *rule, __u64 now_ns)
{
	if (now_ns < rule->from_ns || (rule->until_ns && now_ns >= rule->until_ns))
		return 0;
	return !rule->on_ns ||
	       (now_ns - rule->from_ns) % (rule->on_ns + rule->off_ns) < rule->on_ns;
}

/* The chance at this time, in ppm: on a straight line, in steps of a microsecond. */
static inline __u32 chance_at(const struct rule *rule, __u64 now_ns)
{
	__u64 us = (now_ns - rule->from_ns) / 1000, all_us = rule->ramp_ns / 1000;

	if (!rule->ramp_ns || !all_us)
		return rule->chance_ppm;
	if (us > all_us)
		us = all_us;
	if (rule->ramp_ppm >= rule->chance_ppm)
		return rule->chance_ppm + (rule->ramp_ppm - rule->chance_ppm) * us / all_us;
	return rule->chance_ppm - (rule->chance_ppm - rule->ramp_ppm) * us / all_us;
}

#define RATE_TRIES 16

/*
 * Takes one injection of the rate, if there is one: the virtual scheduling algorithm (ITU-T I.371,
 * annex A) with a tolerance of one interval, so that calls that come unevenly still make the rate.
 * By compare-and-swap: two CPUs never take the same one.
 */
static inline int take_rate(__u64 *next_ns, __u64 interval_ns, __u64 now_ns)
{
	for (int i = 0; i < RATE_TRIES; i++) {
		__u64 next = *(volatile __u64 *)next_ns, after = next + interval_ns;

		if (now_ns < next)
			return 0;
		if (after < now_ns)
			after = now_ns;
		if (__sync_val_compare_and_swap(next_ns, next, after) == next)
			return 1;
	}
	return 0;
}

/* Takes the call's bytes of the budget; 0: there are not so many left. Like the rate. */
static inline int take_bytes(__u64 *used, __u64 n, __u64 budget)
{
	for (int i = 0; i < RATE_TRIES; i++) {
		__u64 was = *(volatile __u64 *)used;

		if (was > budget || n > budget - was)
			return 0;
		if (__sync_val_compare_and_swap(used, was, was + n) == was)
			return 1;
	}
	return 0;
}

/* Why the call is left alone whatever the trigger says; REASON_INJECTED when there is no such
 * reason. */
static inline enum reason exempt(const struct circumstances *c)
{
	if (c->protected)
		return REASON_PROTECTED;
	if (c->expired)
		return REASON_EXPIRED;
	return c->failed ? REASON_FAILED : REASON_INJECTED;
}

/* *ret is what the call draws, if it came as far as the trigger. */
static inline enum reason decide(const struct rule *rule, struct rule_state *state,
	const struct circumstances *c, struct draw *ret)
{
	enum reason reason = exempt(c);
	__u32 chance;
	__u64 n;

	if (reason != REASON_INJECTED)
		return reason;
	if (!in_window(rule, c->now_ns))
		return REASON_WINDOW;
	ret->seed = seed_of(rule, state);
	ret->n = n = __sync_fetch_and_add(&state->calls, 1);
	if (n < rule->after || c->short_of)
		return REASON_AFTER;
	if (rule->after_bytes && take_bytes(&state->bytes, c->bytes, rule->after_bytes))
		return REASON_AFTER;
	if (rule->every > 1 && (n - rule->after) % rule->every)
		return REASON_EVERY;
	chance = chance_at(rule, c->now_ns);
	if (chance < PPM && !dice(ret->seed, n, chance))
		return REASON_CHANCE;
	if (c->struck)
		return REASON_SHADOWED;
	if (rule->interval_ns && !take_rate(&state->next_ns, rule->interval_ns, c->now_ns))
		return REASON_RATE;
	/* The budget is taken by the increment itself: two CPUs never share the last one. */
	if (rule->limit && __sync_fetch_and_add(&state->fired, 1) >= rule->limit)
		return REASON_BUDGET;
	if (c->max_injections && __sync_fetch_and_add(c->injections, 1) >= c->max_injections)
		return REASON_CAP;
	return REASON_INJECTED;
}

/* One of the rule's errnos, all equally likely. */
static inline __s32 draw_error(const struct rule *rule, const struct draw *draw)
{
	/* Not the dice's stream, as below. */
	__u64 random = random_at(~draw->seed, draw->n) >> 32;

	return rule->errors[random * rule->n_errors >> 32 & (MAX_ERRORS - 1)];
}

/*
 * How long a call is delayed, between 0 and the cap. Uniform: mean +- jitter at the most;
 * else the jitter is the standard deviation and `quantiles` the distribution's table, as netem
 * does it (net/sched/sch_netem.c: tabledist, 6.12). No product overflows below MAX_DELAY_NS.
 */
static inline __u64 draw_delay(
	const struct rule *rule, const __s32 *quantiles, const struct draw *draw)
{
	/* Not the dice's stream: those that chance lets through would all be low. */
	__u32 random = random_at(~draw->seed, draw->n) >> 32;
	__s64 jitter = rule->jitter_ns, delay;

	/* Or the compiler masks before the last step of the generator, and the verifier is lost. */
	__asm__ volatile("" : "+r"(random));

	if (!jitter)
		delay = 0;
	else if (rule->distribution == SPREAD_UNIFORM)
		delay = jitter * ((__s64)(random >> 11) - (1 << 20)) >> 20;
	else
		delay = jitter * quantiles[random & (NR_QUANTILES - 1)] >> QUANTILE_BITS;
	delay += rule->delay_ns;
	if (delay < 0)
		return 0;
	return (__u64)delay > rule->cap_ns ? rule->cap_ns : (__u64)delay;
}

#endif
