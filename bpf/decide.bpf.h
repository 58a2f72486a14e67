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

/* True in chance_ppm of a million calls. Scales 32 bits down to 0..PPM-1 without a division. */
static inline int dice(__u64 seed, __u64 n, __u32 chance_ppm)
{
	return (random_at(seed, n) >> 32) * PPM >> 32 < chance_ppm;
}

/* *ret_n is the call's number, if it came as far as the trigger. */
static inline enum reason decide(const struct rule *rule, struct rule_state *state,
	const struct circumstances *c, __u64 *ret_n)
{
	__u64 n;

	if (c->protected)
		return REASON_PROTECTED;
	if (c->expired)
		return REASON_EXPIRED;
	if (c->failed)
		return REASON_FAILED;
	*ret_n = n = __sync_fetch_and_add(&state->calls, 1);
	if (n < rule->after)
		return REASON_AFTER;
	if (rule->every > 1 && (n - rule->after) % rule->every)
		return REASON_EVERY;
	if (rule->chance_ppm < PPM && !dice(rule->seed, n, rule->chance_ppm))
		return REASON_CHANCE;
	if (c->struck)
		return REASON_SHADOWED;
	/* The budget is taken by the increment itself: two CPUs never share the last one. */
	if (rule->limit && __sync_fetch_and_add(&state->fired, 1) >= rule->limit)
		return REASON_BUDGET;
	return REASON_INJECTED;
}

/*
 * How long the n-th call is delayed, between 0 and the cap. Uniform: mean +- jitter at the most;
 * else the jitter is the standard deviation and `quantiles` the distribution's table, as netem
 * does it (net/sched/sch_netem.c: tabledist, 6.12). No product overflows below MAX_DELAY_NS.
 */
static inline __u64 draw_delay(const struct rule *rule, const __s32 *quantiles, __u64 n)
{
	/* Not the dice's stream: those that chance lets through would all be low. */
	__u32 random = random_at(~rule->seed, n) >> 32;
	__s64 jitter = rule->jitter_ns, delay;

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
