/* SPDX-License-Identifier: GPL-2.0 */
/* How the operations of a workload failed, and how often. */
#ifndef JINX_FAILURES_H
#define JINX_FAILURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_FAILURES 8

struct failure {
	bool timed_out;
	int status; /* else: as waitpid() has it */
	uint64_t operations;
};

struct failures {
	unsigned int n;
	struct failure all[MAX_FAILURES], last;
	uint64_t others; /* that failed in yet another way */
};

void failures_add(struct failures *f, bool timed_out, int status);

/* "exit 7", "SIGSEGV", "timeout". Returns ret. */
const char *failure_text(const struct failure *f, char *ret, size_t size);

/* "12 exit 7, 3 timeout; the last: exit 7". Returns ret. */
const char *failures_text(const struct failures *f, char *ret, size_t size);

#endif
