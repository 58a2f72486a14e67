/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The nodes of a scenario's network: network namespaces, each with a device on a bridge that is in
 * one more. Only descriptors hold them, so that nothing is left once the last process that has
 * these, or is in a node, has ended.
 */
#ifndef JINX_NODES_H
#define JINX_NODES_H

#include "scenario/scenario.h"

struct nodes {
	int own;	    /* the network namespace that jinx is in */
	int bridge;	    /* the one with the bridge */
	int all[MAX_NODES]; /* theirs */
	bool ipv6;	    /* they have addresses of IPv6 too */
};

/*
 * Makes those of a scenario; the calling thread is where it was before. 0 (then nodes_free());
 * -EOPNOTSUPP with *why: this kernel can't; another -errno with *why.
 */
int nodes_make(const struct standing *st, struct nodes *ret, struct error *why);
void nodes_free(struct nodes *n);

#endif
