/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process that makes the operations of a workload over the network. It is in the workload's
 * cgroup, so that faults can hit it, and so nothing that jinx needs of it is a system call: it
 * tells of operations in memory that both share.
 */
#ifndef JINX_LOADER_H
#define JINX_LOADER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/client.h"
#include "run/pace.h"

/* A power of two; so many may end between two looks. */
#define LOADER_RECORDS (1u << 16)
#define MAX_LOADER_WORKERS 1024

struct loader_record {
	uint64_t planned_ns, began_ns, ended_ns;
	enum reply_result result;
	enum failure_way way;
	int status;
};

/* An operation under way. */
struct loader_slot {
	_Atomic uint64_t began_ns; /* 0: none */
	uint64_t planned_ns;
};

struct loader {
	const struct workload *spec;
	atomic_bool ready; /* it waits for: */
	atomic_bool go, stop;
	struct pace pace; /* open-loop; that of the process before it goes on */
	bool exhausted;
	_Atomic uint64_t head, tail; /* what it has told, what was read of it */
	_Atomic uint64_t untold;     /* there was no room */
	struct loader_slot slots[MAX_LOADER_WORKERS];
	struct loader_record records[LOADER_RECORDS];
};

/* To be made before the process that starts it is. NULL: out of memory. */
struct loader *loader_new(const struct workload *w);
void loader_free(struct loader *l);

/* What the process does; returns when it can't go on. */
void loader_main(void *loader);

/* The next thing that it has told. */
bool loader_read(struct loader *l, struct loader_record *ret);

/* The other side of that, for the tests. */
void loader_tell(struct loader *l, const struct loader_record *r);

#endif
