// SPDX-License-Identifier: GPL-2.0
/* The values of where that say who is at the other end: ports, networks and protocols. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/filters.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

static bool read_port(const char *text, uint16_t *ret)
{
	uint64_t port;

	if (!whole_number(text, &port) || port > 65535)
		return false;
	*ret = port;
	return true;
}

/* Port 0 is none: a range may begin with it, but not end there. */
static bool read_range(char *text, struct port_range *r)
{
	char *high = strchr(text, '-');

	if (high)
		*high++ = '\0';
	return read_port(text, &r->low) && read_port(high ? high : text, &r->high) &&
	       r->low <= r->high && r->high;
}

int parse_port(const char *text, enum port_end end, struct where *w, struct error *why)
{
	static const struct {
		const char *key;
		enum filter_kind kind;
	} ends[] = {[PORT_EITHER] = {"port", FILTER_PORT},
		[PORT_LOCAL] = {"local_port", FILTER_LOCAL_PORT},
		[PORT_REMOTE] = {"remote_port", FILTER_REMOTE_PORT}};
	_cleanup_free_ char *copy = strdup(text);
	struct port_range r = {.end = end};

	if (!copy)
		return complain(why, "out of memory");
	if (!read_range(copy, &r))
		return complain(why, "\"%s\" is not a port (5432, 8000-8100)", quoted(text));
	if (w->n_ports == MAX_FILTERS)
		return filter_full(why, ends[end].key);
	w->filter.asks |= ends[end].kind;
	w->ports[w->n_ports++] = r;
	return 0;
}

static void set_mask(struct network *n, unsigned int prefix)
{
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int bits = prefix > 32 * i ? prefix - 32 * i : 0;

		n->mask[i] = htonl(bits >= 32 ? ~0u : bits ? ~(~0u >> bits) : 0);
	}
}

/* Bits behind the prefix are most likely a mistake in it. */
static bool ends_with_prefix(const struct network *n)
{
	for (unsigned int i = 0; i < 4; i++)
		if (n->address[i] & ~n->mask[i])
			return false;
	return true;
}

/* What IPv6 sockets call ::ffff:10.0.0.0/104 is 10.0.0.0/8, and looked for as such. */
static void unmap(struct network *n)
{
	static const uint32_t mapped[] = {0, 0};

	if (n->family != AF_INET6 || n->mask[2] != ~0u || memcmp(n->address, mapped, 8) ||
		n->address[2] != htonl(0xffff))
		return;
	*n = (struct network){.family = AF_INET, .address = {n->address[3]}, .mask = {n->mask[3]}};
}

int parse_network(const char *text, struct where *w, struct error *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *slash = copy ? strchr(copy, '/') : NULL;
	struct network n = {};
	uint64_t prefix, most;

	if (!copy)
		return complain(why, "out of memory");
	if (slash)
		*slash++ = '\0';
	if (inet_pton(AF_INET, copy, n.address) == 1)
		n.family = AF_INET;
	else if (inet_pton(AF_INET6, copy, n.address) == 1)
		n.family = AF_INET6;
	prefix = most = n.family == AF_INET ? 32 : 128;
	if (!n.family || (slash && (!whole_number(slash, &prefix) || prefix > most)))
		return complain(
			why, "\"%s\" is not a network (10.0.0.0/8, fd00::/8)", quoted(text));
	set_mask(&n, prefix);
	if (!ends_with_prefix(&n))
		return complain(why, "\"%s\" has host bits set", quoted(text));
	if (w->n_networks == MAX_FILTERS)
		return filter_full(why, "cidr");
	unmap(&n);
	w->filter.asks |= FILTER_CIDR;
	w->networks[w->n_networks++] = n;
	return 0;
}

int parse_protocol(const char *text, struct where *w, struct error *why)
{
	for (int i = 0; i < NR_PROTOCOLS; i++) {
		if (strcmp(text, protocol_names[i]))
			continue;
		w->filter.asks |= FILTER_PROTOCOL;
		w->protocols |= 1u << i;
		return 0;
	}
	return complain_unknown(why, "protocol", text, protocol_names, NR_PROTOCOLS);
}

/* The same as mixed_name() of the kernel side (bpf/unix.bpf.h). */
static uint64_t mix_name(const char *name, size_t length)
{
	uint64_t mixed = *name ? 0 : length, word;

	for (size_t at = 0; at < length; at += sizeof(word)) {
		size_t left = length - at;

		word = 0;
		memcpy(&word, name + at, left < sizeof(word) ? left : sizeof(word));
		mixed = socket_name_mix(mixed, word);
	}
	return mixed;
}

int parse_socket(const char *text, struct where *w, struct error *why)
{
	char name[MAX_SOCKET_NAME] = "";
	size_t length = strlen(text);

	if ((*text != '/' && *text != '@') || !text[1])
		return complain(why,
			"\"%s\" is not a Unix socket (/run/app.sock, or @name for one without a "
			"file)",
			quoted(text));
	if (length >= sizeof(name))
		return complain(
			why, "\"%s\" is longer than %zu bytes", quoted(text), sizeof(name) - 1);
	if (w->n_sockets == MAX_FILTERS)
		return filter_full(why, "socket");
	memcpy(name, text, length);
	if (*name == '@')
		*name = '\0';
	w->filter.asks |= FILTER_SOCKET;
	w->sockets[w->n_sockets++] = mix_name(name, length);
	return 0;
}

int parse_host(const char *text, struct where *w, struct error *why)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	uint32_t address[4];
	size_t length = strlen(text);

	if (inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1)
		return complain(why, "\"%s\" is an address: cidr takes it", quoted(text));
	if (!length || length > 253 || strspn(text, allowed) != length || *text == '-' ||
		*text == '.')
		return complain(why, "\"%s\" is not a host's name (db.internal)", quoted(text));
	if (w->n_hosts == MAX_FILTERS)
		return filter_full(why, "host");
	w->hosts[w->n_hosts] = strdup(text);
	if (!w->hosts[w->n_hosts])
		return complain(why, "out of memory");
	w->filter.asks |= FILTER_HOST;
	w->n_hosts++;
	return 0;
}
