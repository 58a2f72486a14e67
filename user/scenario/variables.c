// SPDX-License-Identifier: GPL-2.0
/* What can be put into the values of a scenario: its params, one combination of its matrix, its
 * ports. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/expand_own.h"

#define SOME_DIR "/tmp/jinx-scratch"
#define SOME_PORT 40001

struct variable *variable_find(struct expansion *e, const char *name, size_t length)
{
	for (unsigned int i = 0; i < e->n; i++)
		if (strlen(e->all[i].name) == length && !strncmp(e->all[i].name, name, length))
			return &e->all[i];
	return NULL;
}

static const char *set_value(const struct expansion *e, const char *name)
{
	size_t length = strlen(name);

	for (unsigned int i = 0; i < e->settings->n; i++)
		if (!strncmp(e->settings->all[i].name, name, length) &&
			strchr("=", e->settings->all[i].name[length]))
			return e->settings->all[i].value;
	return NULL;
}

static int add(struct document *d, yaml_node_t *key, struct expansion *e, struct variable v)
{
	struct value name = {.name = "param"};
	char *checked = NULL;
	int err = read_text(d, key, name.name, &name.text)
			  ?: wrong_value(d, key, take_name(name, &checked, d->why));

	free(checked);
	if (err)
		return err;
	if (!strcmp(name.text, "dir") || !strcmp(name.text, "folder"))
		return wrong(d, key, "${%s} is %s, and no param", name.text,
			*name.text == 'd' ? "the scratch directory" : "the folder of the file");
	if (variable_find(e, name.text, strlen(name.text)))
		return wrong(d, key, "there are two params named \"%s\"", name.text);
	if (e->n == MAX_PARAMS)
		return wrong(d, key, "more than %d params", MAX_PARAMS), NO_MORE;
	v.name = name.text;
	v.key = key;
	e->all[e->n++] = v;
	return 0;
}

static int read_param(struct document *d, yaml_node_t *key, yaml_node_t *value, void *expansion)
{
	struct expansion *e = expansion;
	struct variable v = {};
	int err;

	if (value->type != YAML_SCALAR_NODE)
		return wrong(d, value, "a param takes a plain value; several of them: \"matrix\"");
	if (strlen((char *)value->data.scalar.value) != value->data.scalar.length)
		return wrong(d, value, "a param holds a NUL byte");
	v.value = (const char *)value->data.scalar.value;
	v.text = value;
	err = add(d, key, e, v);
	if (err)
		return err;
	v.value = set_value(e, e->all[e->n - 1].name);
	if (v.value)
		e->all[e->n - 1].value = v.value;
	else if (!value->data.scalar.length && value->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return wrong(d, key, "param \"%s\" has no value: --set %s=VALUE",
			e->all[e->n - 1].name, e->all[e->n - 1].name);
	return 0;
}

static int read_axis(struct document *d, yaml_node_t *key, yaml_node_t *value, void *expansion)
{
	struct expansion *e = expansion;
	int err;

	if (value->type != YAML_SEQUENCE_NODE ||
		value->data.sequence.items.start == value->data.sequence.items.top)
		return wrong(d, value, "\"matrix\" takes a list of values for each param");
	for (yaml_node_item_t *i = value->data.sequence.items.start;
		i < value->data.sequence.items.top; i++) {
		yaml_node_t *item = yaml_document_get_node(&d->yaml, *i);
		const char *text;

		if (read_text(d, item, "matrix", &text))
			return -EINVAL;
	}
	err = add(d, key, e, (struct variable){.list = value});
	if (!err)
		e->all[e->n - 1].value = set_value(e, e->all[e->n - 1].name);
	return err;
}

static unsigned int count(const struct variable *v)
{
	const yaml_node_item_t *first = v->list->data.sequence.items.start;

	return v->value ? 1 : v->list->data.sequence.items.top - first;
}

/* The last one changes fastest. What was given with --set doesn't. */
static int choose(struct expansion *e)
{
	unsigned int left = e->settings->combination, all = 1;

	for (unsigned int i = e->n; i--;) {
		struct variable *v = &e->all[i];
		unsigned int n = v->list ? count(v) : 1;

		if (n == 1 && (!v->list || v->value))
			continue;
		all *= n;
		if (all > MAX_COMBINATIONS)
			return wrong(
				e->d, e->matrix, "more than %d combinations", MAX_COMBINATIONS);
		v->value = (const char *)yaml_document_get_node(
			&e->d->yaml, v->list->data.sequence.items.start[left % n])
				   ->data.scalar.value;
		left /= n;
	}
	e->standing->combinations = all;
	if (e->settings->ret_combinations)
		*e->settings->ret_combinations = all;
	return 0;
}

static int read_port(struct document *d, yaml_node_t *node, void *expansion)
{
	struct expansion *e = expansion;
	struct standing *st = e->standing;
	struct value name = {.name = "ports"};
	struct variable *v;
	int err;

	if (st->n_ports == MAX_PORTS)
		return wrong(d, node, "more than %d ports", MAX_PORTS), NO_MORE;
	err = read_text(d, node, name.name, &name.text)
		      ?: wrong_value(d, node, take_name(name, &st->ports[st->n_ports], d->why));
	if (err)
		return err;
	for (unsigned int i = 0; i < st->n_ports; i++)
		if (!strcmp(st->ports[i], name.text))
			return wrong(d, node, "there are two ports named \"%s\"", name.text);
	st->numbers[st->n_ports] = e->settings->take_port
					   ? e->settings->take_port(e->settings->context)
					   : SOME_PORT + st->n_ports;
	if (!st->numbers[st->n_ports])
		return wrong(d, node, "no port is free"), NO_MORE;
	v = &e->all[e->n++];
	*v = (struct variable){.key = node};
	/* Both go into one text, which is freed with it. */
	if (asprintf(&v->made, "port.%s%c%u", name.text, 0, st->numbers[st->n_ports]) < 0)
		return wrong(d, node, "out of memory");
	st->n_ports++;
	v->name = v->made;
	v->value = v->made + strlen(v->made) + 1;
	return 0;
}

static int add_dirs(struct expansion *e)
{
	e->standing->dir = strdup(e->settings->dir ?: SOME_DIR);
	if (!e->standing->dir)
		return wrong(e->d, yaml_document_get_root_node(&e->d->yaml), "out of memory");
	e->all[e->n++] = (struct variable){.name = "dir", .value = e->standing->dir};
	if (e->settings->folder)
		e->all[e->n++] = (struct variable){.name = "folder", .value = e->settings->folder};
	return 0;
}

/* ${node.2} and ${node.2.ipv6}, of as many as there may be: how many there are is read later. */
static int add_node(struct expansion *e, unsigned int number, bool ipv6)
{
	char name[24], address[48];
	struct variable *v;

	snprintf(name, sizeof(name), "node.%u%s", number, ipv6 ? ".ipv6" : "");
	v = &e->all[e->n++];
	*v = (struct variable){.node = number, .ipv6 = ipv6};
	if (asprintf(&v->made, "%s%c%s", name, 0,
		    node_address(number, ipv6, address, sizeof(address))) < 0)
		return wrong(e->d, e->network, "out of memory");
	v->name = v->made;
	v->value = v->made + strlen(v->made) + 1;
	return 0;
}

static int add_nodes(struct expansion *e)
{
	int err = 0;

	for (unsigned int i = 0; e->network && i < 2 * MAX_NODES && !err; i++)
		err = add_node(e, i / 2 + 1, i % 2);
	return err;
}

int variables_read(struct expansion *e)
{
	int err = 0;

	e->params = document_top(e->d, "params");
	e->matrix = document_top(e->d, "matrix");
	e->ports = document_top(e->d, "ports");
	e->network = document_top(e->d, "network");
	if (e->params && read_map(e->d, e->params, "params", read_param, e))
		err = go_on(e->d);
	if (e->matrix && e->matrix->type != YAML_MAPPING_NODE) {
		wrong(e->d, e->matrix, "\"matrix\" takes a mapping of names to lists of values");
		err = go_on(e->d);
	} else if (e->matrix && read_map(e->d, e->matrix, "matrix", read_axis, e)) {
		err = go_on(e->d);
	}
	if (!err && choose(e))
		err = go_on(e->d);
	if (e->ports && read_list(e->d, e->ports, "ports", read_port, e))
		err = go_on(e->d);
	return err ?: add_dirs(e) ?: add_nodes(e);
}
