// SPDX-License-Identifier: GPL-2.0
/*
 * places WAIT RESULT THREADS N [PROGRAM ARGUMENT...]: waits until the file WAIT exists, then each
 * thread calls place_add() N times, and passes the probe shop:sale in it, with arguments in
 * registers, in memory and such that are constant. Writes to RESULT "calls= wrong= value= least_us=
 * worst_us= first= last=": how many results were no sums, the last one of those, how long calls
 * took, and the first byte of the function before the first call and after the last one. Then it
 * goes on as PROGRAM.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 1000

static atomic_ulong calls, wrong, least_us = -1ul, worst_us;
static atomic_long value;
static long calls_each;

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

#if defined(__aarch64__)
#define BYTE_OF_FIRST "%w0"
#else
#define BYTE_OF_FIRST "%b0"
#endif

/*
 * As <sys/sdt.h> writes it: a nop, and a note that says where it is and who knows it by which name.
 */
#define PROBE                                                                   \
	".pushsection .note.stapsdt,\"?\",\"note\"\n"                           \
	".balign 4\n"                                                           \
	".4byte 992f-991f, 994f-993f, 3\n"                                      \
	"991: .asciz \"stapsdt\"\n"                                             \
	"992: .balign 4\n"                                                      \
	"993: .8byte 990b, _.stapsdt.base, 0\n"                                 \
	".asciz \"shop\", \"sale\"\n"                                           \
	".asciz \"8@%0 -4@%1 -4@%2 1@" BYTE_OF_FIRST " 8f@float 8@%3\"\n"       \
	"994: .balign 4\n"                                                      \
	".popsection\n"                                                         \
	".ifndef _.stapsdt.base\n"                                              \
	".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
	".weak _.stapsdt.base\n"                                                \
	".hidden _.stapsdt.base\n"                                              \
	"_.stapsdt.base: .space 1\n"                                            \
	".size _.stapsdt.base, 1\n"                                             \
	".popsection\n"                                                         \
	".endif\n"

long place_add(long a, long b);

__attribute__((noinline, noipa)) long place_add(long a, long b)
{
	int owed = -(int)a;
	volatile long in_memory = a + b;

	__asm__ volatile("990: nop\n" PROBE : : "r"(a), "r"(owed), "i"(-7), "m"(in_memory));
	return a + b;
}

static void note(unsigned long us)
{
	unsigned long was = atomic_load(&least_us);

	while (us < was && !atomic_compare_exchange_weak(&least_us, &was, us))
		;
	was = atomic_load(&worst_us);
	while (us > was && !atomic_compare_exchange_weak(&worst_us, &was, us))
		;
	atomic_fetch_add(&calls, 1);
}

static void *work(void *unused)
{
	for (long i = 0; i < calls_each; i++) {
		uint64_t began = now_us();
		long sum = place_add(i, 1000);

		note(now_us() - began);
		if (sum != i + 1000) {
			atomic_fetch_add(&wrong, 1);
			atomic_store(&value, sum);
		}
	}
	return unused;
}

static unsigned int first_byte(void)
{
	return *(volatile unsigned char *)place_add;
}

static int tell(const char *path, unsigned int first)
{
	FILE *to = fopen(path, "w");

	return !to ||
	       fprintf(to,
		       "calls=%lu wrong=%lu value=%ld least_us=%lu worst_us=%lu first=%02x "
		       "last=%02x\n",
		       calls, wrong, value, least_us, worst_us, first, first_byte()) < 0 ||
	       fclose(to);
}

int main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];
	unsigned int first;
	long n;

	if (argc < 5)
		return 2;
	n = atol(argv[3]);
	calls_each = atol(argv[4]);
	if (n < 1 || n > MAX_THREADS)
		return 2;
	while (access(argv[1], F_OK))
		usleep(1000);
	first = first_byte();
	for (long i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, work, NULL))
			return 3;
	for (long i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	if (tell(argv[2], first))
		return 3;
	if (argc > 5)
		execv(argv[5], argv + 5);
	return 0;
}
