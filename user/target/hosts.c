// SPDX-License-Identifier: GPL-2.0
#include "target/hosts.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

const struct addrinfo host_hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};

static bool network_of(const struct sockaddr *address, struct network *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->family = address->sa_family;
	memset(ret->mask, 0xff, address->sa_family == AF_INET ? 4 : 16);
	if (address->sa_family == AF_INET)
		memcpy(ret->address, &((const struct sockaddr_in *)address)->sin_addr, 4);
	else if (address->sa_family == AF_INET6)
		memcpy(ret->address, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
	else
		return false;
	return true;
}

bool host_add(struct host_addresses *h, const struct addrinfo *found)
{
	bool added = false;

	for (; found; found = found->ai_next) {
		struct network n;
		unsigned int i = 0;

		if (!network_of(found->ai_addr, &n))
			continue;
		while (i < h->n && memcmp(&h->all[i], &n, sizeof(n)))
			i++;
		if (i < h->n)
			continue;
		if (h->n < HOST_ADDRESSES)
			h->n++;
		h->all[h->next] = n;
		h->next = (h->next + 1) % HOST_ADDRESSES;
		added = true;
	}
	return added;
}

int host_resolve(const char *name, struct host_addresses *ret, struct error *why)
{
	struct addrinfo *found = NULL;
	int err = getaddrinfo(name, NULL, &host_hints, &found);

	if (err)
		return error_set(why, -EINVAL, "host \"%s\": %s", name, gai_strerror(err));
	host_add(ret, found);
	freeaddrinfo(found);
	return ret->n ? 0 : error_set(why, -EINVAL, "host \"%s\" has no address", name);
}
