// SPDX-License-Identifier: GPL-2.0
/* network: of a scenario file, and `node` wherever something is started. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

/* Nobody else sees them: they need not be free on the host. */
#define IPV4_NODE "10.77.0.%u"
#define IPV6_NODE "fd6a:696e:78::%x"

const char *node_address(unsigned int number, bool ipv6, char *ret, size_t size)
{
	if (ipv6)
		snprintf(ret, size, IPV6_NODE, number);
	else
		snprintf(ret, size, IPV4_NODE, number);
	return ret;
}

int take_node(struct value v, unsigned int *ret, struct error *why)
{
	uint64_t number = 0;
	int err = take_count(v, 1, MAX_NODES, &number, why);

	*ret = number;
	return err;
}

static int take_nodes(struct value v, void *standing, struct error *why)
{
	return take_node(v, &((struct standing *)standing)->n_nodes, why);
}

static const struct key network_keys[] = {
	{"nodes", VALUE_NUMBER, .required = true, .take = take_nodes,
		.about = "how many, at most 16; ${node.1} is the address of the first one",
		.example = "3"},
};

const struct block_row block_network = {
	"network", "\"network\"", network_keys, ARRAY_SIZE(network_keys)};

int read_network(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_block(d, node, BLOCK_NETWORK, &((struct parsing *)parsing)->s->standing, NULL);
}

static int check(const struct scenario *s, unsigned int node, struct place place, struct error *why)
{
	unsigned int n = s->standing.n_nodes;

	if (node <= n)
		return 0;
	why->place = place;
	if (!n)
		return complain(why, "node %u: there is no \"network\"", node);
	return complain(why, "node %u: \"network\" has %u node%s", node, n, n == 1 ? "" : "s");
}

static int check_steps(const struct scenario *s, const struct steps *all, struct error *why)
{
	int err = 0;

	for (unsigned int i = 0; i < all->n && !err; i++)
		err = check(s, all->all[i].node, all->all[i].place, why);
	return err;
}

int validate_nodes(const struct scenario *s, struct error *why)
{
	const struct standing *st = &s->standing;
	int err = check_steps(s, &st->setup, why) ?: check_steps(s, &st->teardown, why);

	for (int h = 0; h < NR_RUN_HOOKS && !err; h++)
		err = check_steps(s, &st->hooks[h], why);
	err = err ?: check(s, st->ready.probe.ask.node, st->ready.probe.place, why);
	for (unsigned int i = 0; i < s->n_targets && !err; i++)
		err = check(s, s->targets[i].node, s->targets[i].place, why);
	for (unsigned int i = 0; i < s->n_workloads && !err; i++)
		err = check(s, s->workloads[i].ask.node, s->workloads[i].place, why);
	for (unsigned int i = 0; i < s->n_probes && !err; i++)
		err = check(s, s->probes[i].ask.node, s->probes[i].place, why);
	return err ?: check(s, st->last_node, st->last_node_place, why);
}
