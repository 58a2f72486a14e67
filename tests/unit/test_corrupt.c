// SPDX-License-Identifier: GPL-2.0
/* Which bytes of what was read are changed (bpf/corrupt.h), and the keys that say so. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../bpf/decide.bpf.h"
#include "../../bpf/corrupt.h"
#include "faults/kind.h"
#include "made_up.h"

#define SIZE 20000

/* What becomes of `size` zero bytes that were read from this offset on. The changes are in the
 * order of the bytes, as the kernel side looks for them among pieces. */
static unsigned int corrupt(
	const struct corruption *c, __u64 seed, __u64 offset, __u64 size, unsigned char *bytes)
{
	struct changes all;
	unsigned int n = 0;
	__u64 last = 0;

	changes_begin(c, seed, offset, size, &all);
	for (__u64 i = 0; i < all.n; i++) {
		struct change one = {};

		if (!change_at(c, &all, i, &one))
			continue;
		assert_in_range(one.at, offset, offset + size - 1);
		assert_true(one.at >= last);
		last = one.at;
		bytes[one.at - offset] = (bytes[one.at - offset] & one.keep) ^ one.flip;
		n++;
	}
	return n;
}

static unsigned int bits_of(const unsigned char *bytes, size_t from, size_t to)
{
	unsigned int n = 0;

	for (size_t i = from; i < to; i++)
		n += __builtin_popcount(bytes[i]);
	return n;
}

/* So many in each page of the file, wherever the call began; none of them twice. */
static void bits_of_each_block(void **state)
{
	const struct corruption c = {.kind = CORRUPT_FLIP, .count = 5, .of = 4096};

	(void)state;
	for (__u64 seed = 0; seed < 200; seed++) {
		unsigned char bytes[SIZE] = {};

		assert_int_equal(corrupt(&c, seed, 4096, 8192, bytes), 10);
		assert_int_equal(bits_of(bytes, 0, 4096), 5);
		assert_int_equal(bits_of(bytes, 4096, 8192), 5);
		memset(bytes, 0, sizeof(bytes));
		assert_int_equal(corrupt(&c, seed, 4000, 200, bytes), 10);
		assert_int_equal(bits_of(bytes, 0, 96), 5);
		assert_int_equal(bits_of(bytes, 96, 200), 5);
	}
}

/* Fewer bits were read than are to be flipped: all of them are, once. */
static void more_bits_than_there_are(void **state)
{
	const struct corruption c = {.kind = CORRUPT_FLIP, .count = 100};
	unsigned char bytes[1] = {};

	(void)state;
	assert_int_equal(corrupt(&c, 3, 0, 1, bytes), 8);
	assert_int_equal(bytes[0], 0xff);
}

static void every_bit_is_drawn(void **state)
{
	const struct corruption c = {.kind = CORRUPT_FLIP, .count = 1};
	unsigned char bytes[8] = {}, all[8] = {};

	(void)state;
	for (__u64 seed = 0; seed < 2000; seed++) {
		memset(bytes, 0, sizeof(bytes));
		assert_int_equal(corrupt(&c, random_at(seed, 0), 0, 8, bytes), 1);
		for (int i = 0; i < 8; i++)
			all[i] |= bytes[i];
	}
	for (int i = 0; i < 8; i++)
		assert_int_equal(all[i], 0xff);
}

/* In a row, the pattern from its beginning on, within the bytes that are meant. */
static void a_run_of_a_pattern(void **state)
{
	const struct corruption c = {.kind = CORRUPT_FILL,
		.count = 8,
		.first = 1000,
		.end = 1100,
		.pattern_len = 3,
		.pattern = {1, 2, 3}};
	unsigned char wanted[8] = {1, 2, 3, 1, 2, 3, 1, 2};

	(void)state;
	for (__u64 seed = 0; seed < 500; seed++) {
		unsigned char bytes[SIZE] = {}, *run;

		assert_int_equal(corrupt(&c, seed, 500, 2000, bytes), 8);
		run = memmem(bytes, 2000, wanted, sizeof(wanted));
		assert_non_null(run);
		assert_in_range(run - bytes, 500, 592);
		memset(run, 0, sizeof(wanted));
		assert_int_equal(bits_of(bytes, 0, 2000), 0);
	}
}

static void nothing_outside_the_range(void **state)
{
	const struct corruption c = {
		.kind = CORRUPT_FLIP, .count = 9, .of = 512, .first = 4096, .end = 4097};
	unsigned char bytes[SIZE] = {};

	(void)state;
	assert_int_equal(corrupt(&c, 1, 0, 4096, bytes), 0);
	assert_int_equal(corrupt(&c, 1, 4097, 4096, bytes), 0);
	assert_int_equal(bits_of(bytes, 0, SIZE), 0);
	assert_int_equal(corrupt(&c, 1, 0, 8192, bytes), 8);
	assert_int_equal(bytes[4096], 0xff);
	assert_int_equal(bits_of(bytes, 0, SIZE), 8);
}

/* To the end, from a multiple of `of` on, wherever in the file the call began. */
static void cut_off(void **state)
{
	const struct corruption c = {.kind = CORRUPT_TRUNCATE, .of = 512};
	bool all = false, some = false;

	(void)state;
	for (__u64 seed = 0; seed < 300; seed++) {
		unsigned char bytes[SIZE];
		unsigned int n, left;

		memset(bytes, 0xff, sizeof(bytes));
		n = corrupt(&c, random_at(seed, 7), 300, 3000, bytes);
		left = 3000 - n;
		assert_int_equal(bits_of(bytes, 0, left), 8 * left);
		assert_int_equal(bits_of(bytes, left, 3000), 0);
		assert_true(!left || (300 + left) % 512 == 0);
		all |= !left;
		some |= left > 1500;
	}
	assert_true(all && some);
}

static void no_more_than_a_million(void **state)
{
	const struct corruption flips = {.kind = CORRUPT_FLIP, .count = 8, .of = 1};
	const struct corruption cut = {.kind = CORRUPT_TRUNCATE, .of = 1ull << 40};
	struct changes all;

	(void)state;
	changes_begin(&flips, 1, 0, 1ull << 40, &all);
	assert_int_equal(all.n, MAX_CHANGES);
	changes_begin(&cut, 1, 0, 1ull << 31, &all);
	assert_int_equal(all.n, MAX_CHANGES);
	assert_int_equal(all.cut, 0);
}

static void said(const char *keys, const char *wanted)
{
	char fault[300], text[200];
	struct scenario *s;

	snprintf(fault, sizeof(fault), "{corrupt: {%s}, on: %s, where: {fd: file}}", keys,
		strstr(keys, "lose") ? "write" : "read");
	s = scenario_of(fault, "{cgroup: a}");
	fault_describe(&s->faults[0], text, sizeof(text));
	assert_string_equal(text, wanted);
	scenario_free(s);
}

static void is_told_as_it_was_said(void **state)
{
	(void)state;
	said("flip: 1 bit, of: 4k", "corrupt flip 1 bit of 4k on read, the file stays whole");
	said("flip: 12", "corrupt flip 12 bits on read, the file stays whole");
	said("zero: 512, offset: 0-8191",
		"corrupt zero 512, bytes 0-8191 on read, the file stays whole");
	said("pattern: 0xDEADbeef, bytes: 64, offset: 1M-",
		"corrupt pattern deadbeef for 64 bytes, bytes 1048576- on read, the file stays "
		"whole");
	said("pattern: ff", "corrupt pattern ff on read, the file stays whole");
	said("truncate: true, of: 512", "corrupt truncate of 512 on read, the file stays whole");
	said("lose: true", "corrupt lose on write, never written");
	said("short: 12.5%", "corrupt short 12.5% on read");
	said("end: true", "corrupt end on read");
}

/* Members of a group that return no bytes are left out. */
static void groups_are_narrowed(void **state)
{
	struct scenario *s = scenario_of(
		"{corrupt: {flip: 1}, on: \"%desc\", where: {fd: file}}", "{cgroup: a}");

	(void)state;
	assert_int_equal(s->faults[0].n_points, 5);
	assert_int_equal(s->faults[0].points[0], POINT_read);
	scenario_free(s);
	s = scenario_of("{corrupt: {lose: true}, on: \"%desc\", where: {fd: file}}", "{cgroup: a}");
	assert_int_equal(s->faults[0].n_points, 5);
	assert_int_equal(s->faults[0].points[0], POINT_write);
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_of_each_block),
		cmocka_unit_test(more_bits_than_there_are),
		cmocka_unit_test(every_bit_is_drawn),
		cmocka_unit_test(a_run_of_a_pattern),
		cmocka_unit_test(nothing_outside_the_range),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(no_more_than_a_million),
		cmocka_unit_test(is_told_as_it_was_said),
		cmocka_unit_test(groups_are_narrowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
