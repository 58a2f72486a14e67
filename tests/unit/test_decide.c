// SPDX-License-Identifier: GPL-2.0
/* The decision, compiled for the host: the same header that the kernel side includes. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../bpf/decide.bpf.h"

static const struct circumstances plain;

static enum reason outcome(
	const struct rule *r, struct rule_state *s, const struct circumstances *c)
{
	struct draw draw;

	return decide(r, s, c, &draw);
}

static struct rule rule(void)
{
	return (struct rule){.chance_ppm = PPM, .every = 1};
}

static unsigned int injected(const struct rule *r, unsigned int calls)
{
	struct rule_state s = {};
	unsigned int n = 0;

	for (unsigned int i = 0; i < calls; i++)
		n += outcome(r, &s, &plain) == REASON_INJECTED;
	return n;
}

static void after_every_limit(void **state)
{
	struct rule r = rule();
	struct rule_state s = {};

	(void)state;
	r.after = 3;
	r.every = 4;
	r.limit = 2;
	for (int i = 0; i < 20; i++) {
		enum reason wanted = i < 3	   ? REASON_AFTER
				     : (i - 3) % 4 ? REASON_EVERY
				     : i < 8	   ? REASON_INJECTED
						   : REASON_BUDGET;

		assert_int_equal(outcome(&r, &s, &plain), wanted);
	}
}

/* What fits passes, to the byte; what does not leaves the rest to others. */
static void after_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		enum reason wanted;
	} calls[] = {{600, REASON_AFTER}, {0, REASON_AFTER}, {401, REASON_INJECTED},
		{300, REASON_AFTER}, {UINT64_MAX, REASON_INJECTED}, {101, REASON_INJECTED},
		{100, REASON_AFTER}, {1, REASON_INJECTED}, {0, REASON_AFTER}};
	struct rule r = rule();
	struct rule_state s = {};

	(void)state;
	r.after_bytes = 1000;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct circumstances c = {.bytes = calls[i].bytes};

		assert_int_equal(outcome(&r, &s, &c), calls[i].wanted);
	}
	assert_int_equal(s.bytes, 1000);
}

static void short_of_descriptors(void **state)
{
	const struct circumstances short_of = {.short_of = 1};
	struct rule r = rule();
	struct rule_state s = {};

	(void)state;
	assert_int_equal(outcome(&r, &s, &short_of), REASON_AFTER);
	assert_int_equal(outcome(&r, &s, &plain), REASON_INJECTED);
}

/* All errnos of a rule are drawn, about equally often, and none that is not the rule's. */
static void errnos_are_drawn_evenly(void **state)
{
	struct rule r = {.n_errors = 3, .errors = {-1, -2, -3, -4}};
	unsigned int n[5] = {};

	(void)state;
	for (unsigned int i = 0; i < 30000; i++) {
		struct draw draw = {42, i};

		n[-draw_error(&r, &draw)]++;
	}
	assert_int_equal(n[4], 0);
	for (unsigned int e = 1; e <= 3; e++)
		assert_in_range(n[e], 9700, 10300); /* 3.7 standard deviations */
	r.n_errors = 1;
	assert_int_equal(draw_error(&r, &(struct draw){7, 7}), -1);
}

/* Each alone, with the neighbours of its first and last call. */
static void each_trigger_alone(void **state)
{
	struct rule after = rule(), every = rule(), limit = rule();

	(void)state;
	after.after = 5;
	assert_int_equal(injected(&after, 5), 0);
	assert_int_equal(injected(&after, 6), 1);
	assert_int_equal(injected(&after, 100), 95);
	after.after = INT64_MAX;
	assert_int_equal(injected(&after, 1000), 0);
	every.every = 3;
	assert_int_equal(injected(&every, 1), 1);
	assert_int_equal(injected(&every, 3), 1);
	assert_int_equal(injected(&every, 4), 2);
	every.every = UINT32_MAX;
	assert_int_equal(injected(&every, 1000), 1);
	limit.limit = 1;
	assert_int_equal(injected(&limit, 1000), 1);
	limit.limit = 1000;
	assert_int_equal(injected(&limit, 1000), 1000);
	limit.limit = 0;
	assert_int_equal(injected(&limit, 1000), 1000);
}

/* The generator is splitmix64 as published: its first values for the seed 1234567. */
static void generator_is_the_published_one(void **state)
{
	static const uint64_t wanted[] = {6457827717110365317ull, 3203168211198807973ull,
		9817491932198370423ull, 4593380528125082431ull, 16408922859458223821ull};

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(random_at(1234567, i) == wanted[i]);
}

struct shared {
	struct rule rule;
	struct rule_state state;
	unsigned int injected;
};

static void *hammer(void *arg)
{
	struct shared *s = arg;

	for (int i = 0; i < 20000; i++)
		if (outcome(&s->rule, &s->state, &plain) == REASON_INJECTED)
			__sync_fetch_and_add(&s->injected, 1);
	return NULL;
}

#define THREADS 8
#define CALLS (THREADS * 20000u)

static unsigned int injected_by_threads(struct rule r)
{
	struct shared s = {.rule = r};
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, &s), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(s.state.calls, CALLS);
	return s.injected;
}

static void limit_holds_across_threads(void **state)
{
	struct rule r = rule();

	(void)state;
	r.limit = 50;
	assert_int_equal(injected_by_threads(r), 50);
	r.chance_ppm = PPM / 2;
	assert_int_equal(injected_by_threads(r), 50);
}

/* Which thread makes a call changes who is struck, never how many are. */
static void threads_share_one_count(void **state)
{
	struct rule r = rule();

	(void)state;
	r.after = 1000;
	r.every = 7;
	assert_int_equal(injected_by_threads(r), (CALLS - 1000 + 6) / 7);
	r.chance_ppm = PPM / 3;
	r.seed = 11;
	assert_int_equal(injected_by_threads(r), injected(&r, CALLS));
}

static void seed_replays(void **state)
{
	struct rule r = rule(), other = rule();
	struct rule_state one = {}, two = {}, three = {};
	unsigned int differences = 0;

	(void)state;
	r.chance_ppm = other.chance_ppm = PPM / 2;
	r.seed = 42;
	other.seed = 43;
	for (int i = 0; i < 10000; i++) {
		enum reason first = outcome(&r, &one, &plain);

		assert_int_equal(first, outcome(&r, &two, &plain));
		differences += first != outcome(&other, &three, &plain);
	}
	assert_in_range(differences, 4500, 5500);
}

/* Five standard deviations of a binomial distribution. */
static void assert_plausible(unsigned int got, double calls, double p)
{
	double sigma = sqrt(calls * p * (1 - p));

	assert_true(fabs(got - calls * p) <= 5 * sigma);
}

static void chance_is_what_it_says(void **state)
{
	/* Neighbours, as people choose them, and the ends of the range. */
	static const uint64_t seeds[] = {0, 1, 2, 3, 42, 1000000, 1ull << 32, INT64_MAX};
	struct rule r = rule();

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		r.seed = seeds[i];
		r.chance_ppm = PPM / 100;
		assert_plausible(injected(&r, 1000000), 1e6, 0.01);
		r.chance_ppm = PPM / 2;
		assert_plausible(injected(&r, 1000000), 1e6, 0.5);
	}
	r.chance_ppm = 1;
	assert_plausible(injected(&r, 10000000), 1e7, 1e-6);
	r.chance_ppm = PPM - 1;
	assert_in_range(injected(&r, 1000000), 1000000 - 6, 1000000);
	r.chance_ppm = PPM;
	assert_int_equal(injected(&r, 1000000), 1000000);
}

/* Neighbouring calls must not hang together: pairs of hits are as frequent as chance has it. */
static void calls_are_independent(void **state)
{
	struct rule r = rule();
	struct rule_state s = {};
	unsigned int pairs = 0;
	int last = 0;

	(void)state;
	r.chance_ppm = PPM / 10;
	for (int i = 0; i < 1000000; i++) {
		int hit = outcome(&r, &s, &plain) == REASON_INJECTED;

		pairs += hit && last;
		last = hit;
	}
	assert_plausible(pairs, 1e6, 0.01);
}

/* The same task is hit at the same calls in each run, and each task at others. */
static void streams_are_independent(void **state)
{
	enum { TASKS = 64, CALLS_EACH = 1000 };
	static enum reason of[TASKS][CALLS_EACH];
	struct rule r = rule();
	unsigned int hits = 0, both = 0, n_delays = 0;

	(void)state;
	r.chance_ppm = PPM / 10;
	r.seed = 42;
	r.delay_ns = r.jitter_ns = 1000000;
	r.cap_ns = 10000000;
	for (unsigned int t = 0; t < TASKS; t++) {
		struct rule_state s = {.stream = t + 1}, again = s, first = {.stream = 1};

		for (int i = 0; i < CALLS_EACH; i++) {
			struct draw draw, of_first;

			of[t][i] = decide(&r, &s, &plain, &draw);
			assert_int_equal(of[t][i], outcome(&r, &again, &plain));
			decide(&r, &first, &plain, &of_first);
			n_delays +=
				t && draw_delay(&r, NULL, &draw) == draw_delay(&r, NULL, &of_first);
			hits += of[t][i] == REASON_INJECTED;
			both += t && of[t][i] == REASON_INJECTED && of[0][i] == REASON_INJECTED;
		}
	}
	assert_plausible(hits, TASKS * CALLS_EACH, 0.1);
	assert_plausible(both, (TASKS - 1) * CALLS_EACH, 0.01);
	assert_true(n_delays < 10);
	/* What happens at their first call is a matter of chance too. */
	hits = 0;
	for (unsigned int t = 0; t < TASKS; t++)
		hits += of[t][0] == REASON_INJECTED;
	assert_in_range(hits, 1, 20);
}

static void reasons_in_order(void **state)
{
	struct circumstances c = {.protected = 1, .expired = 1, .failed = 1, .struck = 1};
	struct rule r = rule();
	struct rule_state s = {};

	(void)state;
	r.limit = 1;
	assert_int_equal(outcome(&r, &s, &c), REASON_PROTECTED);
	c.protected = 0;
	assert_int_equal(outcome(&r, &s, &c), REASON_EXPIRED);
	c.expired = 0;
	assert_int_equal(outcome(&r, &s, &c), REASON_FAILED);
	c.failed = 0;
	assert_int_equal(s.calls, 0);
	assert_int_equal(outcome(&r, &s, &c), REASON_SHADOWED);
	c.struck = 0;
	assert_int_equal(s.calls, 1); /* it has met the trigger, or a seed wouldn't replay */
	/* A shadowed call costs nothing of the budget. */
	assert_int_equal(outcome(&r, &s, &c), REASON_INJECTED);
	assert_int_equal(outcome(&r, &s, &c), REASON_BUDGET);
	/* The trigger says no before another rule's strike is looked at. */
	c.struck = 1;
	r.after = 100;
	assert_int_equal(outcome(&r, &s, &c), REASON_AFTER);
	r.after = 0;
	r.every = 100;
	assert_int_equal(outcome(&r, &s, &c), REASON_EVERY);
	r.every = 1;
	r.chance_ppm = 0;
	assert_int_equal(outcome(&r, &s, &c), REASON_CHANCE);
}

static void window_and_bursts(void **state)
{
	struct rule r = rule();
	struct rule_state s = {};
	struct circumstances c = {};

	(void)state;
	r.from_ns = 1000;
	r.until_ns = 2000;
	for (c.now_ns = 0; c.now_ns < 3000; c.now_ns += 250)
		assert_int_equal(outcome(&r, &s, &c),
			c.now_ns >= 1000 && c.now_ns < 2000 ? REASON_INJECTED : REASON_WINDOW);
	assert_int_equal(s.calls, 4); /* those outside are not counted by after and every */
	r.until_ns = 0;
	r.on_ns = 200;
	r.off_ns = 300;
	for (c.now_ns = 1000; c.now_ns < 100000; c.now_ns += 50)
		assert_int_equal(outcome(&r, &s, &c),
			(c.now_ns - 1000) % 500 < 200 ? REASON_INJECTED : REASON_WINDOW);
}

static void ramps(void **state)
{
	struct rule r = rule();

	(void)state;
	r.chance_ppm = 0;
	r.ramp_ppm = 300000;
	r.ramp_ns = 10000000000;
	r.from_ns = 5000000000;
	assert_int_equal(chance_at(&r, 5000000000), 0);
	assert_int_equal(chance_at(&r, 10000000000), 150000);
	assert_int_equal(chance_at(&r, 15000000000), 300000);
	assert_int_equal(chance_at(&r, 99000000000), 300000);
	r.chance_ppm = PPM;
	r.ramp_ppm = 0;
	assert_int_equal(chance_at(&r, 5000000000), PPM);
	assert_int_equal(chance_at(&r, 10000000000), PPM / 2);
	assert_int_equal(chance_at(&r, 15000000000), 0);
	/* A day long: nothing overflows. */
	r.from_ns = 0;
	r.ramp_ns = 86400000000000;
	assert_int_equal(chance_at(&r, 43200000000000), PPM / 2);
}

/* In any second at most one more than the rate, on average the rate, however the calls come. */
static void rate_is_kept(void **state)
{
	struct rule r = rule();
	struct rule_state s = {};
	struct circumstances c = {};
	static uint64_t times[20000];
	unsigned int n = 0;

	(void)state;
	r.interval_ns = 10000000; /* 100/s */
	for (uint64_t i = 0; c.now_ns < 100000000000; i++) {
		c.now_ns += 1 + random_at(3, i) % 6000000;
		if (outcome(&r, &s, &c) == REASON_INJECTED)
			times[n++] = c.now_ns;
	}
	assert_in_range(n, 9800, 10001);
	for (unsigned int i = 101; i < n; i++)
		assert_true(times[i] - times[i - 101] > 990000000);
}

static void *hammer_rate(void *arg)
{
	struct shared *s = arg;
	struct circumstances c = {.now_ns = 5000000000};
	struct draw draw;

	for (int i = 0; i < 20000; i++)
		if (decide(&s->rule, &s->state, &c, &draw) == REASON_INJECTED)
			__sync_fetch_and_add(&s->injected, 1);
	return NULL;
}

/* At one moment there is one injection of a rate, however many ask. */
static void rate_holds_across_threads(void **state)
{
	struct shared s = {.rule = rule()};
	pthread_t threads[THREADS];

	(void)state;
	s.rule.interval_ns = 1000000;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer_rate, &s), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_in_range(s.injected, 1, 2);
}

static void a_cap_of_all_rules(void **state)
{
	struct rule a = rule(), b = rule();
	struct rule_state s = {}, t = {};
	__u64 injections = 0;
	struct circumstances c = {.injections = &injections, .max_injections = 5};
	unsigned int n = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		n += outcome(&a, &s, &c) == REASON_INJECTED;
		n += outcome(&b, &t, &c) == REASON_INJECTED;
	}
	assert_int_equal(n, 5);
	assert_int_equal(outcome(&a, &s, &c), REASON_CAP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errnos_are_drawn_evenly),
		cmocka_unit_test(after_every_limit),
		cmocka_unit_test(after_bytes),
		cmocka_unit_test(short_of_descriptors),
		cmocka_unit_test(each_trigger_alone),
		cmocka_unit_test(generator_is_the_published_one),
		cmocka_unit_test(limit_holds_across_threads),
		cmocka_unit_test(threads_share_one_count),
		cmocka_unit_test(seed_replays),
		cmocka_unit_test(chance_is_what_it_says),
		cmocka_unit_test(calls_are_independent),
		cmocka_unit_test(streams_are_independent),
		cmocka_unit_test(reasons_in_order),
		cmocka_unit_test(window_and_bursts),
		cmocka_unit_test(ramps),
		cmocka_unit_test(rate_is_kept),
		cmocka_unit_test(rate_holds_across_threads),
		cmocka_unit_test(a_cap_of_all_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
