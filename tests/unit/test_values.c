// SPDX-License-Identifier: GPL-2.0
/* The values that files and quick verbs share. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "scenario/scenario.h"

static struct error why;

static void durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"1ns", 1}, {"50us", 50000}, {"20ms", 20000000}, {"1.5s", 1500000000},
		{"3 s", 3000000000}, {"2m", 120000000000}, {"24h", 86400000000000},
		{"1m30s", 90000000000}, {"1h1m1s1ms1us1ns", 3661001001001},
		{"1.5s10ms", 1510000000}};
	static const char *const bad[] = {"", "5", "s", "-1s", "1.s", ".5s", "1e3s", "1s1", "0s",
		"0.1ns", "25h", "1d", "nan s", "1 m s", "1s1m", "1s1s", "1m30", "1m 30s", "1mm",
		"23h60m1ns"};
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_duration(good[i].text, &ns, &why), 0);
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_duration(bad[i], &ns, &why), -EINVAL);
}

/* Zeros before a number make it no other number; what is longer than any number is none. */
static void long_numbers(void **state)
{
	char text[100];
	uint64_t ns;

	(void)state;
	for (int digits = 2; digits < 90; digits++) {
		snprintf(text, sizeof(text), "%0*dms", digits, 7);
		if (digits < 64) {
			assert_int_equal(parse_duration(text, &ns, &why), 0);
			assert_int_equal(ns, 7000000);
		} else {
			assert_int_equal(parse_duration(text, &ns, &why), -EINVAL);
		}
	}
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {{"0", 0}, {"4096", 4096}, {"64k", 65536}, {"1M", 1 << 20}, {"1.5k", 1536},
		{"2G", 2ull << 30}, {"64 k", 65536}};
	static const char *const bad[] = {
		"", "k", "-1", "1kB", "1K", "1m", "9999999999G", "1 2", "0x10"};
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_size(good[i].text, &bytes, &why), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_size(bad[i], &bytes, &why), -EINVAL);
}

static void spreads(void **state)
{
	static const struct {
		const char *text;
		struct spread s;
	} good[] = {{"200ms", {200000000, 0, SPREAD_UNIFORM}},
		{"200 ms", {200000000, 0, SPREAD_UNIFORM}},
		{"200ms ± 50ms", {200000000, 50000000, SPREAD_UNIFORM}},
		{"200ms±50ms", {200000000, 50000000, SPREAD_UNIFORM}},
		{"200ms +- 50ms normal", {200000000, 50000000, SPREAD_NORMAL}},
		{"1s +/- 1s pareto", {1000000000, 1000000000, SPREAD_PARETO}},
		{"1us +- 0.5 us  uniform", {1000, 500, SPREAD_UNIFORM}},
		{"100ms 10ms", {100000000, 10000000, SPREAD_UNIFORM}},
		{"1s500ms 100 ms pareto", {1500000000, 100000000, SPREAD_PARETO}}};
	static const char *const bad[] = {"", "200", "ms", "200ms normal", "200ms ±", "± 50ms",
		"200ms ± 300ms", "200ms ± 50", "200ms ± 50ms gauss", "200ms +- 50ms +- 5ms",
		"200ms - 50ms", "0ms", "200ms ± 50ms normal normal", "normal"};
	struct spread s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_spread(good[i].text, &s, &why), 0);
		assert_int_equal(s.mean_ns, good[i].s.mean_ns);
		assert_int_equal(s.jitter_ns, good[i].s.jitter_ns);
		assert_int_equal(s.distribution, good[i].s.distribution);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		why.message[0] = '\0';
		if (parse_spread(bad[i], &s, &why) != -EINVAL || !why.message[0])
			fail_msg("\"%s\" is taken for a delay", bad[i]);
	}
}

static void rates(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"100/s", 10000000}, {"1/s", 1000000000}, {"30/m", 2000000000},
		{"1/h", 3600000000000}, {"0.5/s", 2000000000}, {"1000000/s", 1000}};
	static const char *const bad[] = {
		"", "100", "/s", "0/s", "0.5/h", "1000001/s", "100/d", "100 per s", "-1/s"};
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_rate(good[i].text, &ns, &why), 0);
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_rate(bad[i], &ns, &why), -EINVAL);
}

static void ramps(void **state)
{
	static const char *const bad[] = {"", "30%", "0% ->", "-> 30%", "0% 30%", "10% -> 10%",
		"0% -> 101%", "0 -> 30%", "0% -> 30% -> 0%"};
	struct trigger t;

	(void)state;
	trigger_init(&t);
	assert_int_equal(parse_ramp("0% → 30%", &t, &why), 0);
	assert_true(t.has_ramp && t.chance_ppm == 0 && t.ramp_ppm == 300000);
	assert_int_equal(parse_ramp("50%->10ppm", &t, &why), 0);
	assert_true(t.chance_ppm == 500000 && t.ramp_ppm == 10);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_ramp(bad[i], &t, &why), -EINVAL);
}

static void chances(void **state)
{
	static const struct {
		const char *text;
		uint32_t ppm;
	} good[] = {{"100%", PPM}, {"30%", 300000}, {"0.5%", 5000}, {"1ppm", 1}, {"0.0001%", 1},
		{"1000000ppm", PPM}};
	static const char *const bad[] = {
		"", "0.5", "0%", "0.4ppm", "100.1%", "1000001ppm", "-1%", "%", "5 percent"};
	uint32_t ppm;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_chance(good[i].text, &ppm, &why), 0);
		assert_int_equal(ppm, good[i].ppm);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_chance(bad[i], &ppm, &why), -EINVAL);
}

static void errnos(void **state)
{
	static const struct {
		const char *text;
		int error;
	} good[] = {{"EIO", EIO}, {"5", EIO}, {"EWOULDBLOCK", EAGAIN}, {"EAGAIN", EAGAIN},
		{"ENOTSUP", EOPNOTSUPP}, {"EOPNOTSUPP", EOPNOTSUPP}, {"EDEADLOCK", EDEADLK},
		{"EDEADLK", EDEADLK}, {"1", 1}, {"4095", 4095}};
	static const char *const bad[] = {
		"", "0", "4096", "18446744073709551621", "-5", "EIO ", "5x", "eio", "ERESTARTSYS"};
	int n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_errno(good[i].text, &n, &why), 0);
		assert_int_equal(n, good[i].error);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_errno(bad[i], &n, &why), -EINVAL);
	assert_int_equal(parse_errno("ENOSPCE", &n, &why), -EINVAL);
	assert_string_equal(why.message, "unknown errno \"ENOSPCE\"; did you mean \"ENOSPC\"?");
	for (int e = 1; e < 134; e++) {
		if (e == 41 || e == 58)
			continue; /* Linux has no such errno */
		assert_int_equal(parse_errno(errno_name(e), &n, &why), 0);
		assert_int_equal(n, e);
	}
	assert_string_equal(errno_name(4095), "errno 4095");
}

static void signals(void **state)
{
	static const struct {
		const char *text;
		int signal;
	} good[] = {{"SIGKILL", SIGKILL}, {"TERM", SIGTERM}, {"10", SIGUSR1}, {"1", 1}, {"64", 64}};
	static const char *const bad[] = {"", "0", "65", "SIG", "SIGSIGTERM", "term", "-9", "SIG9"};
	int n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_signal(good[i].text, &n, &why), 0);
		assert_int_equal(n, good[i].signal);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_signal(bad[i], &n, &why), -EINVAL);
	assert_int_equal(parse_signal("sigusr1", &n, &why), -EINVAL);
	assert_string_equal(why.message, "unknown signal \"sigusr1\"; did you mean \"SIGUSR1\"?");
	for (int s = 1; s < 32; s++) {
		assert_int_equal(parse_signal(signal_name(s), &n, &why), 0);
		assert_int_equal(n, s);
	}
	assert_string_equal(signal_name(64), "signal 64");
}

static void counts(void **state)
{
	uint64_t n;

	(void)state;
	assert_int_equal(parse_count("18446744073709551615", &n, &why), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(parse_count("18446744073709551616", &n, &why), -EINVAL);
	assert_int_equal(parse_count("", &n, &why), -EINVAL);
	assert_int_equal(parse_count("0x10", &n, &why), -EINVAL);
	assert_int_equal(parse_count("+1", &n, &why), -EINVAL);
	assert_int_equal(parse_count(" 1", &n, &why), -EINVAL);
}

static unsigned int members(const char *group)
{
	struct fault_spec f = {};

	assert_int_equal(parse_points(group, &f, &why), 0);
	for (unsigned int i = 0; i < f.n_points; i++)
		assert_true(f.from_group[i]);
	return f.n_points;
}

static void points_and_groups(void **state)
{
	struct fault_spec f = {};
	unsigned int calls = 0;

	(void)state;
	assert_int_equal(parse_points("openat, fsync,%ipc", &f, &why), 0);
	assert_int_equal(f.points[0], POINT_openat);
	assert_int_equal(f.points[1], POINT_fsync);
	assert_false(f.from_group[0]);
	assert_int_equal(parse_points("semop", &f, &why), 0); /* named after its group was */
	for (unsigned int i = 0; i < f.n_points; i++)
		if (f.points[i] == POINT_semop)
			assert_false(f.from_group[i]);
	assert_int_equal(parse_points("openat", &f, &why), -EINVAL);
	calls = f.n_points;
	assert_int_equal(parse_points("%ipc,%ipc", &f, &why), 0); /* each once */
	assert_int_equal(f.n_points, calls);
	calls = 0;
	assert_int_equal(members("%net"), members("%network"));
	for (size_t g = 0; g < n_groups; g++)
		assert_in_range(members(groups[g].name), 6, NR_POINTS);
	for (int p = 0; p < NR_POINTS; p++)
		calls += points[p].syscall_nr >= 0;
	assert_in_range(calls, 120, MAX_SYSCALLS);
}

static bool is_member(const char *call, unsigned int bit)
{
	for (int p = 0; p < NR_POINTS; p++)
		if (!strcmp(points[p].name, call))
			return points[p].groups & bit;
	fail_msg("no point %s", call);
	return false;
}

/* Samples of what strace 6.1 says of its own groups (-e trace=%desc and so on). */
static void groups_are_straces(void **state)
{
	static const struct {
		unsigned int bit;
		const char *in[4], *out[4];
	} rows[] = {
		{GROUP_FILE, {"openat", "execve", "statx", "mount"},
			{"read", "close", "fstat", "clone"}},
		{GROUP_DESC, {"read", "mmap", "openat", "fsync"},
			{"socket", "execve", "munmap", "kill"}},
		{GROUP_NETWORK, {"connect", "sendfile", "accept4", "getsockopt"},
			{"read", "pipe2", "close", "splice"}},
		{GROUP_MEMORY, {"mmap", "brk", "io_setup", "shmat"},
			{"read", "clone", "shmget", "fork"}},
		{GROUP_PROCESS, {"clone", "execveat", "wait4", "kill"},
			{"getpid", "prctl", "futex", "setns"}},
		{GROUP_IPC, {"semop", "shmat", "msgrcv", "shmctl"},
			{"mq_open", "futex", "pipe2", "socket"}},
		{GROUP_SIGNAL, {"kill", "signalfd4", "rt_sigaction", "io_uring_enter"},
			{"wait4", "alarm", "futex", "pidfd_open"}},
		/* jinx's own */
		{GROUP_SYNC, {"fsync", "fdatasync", "msync", "sync"},
			{"write", "close", "munmap", "flock"}},
		{GROUP_NEWFD, {"openat", "accept4", "pidfd_open", "dup"},
			{"close", "dup2", "fcntl", "write"}},
	};

	(void)state;
	assert_int_equal(ARRAY_SIZE(rows), n_groups);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t k = 0; k < ARRAY_SIZE(rows[i].in); k++) {
			assert_true(is_member(rows[i].in[k], rows[i].bit));
			assert_false(is_member(rows[i].out[k], rows[i].bit));
		}
}

/* A list that is half understood would hurt less than its author thinks. */
static void points_that_are_wrong(void **state)
{
	static const char *const rows[][2] = {
		{"", "a system call's name is missing in \"\""},
		{"read,", "a system call's name is missing in \"read,\""},
		{"read write", "no comma between the system calls in \"read write\""},
		{"read  , write close", "no comma between the system calls in \"write close\""},
		{"egress",
			"\"egress\" is not a system call: packets are dropped with drop: egress"},
		{"fsycn", "unknown system call \"fsycn\"; did you mean \"fsync\"?"},
		{"%fiel", "unknown group \"%fiel\"; did you mean \"%file\"?"},
		{"%", "unknown group \"%\""},
		{"file", "unknown system call \"file\"; did you mean \"%file\"?"},
		{"recv", "unknown system call \"recv\"; the system call is \"recvfrom\""},
		{"fstatat", "unknown system call \"fstatat\"; the system call is \"newfstatat\""},
		{"__x64_sys_openat",
			"unknown system call \"__x64_sys_openat\"; the system call is \"openat\""},
		{"close,%desc,close", "\"close\" is named twice"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fault_spec f = {};

		assert_int_equal(parse_points(rows[i][0], &f, &why), -EINVAL);
		assert_string_equal(why.message, rows[i][1]);
	}
}

static void nearest_words(void **state)
{
	static const char *const words[] = {"openat", "open", "close"};
	char endless[200];

	(void)state;
	assert_string_equal(nearest("opneat", words, 3), "openat");
	assert_string_equal(nearest("clsoe", words, 3), "close");
	assert_string_equal(nearest("OPEN", words, 3), "open");
	assert_string_equal(nearest("ope", words, 3), "open");
	assert_null(nearest("xyz", words, 3));
	assert_null(nearest("", words, 3));
	memset(endless, 'o', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_null(nearest(endless, words, 3));
}

/* Each way to be wrong has its own words: a number without a unit isn't called no duration. */
static void messages(void **state)
{
	static const struct {
		const char *text, *duration, *chance;
	} rows[] = {
		{"5", "\"5\" has no unit (50us, 20ms, 1.5s, 1m30s)",
			"chance \"5\" needs % or ppm after the number"},
		{"5%", "\"5%\" has an unknown unit (ns, us, ms, s, m, h)", NULL},
		{"5s", NULL, "chance \"5s\" needs % or ppm after the number"},
		{"x", "\"x\" is not a duration (50us, 20ms, 1.5s, 1m30s)",
			"\"x\" is not a chance (30%, 0.5%, 250ppm)"},
		{"25h", "\"25h\" is longer than a day",
			"chance \"25h\" needs % or ppm after the number"},
		{"100.1%", "\"100.1%\" has an unknown unit (ns, us, ms, s, m, h)",
			"chance \"100.1%\" is above 100%"},
		{"0ns", "\"0ns\" must be greater than zero",
			"chance \"0ns\" needs % or ppm after the number"},
		{"0.0%", "\"0.0%\" has an unknown unit (ns, us, ms, s, m, h)",
			"chance \"0.0%\" is below 1ppm: it would never fire"},
	};
	uint64_t ns;
	uint32_t ppm;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(
			parse_duration(rows[i].text, &ns, &why), rows[i].duration ? -EINVAL : 0);
		if (rows[i].duration)
			assert_string_equal(why.message, rows[i].duration);
		assert_int_equal(
			parse_chance(rows[i].text, &ppm, &why), rows[i].chance ? -EINVAL : 0);
		if (rows[i].chance)
			assert_string_equal(why.message, rows[i].chance);
	}
}

/* A message is valid UTF-8 without control characters, whatever was written. */
static void hostile_text_in_messages(void **state)
{
	char text[80];
	int n;

	(void)state;
	assert_int_equal(parse_errno("a\x1b[2J\n\x7f", &n, &why), -EINVAL);
	assert_string_equal(why.message, "unknown errno \"a\\x1b[2J\\x0a\\x7f\"");
	for (size_t before = 57; before <= 60; before++) {
		memset(text, 'x', before);
		strcpy(text + before, "\xe2\x82\xac, and so on"); /* three bytes, one character */
		assert_int_equal(parse_errno(text, &n, &why), -EINVAL);
		if (before == 57)
			assert_non_null(strstr(why.message, "x\xe2\x82\xac..."));
		else
			assert_non_null(strstr(why.message, "x..."));
	}
}

static void directions(void **state)
{
	enum direction d;

	(void)state;
	assert_int_equal(parse_direction("egress", &d, &why), 0);
	assert_int_equal(d, DIRECTION_EGRESS);
	assert_int_equal(parse_direction("ingress", &d, &why), 0);
	assert_int_equal(d, DIRECTION_INGRESS);
	assert_int_equal(parse_direction("both", &d, &why), 0);
	assert_int_equal(d, DIRECTION_EGRESS | DIRECTION_INGRESS);
	assert_int_equal(parse_direction("Egress", &d, &why), -EINVAL);
	assert_string_equal(why.message, "unknown direction \"Egress\"; did you mean \"egress\"?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(long_numbers),
		cmocka_unit_test(sizes),
		cmocka_unit_test(spreads),
		cmocka_unit_test(rates),
		cmocka_unit_test(ramps),
		cmocka_unit_test(chances),
		cmocka_unit_test(errnos),
		cmocka_unit_test(signals),
		cmocka_unit_test(counts),
		cmocka_unit_test(points_and_groups),
		cmocka_unit_test(groups_are_straces),
		cmocka_unit_test(points_that_are_wrong),
		cmocka_unit_test(nearest_words),
		cmocka_unit_test(messages),
		cmocka_unit_test(hostile_text_in_messages),
		cmocka_unit_test(directions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
