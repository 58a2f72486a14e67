// SPDX-License-Identifier: GPL-2.0
#include "scene/nodes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <net/if.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "scene/links.h"

#define BRIDGE "nodes"
#define OWN "/proc/self/ns/net"
#define IPV4_PREFIX 24
#define IPV6_PREFIX 64

/* A new one that this thread is in. Its descriptor or -errno. */
static int make_network(void)
{
	int fd = unshare(CLONE_NEWNET) ? -1 : open(OWN, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int enter(int network)
{
	return setns(network, CLONE_NEWNET) ? -errno : 0;
}

/* A port that is in use already becomes ready at once, so the node's end comes last. */
static int make_port(unsigned int number, const struct nodes *all, struct error *why)
{
	char name[IF_NAMESIZE];
	int err;

	snprintf(name, sizeof(name), "node%u", number);
	err = links_make_pair(name, BRIDGE, NODE_DEVICE, all->all[number - 1]);
	if (err)
		return error_errno(why, err, "a veth pair");
	err = links_bring_up(name);
	return err ? error_errno(why, err, "%s", name) : 0;
}

static int make_hub(unsigned int n, struct nodes *all, struct error *why)
{
	int err = enter(all->bridge) ?: links_make_bridge(BRIDGE);

	if (err)
		return error_errno(why, err, "a bridge");
	err = links_bring_up(BRIDGE);
	if (err)
		return error_errno(why, err, "the bridge");
	for (unsigned int i = 1; i <= n && !err; i++)
		err = make_port(i, all, why);
	return err;
}

/* A kernel without IPv6, or one that was told to leave it out, has nodes with IPv4 alone. */
static int add_addresses(unsigned int number, struct nodes *all)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char address[16];
	int err;

	inet_pton(AF_INET, node_address(number, false, text, sizeof(text)), address);
	err = links_add_address(NODE_DEVICE, address, 4, IPV4_PREFIX);
	if (err)
		return err;
	inet_pton(AF_INET6, node_address(number, true, text, sizeof(text)), address);
	all->ipv6 &= !links_add_address(NODE_DEVICE, address, 16, IPV6_PREFIX);
	return 0;
}

static int make_node(unsigned int number, struct nodes *all, struct error *why)
{
	int err = enter(all->all[number - 1]);
	char what[16];

	err = err ?: links_bring_up("lo") ?: links_bring_up(NODE_DEVICE)
				  ?: add_addresses(number, all);
	snprintf(what, sizeof(what), "node %u", number);
	return err ? error_errno(why, err, "%s", what) : 0;
}

static int await_ports(unsigned int n, const struct nodes *all, struct error *why)
{
	char name[IF_NAMESIZE];
	int err = enter(all->bridge);

	for (unsigned int i = 1; i <= n && !err; i++) {
		snprintf(name, sizeof(name), "node%u", i);
		err = links_await(name);
	}
	return err ? error_errno(why, err, "waiting for the bridge") : 0;
}

static int make_all(unsigned int n, struct nodes *ret, struct error *why)
{
	int err;

	ret->bridge = make_network();
	for (unsigned int i = 0; i < n && ret->bridge >= 0; i++) {
		ret->all[i] = make_network();
		if (ret->all[i] < 0)
			return error_errno(why, ret->all[i], "a network namespace");
	}
	if (ret->bridge < 0)
		return error_errno(why, ret->bridge, "a network namespace");
	err = make_hub(n, ret, why);
	for (unsigned int i = 1; i <= n && !err; i++)
		err = make_node(i, ret, why);
	return err ?: await_ports(n, ret, why);
}

/* What the kernel has not got is no failure of jinx. */
static int explain(int err, struct error *why)
{
	if (err == -EOPNOTSUPP)
		text_append(why->message, sizeof(why->message),
			" (network: needs CONFIG_BRIDGE and CONFIG_VETH)");
	else if (err == -EPERM)
		text_append(why->message, sizeof(why->message),
			" (network: needs cap_sys_admin and cap_net_admin)");
	return err;
}

int nodes_make(const struct standing *st, struct nodes *ret, struct error *why)
{
	int err;

	*ret = (struct nodes){.bridge = -1, .ipv6 = true, .own = open(OWN, O_RDONLY | O_CLOEXEC)};
	for (unsigned int i = 0; i < MAX_NODES; i++)
		ret->all[i] = -1;
	if (ret->own < 0)
		return error_errno(why, -errno, OWN);
	err = explain(make_all(st->n_nodes, ret, why), why);
	/* Nothing is done elsewhere than where jinx was started. */
	if (setns(ret->own, CLONE_NEWNET) && !err)
		err = error_errno(why, -errno, "leaving a network namespace");
	if (!err && st->uses_ipv6 && !ret->ipv6)
		err = error_set(why, -EOPNOTSUPP,
			"network: this kernel has no IPv6, which ${node.K.ipv6} asks for");
	if (err)
		nodes_free(ret);
	return err;
}

void nodes_free(struct nodes *n)
{
	for (unsigned int i = 0; i < MAX_NODES; i++)
		if (n->all[i] >= 0)
			close(n->all[i]);
	if (n->bridge >= 0)
		close(n->bridge);
	if (n->own >= 0)
		close(n->own);
	n->own = n->bridge = -1;
	for (unsigned int i = 0; i < MAX_NODES; i++)
		n->all[i] = -1;
}
