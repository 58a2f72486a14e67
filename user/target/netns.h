/* SPDX-License-Identifier: GPL-2.0 */
/* The network namespaces in which targets are. */
#ifndef JINX_NETNS_H
#define JINX_NETNS_H

#include "target/target.h"

#define MAX_NETNS 32

struct netns {
	unsigned int inode;
	int fd;	     /* of the namespace */
	int netlink; /* a socket in it (NETLINK_ROUTE) */
	bool own;    /* jinx is in it */
};

struct netns_set {
	unsigned int n;
	struct netns all[MAX_NETNS];
	int own;   /* the one that jinx is in */
	bool away; /* this thread is in another */
};

/*
 * Those of the processes of some targets (a bit each), each once; of a target that has no process
 * yet jinx's own. 0 or -errno with *why.
 */
int netns_of(
	const struct targets *t, unsigned int targets, struct netns_set *ret, struct error *why);
void netns_done(struct netns_set *n);

/* This thread is in one of them from then on; and in its own again. 0 or -errno. */
int netns_enter(struct netns_set *all, const struct netns *n);
int netns_leave(struct netns_set *all);

#endif
