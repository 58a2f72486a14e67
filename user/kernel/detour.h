/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detours of an experiment: a tap beside each device of the network namespaces in which its targets
 * are, the shaper that holds them, and the programs that lead there and back (bpf/shape.bpf.h).
 */
#ifndef JINX_DETOUR_H
#define JINX_DETOUR_H

#include "kernel/plan.h"
#include "target/target.h"

struct detours;
struct jinx_bpf;

/* Before loading: makes the taps. On an error nothing of it remains. */
int detours_open(const struct plan *plan, const struct targets *targets, struct jinx_bpf *skel,
	struct detours **ret, struct error *why);
struct netns_set;
const struct netns_set *detours_networks(const struct detours *d);
/* After loading and attaching: leads there and back, and starts the shaper. 0 or -errno. */
int detours_begin(struct detours *d, uint64_t seed, struct error *why);

/* What waits goes on at once. */
void detours_flush(struct detours *d);
void detours_renew(struct detours *d, uint64_t deadline_ns);
/* Readable when the shaper has ended. */
int detours_pidfd(const struct detours *d);
/* It has shown no life for so long: it is killed. */
bool detours_stuck(struct detours *d, uint64_t now_ns, uint64_t timeout_ns);
/* Of a rule. */
void detours_count(const struct detours *d, unsigned int rule, struct shaped *ret);

/* Adds the devices that are gone, or where somebody has taken the programs away. */
void detours_missing(const struct detours *d, char *ret, size_t size);

/* All goes the straight way from now on, and what waits at once. */
void detours_end(struct detours *d);
void detours_free(struct detours *d);

#endif
