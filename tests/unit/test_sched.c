// SPDX-License-Identifier: GPL-2.0
/* Cores and priorities of threads: what is drawn, from whom a new thread has what it has, and that
 * each gets back its own. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/process.h"
#include "undo/cpuset.h"
#include "undo/journal.h"

static void levels_are_never_above(void **state)
{
	const struct sched_thread was = {.nice = 5, .policy = SCHED_BATCH};
	const struct sched_thread idle = {.nice = -3, .policy = SCHED_IDLE};

	(void)state;
	for (unsigned int n = 0; n < SCHED_LEVELS; n++) {
		struct sched_thread level = sched_level(was, n);

		assert_true(level.nice >= was.nice && level.nice <= 19);
		assert_true(sched_is_level(&was, &level));
		level = sched_level(idle, n);
		assert_int_equal(level.nice, -3);
		assert_int_equal(level.policy, SCHED_IDLE);
	}
	assert_int_equal(sched_level(was, 0).nice, 5);
	assert_int_equal(sched_level(was, 1).nice, 12);
	assert_int_equal(sched_level(was, 2).nice, 19);
	assert_int_equal(sched_level(was, 3).policy, SCHED_IDLE);
	/* What a thread has chosen itself. */
	assert_false(
		sched_is_level(&was, &(struct sched_thread){.nice = 6, .policy = SCHED_BATCH}));
	assert_false(
		sched_is_level(&was, &(struct sched_thread){.nice = 5, .policy = SCHED_OTHER}));
	/* Between two calls. */
	assert_true(sched_is_level(&was, &(struct sched_thread){.nice = 19, .policy = SCHED_IDLE}));
}

static struct undo *record(int32_t tgid, unsigned int n)
{
	struct undo *u = calloc(1, sizeof(*u));

	assert_non_null(u);
	u->kind = UNDO_SCHED;
	snprintf(u->directory, sizeof(u->directory), "/nowhere");
	for (unsigned int i = 0; i < n; i++)
		u->group.threads[u->n_threads++] =
			(struct sched_thread){.tid = tgid + n - 1 - i, .tgid = tgid, .nice = i};
	return u;
}

/* Its process's first thread, if nothing speaks for another one; else that of a process above. */
static void origin_of_a_thread(void **state)
{
	struct undo *first = record(7000000, 3), *second = record(getpid(), 2);
	struct sched_record all[] = {sched_record_of(first), sched_record_of(second)};
	struct sched_thread one = {.tid = 7000009, .tgid = 7000000, .nice = 2};
	const struct sched_thread *origin;
	unsigned int which = 9;

	(void)state;
	origin = sched_origin(all, 2, &one, &which);
	assert_non_null(origin);
	assert_int_equal(which, 0);
	assert_int_equal(origin->tid, 7000000);
	one.nice = 1; /* which the first one, with 2, can't have been given */
	origin = sched_origin(all, 2, &one, &which);
	assert_int_equal(origin->nice, 1);
	one = (struct sched_thread){.tid = 7000010, .tgid = getpid(), .nice = 19};
	origin = sched_origin(all, 2, &one, &which);
	assert_int_equal(which, 1);
	assert_int_equal(origin->tid, getpid());
	/* A process that nobody is above any more. */
	one.tgid = 7000011;
	assert_non_null(sched_origin(all, 2, &one, &which));
	assert_null(sched_origin(all, 0, &one, &which));
	free(first);
	free(second);
}

static pid_t start_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* of a test that failed nobody waits for it */
		for (;;)
			pause();
	}
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void fill(struct undo *u, pid_t pid, bool priorities)
{
	*u = (struct undo){.kind = UNDO_SCHED, .n_threads = 1};
	snprintf(u->directory, sizeof(u->directory), "/nowhere");
	snprintf(u->line, sizeof(u->line), "%s", priorities ? "priorities" : "");
	assert_true(sched_look(pid, &u->group.threads[0]));
	assert_int_equal(sched_cores(pid, &u->cores_before), 0);
}

/* Root's alone, as a nice value is raised again. */
static void each_gets_back_its_own(void **state)
{
	struct journal *j = journal_new();
	pid_t pid = start_child();
	struct sched_thread now, to;
	struct undo *u = calloc(1, sizeof(*u));
	unsigned int number;

	(void)state;
	assert_non_null(j);
	assert_non_null(u);
	fill(u, pid, true);
	assert_int_equal(journal_add(j, u, &number), 0);
	for (unsigned int n = 1; n < SCHED_LEVELS && !getuid(); n++) {
		to = sched_level(u->group.threads[0], n);
		assert_int_equal(sched_set_priority(pid, &to), 0);
		assert_int_equal(journal_undo(j), 1);
		assert_true(sched_look(pid, &now));
		assert_int_equal(now.nice, u->group.threads[0].nice);
		assert_int_equal(now.policy, u->group.threads[0].policy);
		assert_int_equal(journal_undo(j), 0);
	}
	/* Another process that has the number by now has nothing of jinx's. */
	u->group.threads[0].started++;
	assert_int_equal(journal_add(j, u, &number), 0);
	assert_int_equal(journal_undo(j), 0);
	end_child(pid);
	journal_free(j);
	free(u);
}

static void own_choices_stay(void **state)
{
	struct journal *j = journal_new();
	pid_t pid = start_child();
	struct sched_thread now;
	struct undo *u = calloc(1, sizeof(*u));
	unsigned int number;

	(void)state;
	assert_non_null(u);
	fill(u, pid, true);
	assert_int_equal(journal_add(j, u, &number), 0);
	assert_int_equal(setpriority(PRIO_PROCESS, pid, u->group.threads[0].nice + 3), 0);
	assert_int_equal(journal_undo(j), 0);
	assert_true(sched_look(pid, &now));
	assert_int_equal(now.nice, u->group.threads[0].nice + 3);
	/* Where no priorities are drawn all are the thread's own. */
	journal_remove(j, number);
	fill(u, pid, false);
	assert_int_equal(journal_add(j, u, &number), 0);
	assert_int_equal(setpriority(PRIO_PROCESS, pid, 19), 0);
	assert_int_equal(journal_undo(j), 0);
	end_child(pid);
	journal_free(j);
	free(u);
}

/* By one call it has chosen one of both: the other one is what it was. A realtime thread too. */
static void half_a_choice_stays(void **state)
{
	const struct sched_param one = {.sched_priority = 1};
	struct journal *j = journal_new();
	pid_t pid = start_child();
	struct undo *u = calloc(1, sizeof(*u));
	struct sched_thread *was, now, to;
	unsigned int number;

	(void)state;
	if (getuid())
		skip();
	assert_non_null(u);
	fill(u, pid, true);
	was = &u->group.threads[0];
	assert_int_equal(journal_add(j, u, &number), 0);
	to = sched_level(*was, 3);
	assert_int_equal(sched_set_priority(pid, &to), 0);
	assert_int_equal(setpriority(PRIO_PROCESS, pid, 7), 0);
	assert_int_equal(journal_undo(j), 1);
	assert_true(sched_look(pid, &now));
	assert_int_equal(now.nice, 7);
	assert_int_equal(now.policy, was->policy);
	to = sched_level(*was, 2);
	assert_int_equal(sched_set_priority(pid, &to), 0);
	if (sched_setscheduler(pid, SCHED_RR, &one))
		assert_int_equal(sched_setscheduler(pid, SCHED_BATCH, &(struct sched_param){}), 0);
	assert_int_equal(journal_undo(j), 1);
	assert_int_equal(getpriority(PRIO_PROCESS, pid), was->nice);
	assert_int_not_equal(sched_getscheduler(pid), was->policy);
	assert_int_equal(journal_undo(j), 0);
	/* One that it has started has that from it. */
	to = (struct sched_thread){.nice = 7, .policy = sched_level(*was, 3).policy};
	to = sched_without(was, to);
	assert_int_equal(to.nice, 7);
	assert_int_equal(to.policy, was->policy);
	end_child(pid);
	journal_free(j);
	free(u);
}

/* As the kernel writes them; and one that runs on all that its cpuset has is where it is by any. */
static void cores_of_a_cpuset(void **state)
{
	static const char *const wrong[] = {"", "\n", "a", "1-", "3-1", "1024", "0-1024", "1;2"};
	struct cores c, own;

	(void)state;
	assert_true(cores_parse("0-2,65,1023\n", &c));
	assert_int_equal(c.words[0], 7);
	assert_int_equal(c.words[1], 2);
	assert_int_equal(c.words[15], 1ull << 63);
	assert_true(cores_parse("4", &c));
	assert_int_equal(c.words[0], 16);
	assert_int_equal(c.words[1], 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(cores_parse(wrong[i], &c));
	if (!cpuset_of(getpid(), &c))
		skip();
	assert_int_equal(sched_cores(getpid(), &own), 0);
	assert_true(sched_is_at(getpid(), &sched_any_core, &c));
	assert_true(sched_is_at(getpid(), &own, &own));
	c.words[0] ^= 1;
	assert_false(sched_is_at(getpid(), &sched_any_core, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_are_never_above),
		cmocka_unit_test(origin_of_a_thread),
		cmocka_unit_test(each_gets_back_its_own),
		cmocka_unit_test(own_choices_stay),
		cmocka_unit_test(half_a_choice_stays),
		cmocka_unit_test(cores_of_a_cpuset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
