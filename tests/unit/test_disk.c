// SPDX-License-Identifier: GPL-2.0
/* io.max: its lines, and which disk a directory is on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "actors/disk.h"
#include "undo/journal.h"

static void a_line_of_io_max(void **state)
{
	static const char *const lines[] = {"8:0 rbps=max wbps=5242880 riops=max wiops=100",
		"259:1048575 rbps=18446744073709551615 wbps=18446744073709551615 "
		"riops=4294967295 wiops=4294967295"};
	uint64_t limits[NR_IO_LIMITS];
	char text[JOURNAL_VALUE_MAX];

	(void)state;
	disk_limits_read(lines[0], limits);
	assert_int_equal(limits[IO_READ], 0);
	assert_int_equal(limits[IO_WRITE], 5242880);
	assert_int_equal(limits[IO_READS], 0);
	assert_int_equal(limits[IO_WRITES], 100);
	disk_limits_write("8:0", limits, text, sizeof(text));
	assert_string_equal(text, lines[0]);
	disk_limits_read(lines[1], limits);
	disk_limits_write("259:1048575", limits, text, sizeof(text));
	assert_string_equal(text, lines[1]);
	disk_limits_read("", limits);
	disk_limits_write("8:0", limits, text, sizeof(text));
	assert_string_equal(text, "8:0 rbps=max wbps=max riops=max wiops=max");
}

static void one_line_of_many(void **state)
{
	static const char text[] = "8:0 rbps=1 wbps=max\n8:16 rbps=2 wbps=max\n";
	char value[JOURNAL_VALUE_MAX];
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	fputs(text, f);
	fflush(f);
	assert_int_equal(journal_read_value(fileno(f), "8:16", value), 0);
	assert_string_equal(value, "8:16 rbps=2 wbps=max");
	assert_int_equal(journal_read_value(fileno(f), "8:1", value), 0);
	assert_string_equal(value, "");
	assert_int_equal(journal_read_value(fileno(f), "", value), 0);
	assert_string_equal(value, "8:0 rbps=1 wbps=max");
	fclose(f);
}

static void what_has_no_disk(void **state)
{
	char disk[DISK_NAME_MAX];
	struct error why;

	(void)state;
	assert_true(disk_find("/proc", disk, &why) < 0);
	assert_string_equal(why.message, "/proc is on proc, which is on no block device");
	assert_true(disk_find("/nowhere/at/all", disk, &why) < 0);
	assert_string_equal(why.message, "/nowhere/at/all: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_io_max),
		cmocka_unit_test(one_line_of_many),
		cmocka_unit_test(what_has_no_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
