/* SPDX-License-Identifier: GPL-2.0 */
/* The keeper's starting of the targets' executables, one process at a time. */
#ifndef JINX_START_H
#define JINX_START_H

#include "target/target.h"

/* Whether what is started writes to the descriptor that came with the request. */
enum start_output { OUTPUT_NOWHERE, OUTPUT_STDOUT, OUTPUT_BOTH };

struct start_request {
	unsigned int executable; /* its number */
	unsigned int cgroup;	 /* the number of the one, below the executable's, that it gets */
	uint64_t operation;	 /* JINX_OP; 0: it is none of a workload */
	enum start_output output;
};

/* The name of such a cgroup. */
#define WORKER_CGROUP "%u"

/*
 * Starts it as a child of jinx; its cgroup is made if need be. `cgroups`: the descriptor of the
 * first executable's, the others follow. `networks`: that of jinx's network namespace, those of
 * the nodes follow. The pid or -errno.
 */
int start_executable(const struct targets *t, const struct start_request *r, int cgroups,
	int networks, int output);

/*
 * Kills what was started there: all of its cgroup, and its first process also if that went
 * elsewhere. It has still to be waited for; what is left is the janitor's. `parent`: the
 * executable's cgroup.
 */
void start_kill(int parent, unsigned int cgroup, int pidfd);

#endif
