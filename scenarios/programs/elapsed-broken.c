// SPDX-License-Identifier: GPL-2.0
/* Measures, again and again, how long it sleeps, and notes when the time of day has gone back.
 * Broken: it measures by CLOCK_REALTIME, which anybody may set. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long long now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(void)
{
	long long day = now_ms(CLOCK_REALTIME), later;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		long long began = now_ms(CLOCK_REALTIME);

		usleep(200000);
		printf("took %lld ms\n", now_ms(CLOCK_REALTIME) - began);
		later = now_ms(CLOCK_REALTIME);
		if (later < day)
			puts("the clock went back");
		day = later;
	}
}
