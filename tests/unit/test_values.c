// SPDX-License-Identifier: GPL-2.0
/* The values that files and quick verbs share. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "scenario/scenario.h"

static struct complaint why;

static void durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"1ns", 1}, {"50us", 50000}, {"20ms", 20000000}, {"1.5s", 1500000000},
		{"3 s", 3000000000}, {"2m", 120000000000}, {"24h", 86400000000000}};
	static const char *const bad[] = {"", "5", "s", "-1s", "1.s", ".5s", "1e3s", "1s1", "0s",
		"0.1ns", "25h", "1d", "nan s", "1 m s"};
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(parse_duration(good[i].text, &ns, &why), 0);
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse_duration(bad[i], &ns, &why), -EINVAL);
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

static void errnos_and_signals(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse_errno("EIO", &n, &why), 0);
	assert_int_equal(n, EIO);
	assert_int_equal(parse_errno("EWOULDBLOCK", &n, &why), 0);
	assert_int_equal(n, EAGAIN);
	assert_int_equal(parse_errno("4095", &n, &why), 0);
	assert_int_equal(n, 4095);
	assert_int_equal(parse_errno("eio", &n, &why), -EINVAL);
	assert_int_equal(parse_errno("ENOSPCE", &n, &why), -EINVAL);
	assert_string_equal(why.message, "unknown errno \"ENOSPCE\"; did you mean \"ENOSPC\"?");
	assert_int_equal(parse_signal("SIGKILL", &n, &why), 0);
	assert_int_equal(n, SIGKILL);
	assert_int_equal(parse_signal("TERM", &n, &why), 0);
	assert_int_equal(n, SIGTERM);
	assert_int_equal(parse_signal("10", &n, &why), 0);
	assert_int_equal(n, 10);
	assert_int_equal(parse_signal("65", &n, &why), -EINVAL);
	for (int e = 1; e < 134; e++) {
		if (e == 41 || e == 58)
			continue; /* Linux has no such errno */
		assert_int_equal(parse_errno(errno_name(e), &n, &why), 0);
		assert_int_equal(n, e);
	}
}

static void counts(void **state)
{
	uint64_t n;

	(void)state;
	assert_int_equal(parse_count("18446744073709551615", &n, &why), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(parse_count("18446744073709551616", &n, &why), -EINVAL);
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
	assert_int_equal(parse_points("", &f, &why), -EINVAL);
	assert_int_equal(members("%net"), members("%network"));
	for (size_t g = 0; g < n_groups; g++)
		assert_in_range(members(groups[g].name), 8, NR_POINTS);
	for (int p = 0; p < NR_POINTS; p++)
		calls += points[p].syscall_nr >= 0;
	assert_in_range(calls, 120, MAX_SYSCALLS);
}

static void nearest_words(void **state)
{
	static const char *const words[] = {"openat", "open", "close"};

	(void)state;
	assert_string_equal(nearest("opneat", words, 3), "openat");
	assert_string_equal(nearest("clsoe", words, 3), "close");
	assert_null(nearest("xyz", words, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(chances),
		cmocka_unit_test(errnos_and_signals),
		cmocka_unit_test(counts),
		cmocka_unit_test(points_and_groups),
		cmocka_unit_test(nearest_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
