// SPDX-License-Identifier: GPL-2.0
/*
 * Of the coverage build alone, whose linker makes this _exit(): processes that jinx forks end by
 * it, which does not write down what gcov has counted.
 */
#include <stdnoreturn.h>

void __gcov_dump(void);
noreturn void __real__exit(int status);
noreturn void __wrap__exit(int status);

noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
