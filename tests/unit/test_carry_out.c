// SPDX-License-Identifier: GPL-2.0
/* Runs of a suite as processes: those that end, and those that don't. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/process.h"
#include "suite/carry_out.h"

#define MS 1000000ull
/* Of those that end by themselves; nobody waits for it. */
#define HOUR_NS (3600 * 1000 * MS)

static const char text[] =
	"jinx: 1\ntargets: {t: {workload: true}}\nworkload: {exec: x}\n"
	"timeline: [{phase: a, for: 2s, faults: [{fail: EIO, on: read, target: t}]}]\n";

/* An item does what its name says. */
static int be(const struct item *it, const char *json, void *context)
{
	(void)json;
	(void)context;
	if (!strcmp(it->name, "holds"))
		return 0;
	if (!strcmp(it->name, "stubborn"))
		signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

/* Runs items of these names, each of which may take that long. */
static struct items run(const char *const names[], unsigned int n, uint64_t limit_ns)
{
	struct items items = {.all = calloc(n, sizeof(struct item)), .n = n};
	const struct carrying all = {.items = &items,
		.jobs = 1,
		.keep_going = true,
		.patience_ns = 300 * MS,
		.to = stdout,
		.run = be};
	struct error why;

	for (unsigned int i = 0; i < n; i++) {
		struct item *it = &items.all[i];

		assert_int_equal(scenario_parse(text, strlen(text), "x", &it->s, &why), 0);
		it->name = strdup(names[i]);
		it->category = strdup("c");
		it->limit_ns = strcmp(names[i], "holds") ? limit_ns : HOUR_NS;
		it->log = it->json = it->pidfd = -1;
	}
	assert_int_equal(carry_out_all(&all), 0);
	return items;
}

static void is_over(const struct item *it, const char *reason)
{
	assert_int_equal(it->state, ITEM_ENDED);
	assert_int_equal(it->verdict, VERDICT_FAILED);
	assert_string_equal(it->reason, reason);
	assert_int_equal(kill(it->pid, 0), -1);
}

/* One that doesn't end is told to, and is killed if that isn't enough; the others come to their
 * turn. */
static void time_limits(void **state)
{
	static const char *const names[] = {"hangs", "stubborn", "holds"};
	uint64_t began = monotonic_ns();
	struct items items = run(names, 3, 1000 * MS);

	(void)state;
	is_over(&items.all[0], "it had not ended after 1 s");
	assert_int_equal(items.all[0].kills, 1);
	is_over(&items.all[1], "it had not ended after 1 s");
	assert_int_equal(items.all[1].kills, 2);
	assert_int_equal(items.all[2].verdict, VERDICT_HELD);
	assert_int_equal(worst_exit_code(&items), verdict_exit(VERDICT_FAILED));
	assert_true(monotonic_ns() - began >= (1000 + 1000 + 300) * MS);
	items_free(&items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
