/* SPDX-License-Identifier: GPL-2.0 */
/* Programs at the devices of the current network namespace. */
#ifndef JINX_TC_H
#define JINX_TC_H

#include <stdbool.h>

#include "base/error.h"

/* A program at a device. */
struct tc {
	int link;	     /* by a link (tcx, Linux 6.6), which ends with its descriptor; or -1 */
	int netlink;	     /* else a filter of clsact, removed by this; or -1 */
	unsigned int device; /* its interface number */
	unsigned int handle; /* the filter's */
	bool egress, made_clsact; /* made_clsact: the device had none before, or jinx's alone */
	int note;		  /* by which it is put away if jinx is killed (tidy.h); or -1 */
};

#define TC_NONE                                       \
	{                                             \
		.link = -1, .netlink = -1, .note = -1 \
	}

/* Whether programs can be links there. Asked once. */
bool tc_has_links(void);

/*
 * By a link, or else as a filter, which is removed by `netlink` then, a socket of the device's
 * namespace. 0 or -errno with *why.
 */
int tc_attach(int program, unsigned int device, bool egress, int netlink, struct tc *ret,
	struct error *why);

/* False: the device is gone, or somebody has taken the program away. */
bool tc_is_there(const struct tc *t);

/*
 * From whichever namespace; twice does nothing more. Leaves clsact if somebody else has a filter
 * there by now.
 */
void tc_detach(struct tc *t);

#endif
