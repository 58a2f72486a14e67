// SPDX-License-Identifier: GPL-2.0
/* jinx list points KIND:...: what there is on this machine. */
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

#include "base/log.h"
#include "verbs/lists.h"

int sought(int n) __attribute__((noinline, used));
int sought(int n)
{
	return n + 1;
}

/* Two functions of one name, as Rust makes them of one that is generic. */
int second(int n) __asm__("_ZN4shop6refund17h0123456789abcdefE") __attribute__((noinline, used));
int second(int n)
{
	return n + 3;
}

int third(int n) __asm__("_ZN4shop6refund17hfedcba9876543210E") __attribute__((noinline, used));
int third(int n)
{
	return n + 4;
}

static json_t *list(const char *pattern)
{
	const struct columns *columns = NULL;
	struct error why = {};
	json_t *all = NULL;
	int err = points_matching(pattern, &all, &columns, &why);

	if (err)
		fail_msg("%s: %d %s", pattern, err, why.message);
	assert_string_equal(columns->keys[0], "name");
	assert_true(json_array_size(all) > 0);
	return all;
}

static void assert_refused(const char *pattern, int expected, const char *message)
{
	const struct columns *columns;
	struct error why = {};
	json_t *all;

	assert_int_equal(points_matching(pattern, &all, &columns, &why), expected);
	assert_string_equal(why.message, message);
}

static const char *text(const json_t *all, size_t row, const char *key)
{
	return json_string_value(json_object_get(json_array_get(all, row), key));
}

static void functions_of_a_program(void **state)
{
	json_t *all = list("user:/proc/self/exe:sough?");
	char wanted[64];

	(void)state;
	assert_int_equal(json_array_size(all), 1);
	assert_string_equal(text(all, 0, "name"), "sought");
	assert_string_equal(text(all, 0, "symbol"), "sought");
	assert_string_equal(text(all, 0, "point"), "user:/proc/self/exe:sought");
	assert_null(text(all, 0, "refused"));
	json_decref(all);
	/* The same file in the root of a process. */
	snprintf(wanted, sizeof(wanted), "user:/proc/%d/root/proc/self/exe:sought", getpid());
	all = list(wanted);
	json_decref(all);
}

static void functions_of_one_name(void **state)
{
	json_t *all = list("user:/proc/self/exe:shop::refund");
	char wanted[128];

	(void)state;
	assert_int_equal(json_array_size(all), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(text(all, i, "name"), "shop::refund");
		snprintf(wanted, sizeof(wanted), "user:/proc/self/exe:%s", text(all, i, "address"));
		assert_string_equal(text(all, i, "point"), wanted);
	}
	assert_string_not_equal(text(all, 0, "address"), text(all, 1, "address"));
	json_decref(all);
}

static void a_function_that_chooses_another(void **state)
{
	json_t *all;

	(void)state;
	if (access("/lib/x86_64-linux-gnu/libc.so.6", R_OK))
		skip();
	all = list("user:/lib/x86_64-linux-gnu/libc.so.6:strlen");
	assert_int_equal(json_array_size(all), 1);
	assert_string_equal(text(all, 0, "refused"), "IFUNC: another function does its work");
	json_decref(all);
}

static void probes(void **state)
{
	const char *python = "/usr/bin/python3";
	json_t *all;

	(void)state;
	if (access(python, R_OK))
		skip();
	all = list("usdt:/usr/bin/python3:python:gc__*");
	assert_int_equal(json_array_size(all), 2);
	assert_string_equal(text(all, 0, "name"), "python:gc__done");
	assert_string_equal(text(all, 0, "point"), "usdt:/usr/bin/python3:python:gc__done");
	assert_non_null(text(all, 0, "semaphore"));
	json_decref(all);
	all = list("usdt:/usr/bin/python3");
	assert_true(json_array_size(all) > 2);
	json_decref(all);
}

/* The kernel's types are needed for all else that jinx does. */
static void functions_of_the_kernel(void **state)
{
	json_t *all = list("kernel:vfs_rea[d]");

	(void)state;
	assert_int_equal(json_array_size(all), 1);
	assert_string_equal(text(all, 0, "name"), "vfs_read");
	assert_string_equal(text(all, 0, "point"), "kernel:vfs_read");
	assert_string_equal(text(all, 0, "arguments"),
		"struct file *file, char *buf, size_t count, loff_t *pos");
	json_decref(all);
	assert_refused("kernel:no_such_function*", -ENOENT,
		"the kernel has no function \"no_such_function*\"");
}

static void tracepoints(void **state)
{
	json_t *all = list("tracepoint:sched_process_exit");
	const char *name = text(all, 0, "name");

	(void)state;
	assert_int_equal(json_array_size(all), 1);
	if (strcmp(name, "sched_process_exit"))
		assert_string_equal(name, "sched/sched_process_exit");
	assert_memory_equal(text(all, 0, "arguments"), "struct task_struct *", 20);
	json_decref(all);
	assert_refused("tracepoint:no_such_event", -ENOENT,
		"the kernel has no tracepoint \"no_such_event\"");
}

static void what_cannot_be_listed(void **state)
{
	char directory[] = "/tmp/jinx-points-XXXXXX", fifo[64], pattern[128], message[256];

	(void)state;
	assert_refused("user:/no/such:*", -ENOENT, "\"/no/such\": No such file or directory");
	assert_refused("user:/proc/self/status", -ENOEXEC,
		"\"/proc/self/status\" is no program or library");
	assert_refused(
		"usdt:/tmp:*", -ENOEXEC, "\"/tmp\": it is not a file that could be a program");
	assert_refused("user:/proc/self/exe:nowhere*", -ENOENT,
		"no function of \"/proc/self/exe\" matches \"nowhere*\"");
	assert_refused("usdt:/proc/self/exe:", -ENOENT,
		"no USDT probe of \"/proc/self/exe\" matches \"*\"");
	assert_refused("user:", -EINVAL, "user: is followed by a file: user:/usr/bin/python3:*");
	assert_refused("kprobe:vfs_*", -EINVAL, "\"kprobe:vfs_*\": did you mean 'kernel:vfs_*'?");
	assert_refused(
		"uprobe:/bin/a:b", -EINVAL, "\"uprobe:/bin/a:b\": did you mean 'user:/bin/a:b'?");
	assert_refused("block:sda", -EINVAL,
		"\"block:sda\": points are user:FILE:NAMES, usdt:FILE:NAMES, kernel:NAMES, "
		"tracepoint:NAMES, and the names of system calls");
	assert_refused("SSL_write", -ENOENT,
		"no system call matches \"SSL_write\"; functions are user:FILE:NAMES and "
		"kernel:NAMES");
	assert_refused("user:libc.so.6:malloc", -ENOENT,
		"\"libc.so.6\": no such file here; a library's path is in `ldconfig -p`, a "
		"program's in `command -v libc.so.6`");
	/* Nobody writes to it: it is not waited for. */
	assert_non_null(mkdtemp(directory));
	snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	snprintf(pattern, sizeof(pattern), "user:%s", fifo);
	snprintf(
		message, sizeof(message), "\"%s\": it is not a file that could be a program", fifo);
	assert_refused(pattern, -ENOEXEC, message);
	unlink(fifo);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_of_a_program),
		cmocka_unit_test(functions_of_one_name),
		cmocka_unit_test(a_function_that_chooses_another),
		cmocka_unit_test(probes),
		cmocka_unit_test(functions_of_the_kernel),
		cmocka_unit_test(tracepoints),
		cmocka_unit_test(what_cannot_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
