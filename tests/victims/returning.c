// SPDX-License-Identifier: GPL-2.0
/*
 * returning HOW N: does N times what HOW says, and writes what has come of it:
 *   calls   calls itself N times deep: "sum N"
 *   jumps   comes back to where setjmp() was, from a function: "jumped N"
 *   ends    a thread ends in a function, and its caller cleans up: "cleaned N"
 *   cold    enters a function's part that is seldom needed: "cold N"
 * and at last, how many arguments it had: "of 3".
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALONE __attribute__((noinline, noipa))

long return_deep(long n);
void return_jump(void);
void return_end(void);
long return_seldom(long n);

static jmp_buf place;
static long cleaned;

/* Each call has a frame, and adds when the one that it has made has returned. */
ALONE long return_deep(long n)
{
	volatile long one = 1;

	return n > 1 ? return_deep(n - 1) + one : one;
}

ALONE void return_jump(void)
{
	longjmp(place, 1);
}

ALONE void return_end(void)
{
	pthread_exit(NULL);
}

static void clean(const char *unused)
{
	(void)unused;
	cleaned++;
}

static void *end(void *unused)
{
	__attribute__((cleanup(clean))) const char it = 0;

	(void)unused;
	return_end();
	return NULL;
}

static ALONE __attribute__((cold)) void note(char *text, long n)
{
	snprintf(text, 32, "%ld", n);
}

/* What it does in its cold part needs its frame. */
ALONE long return_seldom(long n)
{
	char text[32] = "0";

	if (__builtin_expect(n % 2, 0)) {
		note(text, n);
		if (!*text)
			abort();
	}
	return !!atol(text);
}

int main(int argc, char **argv)
{
	long n = argc > 2 ? atol(argv[2]) : 0;
	const char *how = argc > 1 ? argv[1] : "";
	volatile long i, found = 0;

	if (!strcmp(how, "calls"))
		printf("sum %ld\n", return_deep(n));
	if (!strcmp(how, "jumps")) {
		for (i = 0; i < n; i++)
			if (!setjmp(place))
				return_jump();
		printf("jumped %ld\n", i);
	}
	for (i = 0; !strcmp(how, "ends") && i < n; i++) {
		pthread_t thread;

		if (!pthread_create(&thread, NULL, end, NULL))
			pthread_join(thread, NULL);
	}
	if (!strcmp(how, "ends"))
		printf("cleaned %ld\n", cleaned);
	if (!strcmp(how, "cold")) {
		for (i = 0; i < n; i++)
			found += return_seldom(2 * i + 1);
		printf("cold %ld\n", found);
	}
	printf("of %d\n", argc);
	return 0;
}
