/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel side is told: a plan and its targets as constants and variables. */
#ifndef JINX_FILL_H
#define JINX_FILL_H

#include "kernel/plan.h"
#include "target/target.h"

struct jinx_bpf;

/*
 * Where each target stands in the kernel side's tables: slot[i] for target i. Those by cgroup come
 * first and sorted by depth, so that the kernel side asks once a depth.
 */
void fill_slots(const struct targets *t, unsigned int *slot);

/* Before loading: what the verifier is to know. */
void fill_constants(struct jinx_bpf *skel, const struct plan *plan, const struct targets *t);

/* After loading: rules, targets and the processes that are never hit. 0 or -errno. */
int fill_variables(struct jinx_bpf *skel, const struct plan *plan, const struct targets *t,
	const unsigned int *slot, uint64_t seed);

/* While it runs: where target `index` is now, or that it is nowhere. */
void fill_cgroup(struct jinx_bpf *skel, const struct targets *t, const unsigned int *slot,
	unsigned int index);

/* Once forks are followed: the processes that are targets. 0 or -errno. */
int fill_pids(struct jinx_bpf *skel, const struct targets *t, const unsigned int *slot);

#endif
