/* SPDX-License-Identifier: GPL-2.0 */
/* Hosts by their names, as this host resolves them. */
#ifndef JINX_HOSTS_H
#define JINX_HOSTS_H

#include <stdbool.h>

#include "../../bpf/abi.h"
#include "base/error.h"

struct addrinfo; /* <netdb.h> */

#define MAX_HOSTS (MAX_TESTS / HOST_ADDRESSES)

/* Those that were seen last; what was an address once may still be in use. */
struct host_addresses {
	unsigned int n, next; /* the oldest is replaced first */
	struct network all[HOST_ADDRESSES];
};

/* Adds those that are not there. Whether there were such. */
bool host_add(struct host_addresses *h, const struct addrinfo *found);

/* What getaddrinfo(3) is to look for. */
extern const struct addrinfo host_hints;

/* Waits for the answer. 0, or -EINVAL with *why: there is no address. */
int host_resolve(const char *name, struct host_addresses *ret, struct error *why);

#endif
