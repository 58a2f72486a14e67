// SPDX-License-Identifier: GPL-2.0
/* The values of where that say who is at the other end: ports and networks. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/filters.h"
#include "scenario/numbers.h"

static bool read_port(const char *text, uint16_t *ret)
{
	uint64_t port;

	if (!whole_number(text, &port) || port > 65535)
		return false;
	*ret = port;
	return true;
}

int parse_port(const char *text, struct where *w, struct complaint *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *high = copy ? strchr(copy, '-') : NULL;
	struct port_range r;

	if (!copy)
		return complain(why, "out of memory");
	if (high)
		*high++ = '\0';
	if (!read_port(copy, &r.low) || !read_port(high ? high : copy, &r.high) || r.low > r.high)
		return complain(why, "\"%s\" is not a port (5432, 8000-8100)", quoted(text));
	if (w->filter.n_ports == MAX_FILTERS)
		return filter_full(why, "port");
	w->filter.asks |= FILTER_PORT;
	w->filter.ports[w->filter.n_ports++] = r;
	return 0;
}

/* Bits behind the prefix are most likely a mistake in it. */
static bool ends_with_prefix(const struct network *n)
{
	for (unsigned int bit = n->prefix; bit < (n->family == AF_INET ? 32 : 128); bit++)
		if (ntohl(n->address[bit / 32]) >> (31 - bit % 32) & 1)
			return false;
	return true;
}

int parse_network(const char *text, struct where *w, struct complaint *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *slash = copy ? strchr(copy, '/') : NULL;
	struct network n = {};
	uint64_t prefix;

	if (!copy)
		return complain(why, "out of memory");
	if (slash)
		*slash++ = '\0';
	if (inet_pton(AF_INET, copy, n.address) == 1)
		n.family = AF_INET;
	else if (inet_pton(AF_INET6, copy, n.address) == 1)
		n.family = AF_INET6;
	prefix = n.family == AF_INET ? 32 : 128;
	if (!n.family || (slash && (!whole_number(slash, &prefix) ||
					   prefix > (n.family == AF_INET ? 32 : 128))))
		return complain(
			why, "\"%s\" is not a network (10.0.0.0/8, fd00::/8)", quoted(text));
	n.prefix = prefix;
	if (!ends_with_prefix(&n))
		return complain(why, "\"%s\" has bits behind its prefix", quoted(text));
	if (w->filter.n_networks == MAX_FILTERS)
		return filter_full(why, "cidr");
	w->filter.asks |= FILTER_CIDR;
	w->filter.networks[w->filter.n_networks++] = n;
	return 0;
}
