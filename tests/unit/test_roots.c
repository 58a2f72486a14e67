// SPDX-License-Identifier: GPL-2.0
/* Files that a target has where a scenario names a program may be anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/roots.h"

static void open_files(void **state)
{
	_cleanup_fd_ int fd = root_open_file(0, "/proc/self/exe");
	_cleanup_fd_ int same = root_open_file(getpid(), "/proc/self/exe");

	(void)state;
	assert_true(fd >= 0);
	assert_true(same >= 0);
	assert_int_equal(root_open_file(0, "/nowhere"), -ENOENT);
	assert_int_equal(root_open_file(getpid(), "/nowhere"), -ENOENT);
	assert_string_equal(open_error(-ENOENT), "No such file or directory");
}

/* Nobody writes to the FIFO: it is not waited for. */
static void open_what_is_no_file(void **state)
{
	char directory[] = "/tmp/jinx-roots-XXXXXX", fifo[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(root_open_file(0, fifo), -ENOEXEC);
	assert_int_equal(root_open_file(getpid(), fifo), -ENOEXEC);
	assert_int_equal(root_open_file(0, directory), -ENOEXEC);
	assert_int_equal(root_open_file(0, "/dev/null"), -ENOEXEC);
	assert_string_equal(open_error(-ENOEXEC), "it is not a file that could be a program");
	unlink(fifo);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_files),
		cmocka_unit_test(open_what_is_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
