// SPDX-License-Identifier: GPL-2.0
/* compat N: makes N system calls the 32-bit way, where the machine has one (x86). Prints "calls=N".
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__x86_64__)
#define GETPPID_32 64

static long call_32(long nr)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr) : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* The kernel was built without them, or does not allow them. */
static void on_fault(int signal)
{
	(void)signal;
	_exit(1);
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 1, done = 0;

	signal(SIGSEGV, on_fault);
	for (long i = 0; i < n; i++)
		done += call_32(GETPPID_32) >= 0;
	printf("calls=%ld\n", done);
	return done == n ? 0 : 1;
}
#else
int main(void)
{
	return 1;
}
#endif
