/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Losses of an experiment: the programs at the devices of the network namespaces in which its
 * targets are, which lose what the cgroup's hook has marked (bpf/loss.bpf.h).
 */
#ifndef JINX_LOSS_H
#define JINX_LOSS_H

#include "kernel/plan.h"
#include "target/target.h"

struct jinx_bpf;
struct losses;

/* Before loading. 0 or -errno; *ret stays NULL where the plan needs none. */
int losses_open(const struct plan *plan, const struct targets *targets, struct jinx_bpf *skel,
	struct losses **ret, struct error *why);
struct netns_set;
const struct netns_set *losses_networks(const struct losses *l);
/* After loading, before anything is marked. Where it can't be attached drops are told. */
void losses_begin(struct losses *l);
/* Adds the devices that are gone, or where somebody has taken the program away. */
void losses_missing(const struct losses *l, char *ret, size_t size);
/* After nothing is marked any more. */
void losses_end(struct losses *l);
void losses_free(struct losses *l);

#endif
