/* SPDX-License-Identifier: GPL-2.0 */
/* Making network devices of the current network namespace, by rtnetlink. All return 0 or -errno. */
#ifndef JINX_LINKS_H
#define JINX_LINKS_H

#include <stddef.h>

/* A bridge, down. */
int links_make_bridge(const char *name);
/* A veth pair: `name` is a port of the bridge, `peer` is in another network namespace; both are
 * down. */
int links_make_pair(const char *name, const char *bridge, const char *peer, int network);
int links_bring_up(const char *name);
/* Waits until packets can go by it. -ETIME: they can't. */
int links_await(const char *name);
/* An address of so many bytes (4: IPv4, 16: IPv6), which is used at once. */
int links_add_address(const char *name, const void *address, size_t size, unsigned int prefix);

#endif
