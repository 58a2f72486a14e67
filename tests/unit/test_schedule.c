// SPDX-License-Identifier: GPL-2.0
/* When a fault of a whole target acts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "made_up.h"
#include "actors/schedule.h"

#define MS 1000000ull

/* At each time the span that is under way, or the next one; in ms, -1 for never. */
struct look {
	int64_t at, begin, end;
};

static int64_t in_ms(uint64_t ns)
{
	return ns == NEVER ? -1 : (int64_t)(ns / MS);
}

static void check(const char *fault, const struct look *moments, size_t n)
{
	struct scenario *s = scenario_of(fault, "{cgroup: a}");

	for (size_t i = 0; i < n; i++) {
		struct span span = schedule_at(&s->faults[0], moments[i].at * MS);

		if (in_ms(span.from_ns) != moments[i].begin || in_ms(span.to_ns) != moments[i].end)
			fail_msg("%s at %lld ms: %lld to %lld", fault, (long long)moments[i].at,
				(long long)in_ms(span.from_ns), (long long)in_ms(span.to_ns));
	}
	scenario_free(s);
}

#define CHECK(fault, ...)                              \
	do {                                           \
		const struct look m[] = {__VA_ARGS__}; \
		check(fault, m, ARRAY_SIZE(m));        \
	} while (0)

static void once(void **state)
{
	(void)state;
	CHECK("{pause: 200ms}", {0, 0, 200}, {199, 0, 200}, {200, -1, -1}, {900, -1, -1});
	CHECK("{pause: 200ms, from: 300ms}", {0, 300, 500}, {300, 300, 500}, {499, 300, 500},
		{500, -1, -1});
	CHECK("{pause: 200ms, from: 300ms, until: 400ms}", {0, 300, 400}, {399, 300, 400},
		{400, -1, -1});
	CHECK("{pause: 2s}", {500, 0, 2000}); /* the phase's end is the keeper's to say */
}

static void in_bursts(void **state)
{
	(void)state;
	CHECK("{pause: 50ms, when: {burst: {on: 100ms, off: 200ms}}}", {0, 0, 50}, {49, 0, 50},
		{50, 300, 350}, {299, 300, 350}, {349, 300, 350}, {350, 600, 650}, {700, 900, 950});
	/* Cut where the on time is over. */
	CHECK("{pause: 1s, when: {burst: {on: 100ms, off: 200ms}}}", {0, 0, 100}, {100, 300, 400});
	CHECK("{pause: 50ms, from: 100ms, until: 420ms, when: {burst: {on: 100ms, off: 200ms}}}",
		{0, 100, 150}, {150, 400, 420}, {419, 400, 420}, {420, -1, -1}, {800, -1, -1});
	CHECK("{pause: 50ms, until: 300ms, when: {burst: {on: 100ms, off: 200ms}}}",
		{60, -1, -1}); /* the next one would begin where it ends */
}

/* Moments without memory: as many before any time as after it, 1/e of all waits above the mean. */
static void hazard(void **state)
{
	const uint64_t mean = 1000 * MS;
	unsigned int longer = 0;
	uint64_t at = 0;

	(void)state;
	for (unsigned int n = 0; n < 10000; n++) {
		uint64_t next = schedule_moment(42, n, mean, at);

		assert_true(next >= at);
		longer += next - at > mean;
		at = next;
	}
	assert_in_range(at / 10000, mean * 97 / 100, mean * 103 / 100);
	assert_in_range(longer, 3500, 3860); /* 3679 */
	assert_int_equal(schedule_moment(42, 7, mean, 0), schedule_moment(42, 7, mean, 0));
	assert_int_not_equal(schedule_moment(42, 7, mean, 0), schedule_moment(43, 7, mean, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once),
		cmocka_unit_test(in_bursts),
		cmocka_unit_test(hazard),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
