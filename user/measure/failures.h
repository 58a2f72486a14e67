/* SPDX-License-Identifier: GPL-2.0 */
/* How the operations of a workload failed, and how often. */
#ifndef JINX_FAILURES_H
#define JINX_FAILURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_FAILURES 8

enum failure_way {
	WAY_PROCESS, /* status as waitpid() has it */
	WAY_TIMEOUT,
	WAY_HTTP,  /* the status of an answer */
	WAY_ERRNO, /* of a connection */
	WAY_OTHER, /* enum failure_other */
};

enum failure_other {
	FAILURE_UNRESOLVED, /* no address for the name */
	FAILURE_CUT_OFF,    /* after something was sent */
	FAILURE_MISMATCH,   /* the answer isn't what was expected */
	FAILURE_TLS,
	FAILURE_PROTOCOL, /* the answer isn't HTTP, or something else is wrong with it */
	FAILURE_TOLD,	  /* a load tool says so */
	NR_FAILURE_OTHERS
};

struct failure {
	enum failure_way way;
	int status;
	uint64_t operations;
};

struct failures {
	unsigned int n;
	struct failure all[MAX_FAILURES], last;
	uint64_t others; /* that failed in yet another way */
};

/* Of a process. */
void failures_add(struct failures *f, bool timed_out, int status);
void failures_add_way(struct failures *f, enum failure_way way, int status, uint64_t operations);

/* "exit 7", "SIGSEGV", "timeout", "status 503", "ECONNREFUSED", "cut off". Returns ret. */
const char *failure_text(const struct failure *f, char *ret, size_t size);

/* What a shell means by it (POSIX, Shell Command Language, 2.8.2): " (command not found)", or "".
 */
const char *failure_hint(const struct failure *f);

/* "12 exit 7, 3 timeout; the last: exit 7". Returns ret. */
const char *failures_text(const struct failures *f, char *ret, size_t size);

#endif
