// SPDX-License-Identifier: GPL-2.0
/* partition: who is cut off from whom. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/parse.h"

#define FROM 0
#define TO 1
#define NETWORKS MAX_TARGETS /* of a list: all of them are one side */

/* A side that is being read. */
struct side {
	struct fault_spec *fault;
	unsigned int number;
};

/* Names have none of these. */
static bool is_network(const char *text)
{
	return strpbrk(text, ".:/");
}

static int add_network(struct document *d, yaml_node_t *node, const char *text, struct side *side)
{
	struct partition *p = &side->fault->partition;

	if (p->n_networks && p->network_side != side->number)
		return wrong(
			d, node, "networks are one side of a partition, a target is the other");
	p->n_networks++;
	p->network_side = side->number;
	return wrong_value(d, node, parse_network(text, &side->fault->where, d->why));
}

static int read_party(struct document *d, yaml_node_t *node, void *of)
{
	struct side *side = of;
	struct partition *p = &side->fault->partition;
	struct value v = {.name = "partition"};
	int err = read_text(d, node, v.name, &v.text);

	if (err)
		return err;
	if (is_network(v.text))
		return add_network(d, node, v.text, side);
	for (unsigned int i = 0; i < p->n; i++)
		if (!strcmp(p->all[i].name, v.text))
			return wrong(
				d, node, "target \"%s\" stands twice in the partition", v.text);
	if (p->n == MAX_TARGETS)
		return wrong(d, node, "more than %d targets", MAX_TARGETS), NO_MORE;
	err = wrong_value(d, node, take_name(v, &p->all[p->n].name, d->why));
	if (err)
		return err;
	p->all[p->n].side = side->number;
	p->all[p->n++].place = place_of(node);
	return 0;
}

/* Each for itself. */
static int read_single(struct document *d, yaml_node_t *node, void *of)
{
	struct side *side = of, networks = {side->fault, NETWORKS};

	if (node->type == YAML_SCALAR_NODE && is_network((char *)node->data.scalar.value))
		return read_party(d, node, &networks);
	side->number++;
	return read_party(d, node, side);
}

static int read_group(struct document *d, yaml_node_t *key, yaml_node_t *value, void *of)
{
	struct side *side = of;
	const char *name;
	int err = read_text(d, key, "partition", &name);

	if (err)
		return err;
	/* {a, b}: a mapping without values, and what the command line has. */
	if (value->type == YAML_SCALAR_NODE && !value->data.scalar.length)
		return read_single(d, key, side);
	err = read_list(d, value, name, read_party, side);
	side->number++;
	return err;
}

static bool has_key(struct document *d, const yaml_node_t *node, const char *key)
{
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
		p++) {
		const yaml_node_t *k = yaml_document_get_node(&d->yaml, p->key);

		if (k->type == YAML_SCALAR_NODE && !strcmp((char *)k->data.scalar.value, key))
			return true;
	}
	return false;
}

static size_t n_pairs(const yaml_node_t *node)
{
	return node->data.mapping.pairs.top - node->data.mapping.pairs.start;
}

static int read_way(struct document *d, yaml_node_t *key, yaml_node_t *value, void *of)
{
	struct side *side = of;

	side->number = strcmp((char *)key->data.scalar.value, "from") ? TO : FROM;
	return read_list(d, value, "partition", read_party, side);
}

/* {isolate: n1, except: {port: 22}} */
static int read_isolated(struct document *d, yaml_node_t *key, yaml_node_t *value, void *of)
{
	static const char *const keys[] = {"isolate", "except"};
	const char *name = (char *)key->data.scalar.value;
	struct side *side = of;

	if (!strcmp(name, "isolate"))
		return read_party(d, value, side);
	if (!strcmp(name, "except"))
		return read_spared(d, value, &side->fault->where);
	d->why->place = place_of(key);
	return complain_unknown(d->why, "key", name, keys, ARRAY_SIZE(keys));
}

static int read_sides(struct document *d, yaml_node_t *node, struct side *side)
{
	if (node->type == YAML_SEQUENCE_NODE)
		return read_list(d, node, "partition", read_single, side);
	if (node->type != YAML_MAPPING_NODE)
		return read_single(d, node, side);
	if (has_key(d, node, "isolate")) {
		side->fault->partition.isolates = true;
		return read_map(d, node, "targets", read_isolated, side);
	}
	side->fault->partition.one_way =
		n_pairs(node) == 2 && has_key(d, node, "from") && has_key(d, node, "to");
	return read_map(
		d, node, "targets", side->fault->partition.one_way ? read_way : read_group, side);
}

static bool has_two_sides(const struct partition *p)
{
	for (unsigned int i = 1; i < p->n; i++)
		if (p->all[i].side != p->all[0].side)
			return true;
	return false;
}

int read_partition(struct document *d, yaml_node_t *node, void *fault)
{
	struct fault_spec *f = fault;
	struct side side = {.fault = f};
	int err = read_sides(d, node, &side);

	if (err)
		return err;
	if (f->partition.isolates)
		return f->partition.n_networks
			       ? wrong(d, node, "\"isolate\" takes a target: who is cut off")
			       : 0;
	if (f->partition.n_networks && f->partition.n > 1)
		return wrong(d, node,
			"a partition is between targets, or between one and networks: {from: db, "
			"to: 10.0.0.0/8}");
	if (!f->partition.n_networks && !has_two_sides(&f->partition))
		return wrong(d, node, "a partition is between two targets at least: [db, web]");
	if (f->partition.n && f->partition.n_networks &&
		f->partition.all[0].side == f->partition.network_side)
		return wrong(d, node, "the target and the networks are on the same side");
	return 0;
}

static int find_party(
	struct document *d, const struct scenario *s, const struct party *party, unsigned int *ret)
{
	const char *names[MAX_TARGETS];

	for (*ret = 0; *ret < s->n_targets; ++*ret) {
		names[*ret] = s->targets[*ret].name;
		if (!strcmp(names[*ret], party->name))
			return 0;
	}
	d->why->place = party->place;
	return complain_unknown(d->why, "target", party->name, names, s->n_targets);
}

/* Whether what `from` sends is kept from `to`. */
static bool is_cut(const struct partition *p, const struct party *from, const struct party *to)
{
	if (p->one_way)
		return from->side == FROM && to->side == TO;
	return from->side != to->side;
}

int bind_partition(struct document *d, const struct scenario *s, struct fault_spec *f)
{
	struct partition *p = &f->partition;
	unsigned int index[MAX_TARGETS] = {};

	for (unsigned int i = 0; i < p->n; i++)
		if (find_party(d, s, &p->all[i], &index[i]))
			return -EINVAL;
	f->target = index[0];
	for (unsigned int a = 0; a < p->n; a++)
		for (unsigned int b = 0; b < p->n; b++)
			if (is_cut(p, &p->all[a], &p->all[b]))
				p->from[index[b]] |= 1u << index[a];
	for (unsigned int i = 0; i < p->n; i++)
		p->targets |= 1u << index[i];
	return 0;
}
