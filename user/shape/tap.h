/* SPDX-License-Identifier: GPL-2.0 */
/* The devices of the current network namespace, and taps beside them. */
#ifndef JINX_TAP_H
#define JINX_TAP_H

#include <stdbool.h>

#include <net/if.h>

struct device {
	unsigned int number;
	char name[IF_NAMESIZE];
	bool loopback;
};

/*
 * Those by which sockets send: with Ethernet headers, and no part of a bridge or a bond, which
 * passes on what has been through the whole. Those from `least` on are left out, as taps. Returns
 * how many, at most `max`, or -errno.
 */
int devices_find(struct device *ret, unsigned int max, unsigned int least);

/*
 * Makes a tap device of this number and name, up, without addresses; it goes with the descriptor
 * that is returned (struct virtio_net_hdr before each frame). `whole`: it takes large TCP packets
 * that are still to be cut. -EEXIST: there is a device of that number or name; else -errno.
 */
int tap_open(unsigned int number, const char *name, bool whole);

#endif
