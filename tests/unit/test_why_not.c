// SPDX-License-Identifier: GPL-2.0
/* What is said of a rule that met no call, or none that it means. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "made_up.h"
#include "measure/measure.h"
#include "report/why_not.h"

static struct plan plan;

/* The only note of an experiment with one rule and these counts at its first point, or "". */
static const char *note(const char *fault, uint64_t eligible, uint64_t matched)
{
	static char text[300];
	struct scenario *s = scenario_of(fault, "{cgroup: /a}");
	struct caps caps = caps_of(STOCK | GATED | BIT(FMOD_RET) | BIT(FUNCTION));
	struct measure *m;

	plan_make(s, &caps, &plan);
	assert_false(plan_refused(&plan));
	m = measure_new(s, &plan, "c0ffee", 1);
	assert_non_null(m);
	m->phases[0].reached = true;
	m->counters[0] = (struct counters){.eligible = eligible, .matched = matched};
	why_not(m);
	assert_in_range(m->n_notes, 0, 1);
	snprintf(text, sizeof(text), "%s", m->n_notes ? m->notes[0] : "");
	measure_free(m);
	scenario_free(s);
	return text;
}

static void functions_may_be_elsewhere(void **state)
{
	(void)state;
	assert_string_equal(note("{kill: SIGTERM, on: 'user:/bin/sh:f'}", 0, 0),
		"rule 1: the target never came by user:/bin/sh:f; is it inlined, or in another "
		"copy of the file (docs/why-nothing-matched.md)?");
}

static void calls_of_the_same_use_are_named(void **state)
{
	static const struct {
		const char *call, *others;
	} all[] = {
		{"fsync", "; programs also use fdatasync, sync_file_range, syncfs, msync, sync "
			  "(%sync)"},
		{"read", "; programs also use pread64, readv, preadv, preadv2, copy_file_range, "
			 "recvfrom, recvmsg, recvmmsg"},
		{"recvfrom", "; programs also use read, readv, recvmsg, recvmmsg"},
		{"copy_file_range", "; programs also use read, write, pread64, pwrite64, readv, "
				    "writev, preadv, pwritev, preadv2, pwritev2, sendfile"},
		{"renameat2", "; programs also use rename, renameat"},
		{"getpgid", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		char fault[64], wanted[300];

		snprintf(fault, sizeof(fault), "{fail: EIO, on: %s}", all[i].call);
		snprintf(wanted, sizeof(wanted), "rule 1: the target never called %s%s",
			all[i].call, all[i].others);
		assert_string_equal(note(fault, 0, 0), wanted);
	}
	assert_string_equal(note("{fail: EIO, on: [read, write]}", 0, 0),
		"rule 1: the target made none of its calls");
}

static void what_where_asks_for_is_hinted_at(void **state)
{
	static const struct {
		const char *where, *hint;
	} all[] = {
		{"fd: socket", "; fd: see what it is in /proc/PID/fd"},
		{"comm: x", "; comm is the process's name, thread_name a thread's"},
		{"path: /a*", "; path: links are followed for whole names, not for names with *"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		char fault[100], wanted[200];
		const char *said;

		snprintf(fault, sizeof(fault), "{fail: EIO, on: read, where: {%s}}", all[i].where);
		snprintf(wanted, sizeof(wanted), "rule 1: of 7 calls none was what `where` means%s",
			all[i].hint);
		said = note(fault, 7, 0);
		if (strncmp(said, wanted, strlen(wanted)))
			fail_msg("%s, not %s", said, wanted);
	}
}

static void nothing_is_said_of_a_rule_that_met_some(void **state)
{
	(void)state;
	assert_string_equal(note("{fail: EIO, on: read}", 7, 1), "");
	assert_string_equal(note("{drop: egress}", 7, 0), "");
}

static void sockets_may_be_anothers(void **state)
{
	(void)state;
	assert_string_equal(note("{drop: egress}", 0, 0),
		"rule 1: no packets of the target's sockets: a socket belongs to the cgroup in "
		"which it was made");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_may_be_elsewhere),
		cmocka_unit_test(calls_of_the_same_use_are_named),
		cmocka_unit_test(what_where_asks_for_is_hinted_at),
		cmocka_unit_test(nothing_is_said_of_a_rule_that_met_some),
		cmocka_unit_test(sockets_may_be_anothers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
