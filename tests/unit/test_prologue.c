// SPDX-License-Identifier: GPL-2.0
/* Beginnings of functions as Go writes them: a breakpoint comes behind what may begin them anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "target/prologue.h"

#if defined(__x86_64__)
#define LENGTH(...)                                          \
	prologue_of_go((const unsigned char[]){__VA_ARGS__}, \
		sizeof((const unsigned char[]){__VA_ARGS__}))

static void tests_of_the_stack(void **state)
{
	(void)state;
	/* cmp 0x10(%r14),%rsp; jbe; push %rbp */
	assert_int_equal(LENGTH(0x49, 0x3b, 0x66, 0x10, 0x76, 0x20, 0x55), 6);
	assert_int_equal(LENGTH(0x49, 0x3b, 0x66, 0x10, 0x0f, 0x86, 1, 2, 0, 0, 0x55), 10);
	/* lea -0x40(%rsp),%r12 or -0x100(%rsp); cmp 0x10(%r14),%r12; jbe */
	assert_int_equal(
		LENGTH(0x4c, 0x8d, 0x64, 0x24, 0xc0, 0x4d, 0x3b, 0x66, 0x10, 0x76, 0x20, 0x55), 11);
	assert_int_equal(LENGTH(0x4c, 0x8d, 0xa4, 0x24, 0, 0xff, 0xff, 0xff, 0x4d, 0x3b, 0x66, 0x10,
				 0x0f, 0x86, 1, 2, 0, 0, 0x55),
		18);
	/* mov %rsp,%r12; sub $0x1f48,%r12; jb; cmp 0x10(%r14),%r12; jbe */
	assert_int_equal(LENGTH(0x49, 0x89, 0xe4, 0x49, 0x81, 0xec, 0x48, 0x1f, 0, 0, 0x72, 0x30,
				 0x4d, 0x3b, 0x66, 0x10, 0x76, 0x20, 0x55),
		18);
}

static void others(void **state)
{
	(void)state;
	assert_int_equal(prologue_of_go((const unsigned char *)"", 0), 0);
	assert_int_equal(LENGTH(0x55, 0x48, 0x89, 0xe5), 0);
	/* It ends before the jump does, or has another one. */
	assert_int_equal(LENGTH(0x49, 0x3b, 0x66, 0x10, 0x76), 0);
	assert_int_equal(LENGTH(0x49, 0x3b, 0x66, 0x10, 0x77, 0x20, 0x55), 0);
	/* Another register. */
	assert_int_equal(LENGTH(0x49, 0x3b, 0x67, 0x10, 0x76, 0x20, 0x55), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#if defined(__x86_64__)
		cmocka_unit_test(tests_of_the_stack),
		cmocka_unit_test(others),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
