// SPDX-License-Identifier: GPL-2.0
#include "scenario/expand_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
/* Of all values together: params that name each other twice would double with each. */
#define MAX_EXPANDED (1 << 20)

static int expand_text(
	struct expansion *e, yaml_node_t *node, const char *text, FILE *to, bool *changed);

/* The value of a variable, which may name others. NULL: it was complained about. */
static const char *value_of(struct expansion *e, struct variable *v)
{
	bool changed;
	size_t size;
	FILE *f;
	int err;

	if (v->state == READY || v->state == WRONG)
		return v->state == READY ? v->expanded : NULL;
	if (v->state == UNDER_WAY) {
		wrong(e->d, v->key, "param \"%s\" is made of itself", v->name);
		return NULL;
	}
	f = open_memstream(&v->expanded, &size);
	if (!f) {
		wrong(e->d, v->key, "out of memory");
		return NULL;
	}
	v->state = UNDER_WAY;
	err = expand_text(e, v->list ?: v->key, v->value, f, &changed);
	if (fclose(f) && !err) /* which is when the text is where it stays */
		err = wrong(e->d, v->key, "out of memory");
	v->state = err ? WRONG : READY; /* it was said once */
	return err ? NULL : v->expanded;
}

static int unknown(struct expansion *e, yaml_node_t *node, const char *name, int length)
{
	const char *names[MAX_VARIABLES];
	_cleanup_free_ char *word = strndup(name, length);
	struct error *why = e->d->why;

	for (unsigned int i = 0; i < e->n; i++)
		names[i] = e->all[i].name;
	if (!word)
		return wrong(e->d, node, "out of memory");
	complain_unknown(why, "param", word, names, e->n);
	text_append(
		why->message, sizeof(why->message), " ($${%s} leaves it to a shell)", quoted(word));
	return wrong_value(e->d, node, -EINVAL);
}

/* At "${": how long the name is, or -1: what follows is none, but a shell's affair. */
static int name_length(const char *text)
{
	size_t length = strspn(text + 2, NAME_LETTERS);

	return length && text[2 + length] == '}' ? (int)length : -1;
}

/* How many nodes there are is not known yet. */
static void mark_node(struct standing *st, const struct variable *v, const yaml_node_t *text)
{
	st->uses_ipv6 |= v->ipv6;
	if (v->node <= st->last_node)
		return;
	st->last_node = v->node;
	st->last_node_place = place_of(text);
}

static int put_value(struct expansion *e, yaml_node_t *node, const char *name, int length, FILE *to)
{
	struct variable *v = variable_find(e, name, length);
	const char *value;

	if (!v)
		return unknown(e, node, name, length);
	v->used = true;
	mark_node(e->standing, v, node);
	value = value_of(e, v);
	if (!value)
		return -EINVAL;
	e->length += strlen(value);
	if (e->length > MAX_EXPANDED)
		return wrong(
			e->d, node, "too much text, params included: the most is %d", MAX_EXPANDED);
	fputs(value, to);
	return 0;
}

static int expand_text(
	struct expansion *e, yaml_node_t *node, const char *text, FILE *to, bool *changed)
{
	const char *at;
	int err = 0;

	*changed = false;
	while (!err && (at = strstr(text, "${"))) {
		bool escaped = at > text && at[-1] == '$';
		int length = name_length(at);

		*changed |= escaped || length >= 0;
		fwrite(text, 1, at - text - escaped, to);
		if (escaped || length < 0) {
			fputs("${", to);
			text = at + 2;
			continue;
		}
		err = put_value(e, node, at + 2, length, to);
		text = at + 2 + length + 1;
	}
	fputs(text, to);
	return err;
}

static int replace(struct expansion *e, yaml_node_t *node, const char *made, size_t size)
{
	char **all = realloc(e->replaced, (e->n_replaced + 1) * sizeof(*all));
	char *text = all ? strdup(made) : NULL;

	if (all)
		e->replaced = all;
	if (!text)
		return wrong(e->d, node, "out of memory");
	all[e->n_replaced++] = (char *)node->data.scalar.value;
	node->data.scalar.value = (yaml_char_t *)text;
	node->data.scalar.length = size;
	return 0;
}

static int expand_scalar(struct expansion *e, yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;
	_cleanup_free_ char *made = NULL;
	_cleanup_file_ FILE *f = NULL;
	size_t size;
	bool changed;
	int err;

	/* What follows a NUL is complained about by who reads it. */
	if (strlen(text) != node->data.scalar.length || !strstr(text, "${"))
		return 0;
	f = open_memstream(&made, &size);
	if (!f)
		return wrong(e->d, node, "out of memory");
	err = expand_text(e, node, text, f, &changed);
	if (err || fflush(f))
		return err ?: wrong(e->d, node, "out of memory");
	if (!changed)
		return 0;
	return replace(e, node, made, size);
}

/*
 * Values that are the same by an anchor are one node, which is expanded once: bounds_check() limits
 * how often it is come by, and what has been expanded has no ${name} in it but by $${.
 */
static int walk(struct expansion *e, yaml_node_t *node, bool *seen)
{
	yaml_document_t *yaml = &e->d->yaml;
	bool *was_here = &seen[node - yaml->nodes.start];
	int err = 0;

	if (*was_here)
		return 0;
	*was_here = true;
	if (node->type == YAML_SCALAR_NODE)
		return expand_scalar(e, node) ? go_on(e->d) : 0;
	if (node->type == YAML_SEQUENCE_NODE) {
		for (yaml_node_item_t *i = node->data.sequence.items.start;
			i < node->data.sequence.items.top; i++)
			err |= walk(e, yaml_document_get_node(yaml, *i), seen);
		return err;
	}
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		node->type == YAML_MAPPING_NODE && p < node->data.mapping.pairs.top; p++)
		err |= walk(e, yaml_document_get_node(yaml, p->value), seen);
	return err;
}

/* All but the values of params, which are looked at where they are used. */
static int walk_all(struct expansion *e)
{
	yaml_document_t *yaml = &e->d->yaml;
	_cleanup_free_ bool *seen = calloc(yaml->nodes.top - yaml->nodes.start + 1, 1);
	yaml_node_t *apart[] = {e->params, e->matrix, e->ports};
	int err;

	if (!seen)
		return wrong(e->d, yaml_document_get_root_node(yaml), "out of memory");
	for (size_t i = 0; i < ARRAY_SIZE(apart); i++)
		if (apart[i])
			seen[apart[i] - yaml->nodes.start] = true;
	err = walk(e, yaml_document_get_root_node(yaml), seen);
	return err ? -EINVAL : 0;
}

/* What a text names is of use, whether this combination takes the text or not. */
static void mark(struct expansion *e, const yaml_node_t *text)
{
	const char *at = (const char *)text->data.scalar.value;

	for (; (at = strstr(at, "${")); at += 2) {
		int length = name_length(at);
		struct variable *v = length < 0 ? NULL : variable_find(e, at + 2, length);

		if (v)
			v->mentioned = true;
	}
}

/* The values of params: by --set or another value of the matrix they are not looked at. */
static void mark_mentioned(struct expansion *e)
{
	yaml_document_t *yaml = &e->d->yaml;

	for (unsigned int i = 0; i < e->n; i++) {
		const struct variable *v = &e->all[i];

		if (v->text)
			mark(e, v->text);
		for (yaml_node_item_t *k = v->list ? v->list->data.sequence.items.start : NULL;
			k && k < v->list->data.sequence.items.top; k++)
			mark(e, yaml_document_get_node(yaml, *k));
	}
}

/* All that --set says is meant for something. */
static int check_settings(struct expansion *e)
{
	for (unsigned int i = 0; i < e->settings->n; i++) {
		const char *name = e->settings->all[i].name, *names[MAX_VARIABLES];
		_cleanup_free_ char *word = strndup(name, strcspn(name, "="));
		struct variable *v = word ? variable_find(e, word, strlen(word)) : NULL;
		unsigned int n = 0;

		if (v && !v->made && v->key)
			continue;
		for (unsigned int k = 0; k < e->n; k++)
			if (!e->all[k].made && e->all[k].key)
				names[n++] = e->all[k].name;
		e->d->why->place = (struct place){0, 0};
		complain_unknown(e->d->why, "param", word ?: "", names, n);
		return go_on(e->d);
	}
	return 0;
}

/* What only one needs that nobody uses is no mistake of its own. */
static int look_at_unused(struct expansion *e)
{
	bool unused[MAX_VARIABLES];
	int err = 0;

	for (unsigned int i = 0; i < e->n; i++)
		unused[i] = e->all[i].key && !e->all[i].used;
	for (unsigned int i = 0; i < e->n; i++)
		if (unused[i] && !value_of(e, &e->all[i]))
			err = go_on(e->d);
	return err;
}

/* Each is of use, and has come to something. */
static int check_variables(struct expansion *e)
{
	struct standing *st = e->standing;
	int err = look_at_unused(e);

	for (unsigned int i = 0; i < e->n; i++) {
		struct variable *v = &e->all[i];

		if (!v->key) {
			st->uses_dir |= v->used && !strcmp(v->name, "dir");
		} else if (!v->used && !v->mentioned) {
			wrong(e->d, v->key, "%s \"%s\" is not used", v->made ? "port" : "param",
				v->made ? v->name + strlen("port.") : v->name);
			err = go_on(e->d);
		} else if (!v->made && v->used) {
			struct param *p = &st->params[st->n_params++];

			*p = (struct param){strdup(v->name), strdup(v->expanded), v->list};
			if (!p->name || !p->value)
				return wrong(e->d, v->key, "out of memory");
		}
	}
	return err;
}

int expand(struct document *d, const struct settings *settings, struct standing *ret)
{
	static const struct settings none;
	struct expansion *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return wrong(d, yaml_document_get_root_node(&d->yaml), "out of memory");
	e->d = d;
	e->settings = settings ?: &none;
	e->standing = ret;
	ret->combinations = 1;
	err = variables_read(e);
	err = err ?: check_settings(e);
	/* While all texts are as they were written. */
	mark_mentioned(e);
	err = err ?: walk_all(e);
	err = err ?: check_variables(e);
	for (unsigned int i = 0; i < e->n; i++) {
		free(e->all[i].made);
		free(e->all[i].expanded);
	}
	for (size_t i = 0; i < e->n_replaced; i++)
		free(e->replaced[i]);
	free(e->replaced);
	free(e);
	return err;
}
