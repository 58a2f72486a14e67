// SPDX-License-Identifier: GPL-2.0
/*
 * ticker FILE sleeping|spinning LONG_MS: looks at the clock again and again, with a system call
 * each 2 ms or without any, until SIGTERM. Then it writes to FILE how often it did, the longest
 * time between two looks, how many of those were longer than LONG_MS, when the first of these began
 * and the last ended (ms, CLOCK_MONOTONIC), and how long they were together. `ticker now` prints
 * that clock.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t over;

static void on_signal(int signal)
{
	(void)signal;
	over = 1;
}

/* In the vDSO: no system call. */
static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	const struct timespec moment = {0, 2000000};
	uint64_t last, now, ticks = 0, longest = 0, first_us = 0, last_us = 0, sum = 0;
	unsigned int gaps = 0;
	uint64_t long_us;
	bool spinning;
	FILE *f;

	if (argc == 2) {
		printf("%llu\n", (unsigned long long)now_us() / 1000);
		return 0;
	}
	if (argc != 4)
		return 2;
	long_us = atoi(argv[3]) * 1000ull;
	spinning = !strcmp(argv[2], "spinning");
	signal(SIGTERM, on_signal);
	f = fopen(argv[1], "w");
	if (!f)
		return 3;
	fprintf(f, "started=1\n");
	fflush(f);
	for (last = now_us(); !over; last = now, ticks++) {
		if (!spinning)
			nanosleep(&moment, NULL);
		now = now_us();
		if (now - last > longest)
			longest = now - last;
		if (now - last <= long_us)
			continue;
		first_us = gaps++ ? first_us : last;
		last_us = now;
		sum += now - last;
	}
	fprintf(f, "ticks=%llu longest_ms=%llu gaps=%u first_ms=%llu last_ms=%llu sum_ms=%llu\n",
		(unsigned long long)ticks, (unsigned long long)longest / 1000, gaps,
		(unsigned long long)first_us / 1000, (unsigned long long)last_us / 1000,
		(unsigned long long)sum / 1000);
	return fclose(f) ? 3 : 0;
}
