/* SPDX-License-Identifier: GPL-2.0 */
/* The devices of the current network namespace. */
#ifndef JINX_DEVICES_H
#define JINX_DEVICES_H

#include <stdbool.h>

#include <net/if.h>

struct device {
	unsigned int number;
	char name[IF_NAMESIZE];
	bool loopback;
	bool frames; /* its packets have an Ethernet header */
};

/*
 * Those by which sockets send: no part of a bridge or a bond, which passes on what has been through
 * the whole. Only those whose number is below `below`. Returns how many, at most `max`, or -errno.
 */
int devices_find(struct device *ret, unsigned int max, unsigned int below);

#endif
