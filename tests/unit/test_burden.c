// SPDX-License-Identifier: GPL-2.0
/* What uses memory and cores up: how much is due when, how it is told, and that it ends. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "made_up.h"
#include "actors/burden.h"
#include "base/process.h"
#include "faults/kind.h"

#define MB (1ull << 20)
#define S 1000000000ull

static uint64_t deadline_ns;
static struct burden_word *word;

static uint64_t deadline(const void *context)
{
	return *(const uint64_t *)context;
}

static void it_grows(void **state)
{
	struct burden b = {.ramp_ns = 10 * S};

	(void)state;
	assert_int_equal(burden_due(&b, 100 * MB, 0), 0);
	assert_int_equal(burden_due(&b, 100 * MB, 5 * S), 50 * MB);
	assert_int_equal(burden_due(&b, 100 * MB, 10 * S), 100 * MB);
	assert_int_equal(burden_due(&b, 100 * MB, 100 * S), 100 * MB);
	b.ramp_ns = 0;
	assert_int_equal(burden_due(&b, 100 * MB, 0), 100 * MB);
}

static struct burden ready(uint64_t until_ns)
{
	word = mmap(NULL, sizeof(*word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(word != MAP_FAILED);
	word->until_ns = until_ns;
	deadline_ns = UINT64_MAX;
	return (struct burden){.sharers = 1,
		.file = -1,
		.deadline = deadline,
		.context = &deadline_ns,
		.word = word};
}

/* In a process of its own; what it used, which is over. */
static struct rusage carry(const struct burden *b)
{
	struct rusage used;
	int status;
	pid_t pid = fork();

	if (!pid)
		burden_carry(b);
	assert_int_equal(wait4(pid, &status, 0, &used), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return used;
}

static void memory_is_held(void **state)
{
	struct burden b = ready(monotonic_ns() + 2 * S);

	(void)state;
	b.bytes = 24 * MB;
	assert_true(carry(&b).ru_maxrss >= 24 * 1024);
	assert_int_equal(word->held, 24 * MB);
	assert_int_equal(word->backed_off, 0);
}

/* The host's memory is more than the host has to spare. */
static void the_host_keeps_its_floor(void **state)
{
	struct burden b = ready(monotonic_ns() + S / 2);

	(void)state;
	b.bytes = 24 * MB;
	b.leave = 2 * host_memory();
	carry(&b);
	assert_int_equal(word->held, 0);
	assert_true(host_memory_available() && host_memory_available() < host_memory());
}

/* Without a heartbeat it ends, whatever it was told. */
static void it_ends_with_the_deadline(void **state)
{
	struct burden b = ready(UINT64_MAX);
	uint64_t began = monotonic_ns();

	(void)state;
	deadline_ns = began + S / 2;
	b.load_ppm = 1000;
	carry(&b);
	assert_true(monotonic_ns() - began >= S / 2);
}

static void a_core_is_used_no_more_than_so_far(void **state)
{
	struct burden b = ready(monotonic_ns() + 2 * S);
	struct rusage used;

	(void)state;
	b.load_ppm = 200000;
	used = carry(&b);
	/* A busy host gives less; a period more is what it may be ahead. */
	assert_true(used.ru_utime.tv_sec + used.ru_stime.tv_sec == 0);
	assert_in_range(used.ru_utime.tv_usec + used.ru_stime.tv_usec, 10000, 430000);
}

/* The file system has more than is asked for; as much as is to be left is never taken. */
static void space_is_left(void **state)
{
	char path[] = "/tmp/jinx-burden-XXXXXX";
	struct burden b = ready(monotonic_ns() + S);
	struct statvfs st;
	struct stat file;

	(void)state;
	b.file = mkstemp(path);
	assert_true(b.file >= 0 && !unlink(path) && !fstatvfs(b.file, &st));
	b.leave = st.f_bavail * st.f_frsize;
	b.leave -= b.leave > 16 * MB ? 8 * MB : 0;
	carry(&b);
	assert_int_equal(fstat(b.file, &file), 0);
	assert_int_equal(file.st_size, word->held);
	assert_true(word->held <= 8 * MB);
	close(b.file);
}

static void in_words(void **state)
{
	static const char *const all[][2] = {{"{exhaust: {memory: 200M}}", "exhaust memory 200M"},
		{"{exhaust: {memory: 1.5G, ramp: 10s}}", "exhaust memory 1.5G, growing for 10s"},
		{"{exhaust: {memory: 60%}}", "exhaust memory 60%"},
		{"{exhaust: {disk: /var, leave: 64M, ramp: 1s}}",
			"exhaust disk /var, leaving 64M, growing for 1s"},
		{"{exhaust: {cpu: 75%}}", "exhaust cpu 75%"},
		{"{exhaust: {cpu: 75%, cores: 1}}", "exhaust cpu 75% of 1 core"},
		{"{exhaust: {cpu: 5%, cores: 2, ramp: 2s}}",
			"exhaust cpu 5% of 2 cores, growing for 2s"}};
	char text[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct scenario *s = scenario_of(all[i][0], "{cgroup: a}");

		fault_describe(&s->faults[0], text, sizeof(text));
		assert_string_equal(text, all[i][1]);
		scenario_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_grows),
		cmocka_unit_test(memory_is_held),
		cmocka_unit_test(the_host_keeps_its_floor),
		cmocka_unit_test(it_ends_with_the_deadline),
		cmocka_unit_test(a_core_is_used_no_more_than_so_far),
		cmocka_unit_test(space_is_left),
		cmocka_unit_test(in_words),
	};

	return cmocka_run_group_tests_name("burden", tests, NULL, NULL);
}
