// SPDX-License-Identifier: GPL-2.0
/*
 * reopened WAIT RESULT LIBRARY N MS: once the file WAIT exists it opens one more C library and
 * calls its fsync() N times, of a descriptor that isn't there, each 20 ms. Writes "calls= slow=" to
 * RESULT: how many took MS or more.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static int (*find_fsync(const char *library))(int)
{
	void *own = dlmopen(LM_ID_NEWLM, library, RTLD_NOW);

	if (own)
		return (int (*)(int))dlsym(own, "fsync");
	fprintf(stderr, "%s\n", dlerror());
	return NULL;
}

int main(int argc, char **argv)
{
	long n = argc > 5 ? atol(argv[4]) : 0, ms = argc > 5 ? atol(argv[5]) : 0, slow = 0;
	int (*sync_file)(int);
	FILE *to;

	if (!n || !ms)
		return 2;
	while (access(argv[1], F_OK))
		usleep(10000);
	sync_file = find_fsync(argv[3]);
	if (!sync_file)
		return 3;
	for (long i = 0; i < n; i++) {
		uint64_t began = now_ms();

		if (!sync_file(-1))
			return 4;
		slow += now_ms() - began >= (uint64_t)ms;
		usleep(20000);
	}
	to = fopen(argv[2], "w");
	return !to || fprintf(to, "calls=%ld slow=%ld\n", n, slow) < 0 || fclose(to);
}
