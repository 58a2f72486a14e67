// SPDX-License-Identifier: GPL-2.0
/*
 * chain FILE: waits until FILE exists, then writes to /dev/null 3 times by one(), 5 times by two(),
 * and 7 times by one() for outer(). By the C library's write(), as programs do.
 */
#include <fcntl.h>
#include <unistd.h>

static int null;

/* Visible, so that they keep their names. */
int one(void), two(void), outer(void);

__attribute__((noinline)) int one(void)
{
	return write(null, "x", 1) == 1;
}

__attribute__((noinline)) int two(void)
{
	return write(null, "x", 1) == 1;
}

__attribute__((noinline)) int outer(void)
{
	int n = one();

	return n + 1;
}

int main(int argc, char **argv)
{
	int sum = 0;

	null = open("/dev/null", O_WRONLY);
	while (argc < 2 || access(argv[1], F_OK))
		usleep(10000);
	for (int i = 0; i < 3; i++)
		sum += one();
	for (int i = 0; i < 5; i++)
		sum += two();
	for (int i = 0; i < 7; i++)
		sum += outer();
	return sum != 22;
}
