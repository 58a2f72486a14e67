// SPDX-License-Identifier: GPL-2.0
#include "scenario/document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/bounds.h"
#include "scenario/names.h"

static struct place place_at(yaml_mark_t mark)
{
	return (struct place){mark.line + 1, mark.column + 1};
}

struct place place_of(const yaml_node_t *node)
{
	return place_at(node->start_mark);
}

int wrong(struct document *d, const yaml_node_t *node, const char *format, ...)
{
	va_list args;

	d->why->place = place_of(node);
	va_start(args, format);
	verror_set(d->why, -EINVAL, format, args);
	va_end(args);
	return -EINVAL;
}

yaml_node_t *document_top(struct document *d, const char *key)
{
	yaml_node_t *root = yaml_document_get_root_node(&d->yaml);

	for (yaml_node_pair_t *p = root->type == YAML_MAPPING_NODE ? root->data.mapping.pairs.start
								   : NULL;
		p && p < root->data.mapping.pairs.top; p++) {
		const yaml_node_t *name = yaml_document_get_node(&d->yaml, p->key);

		if (name->type == YAML_SCALAR_NODE &&
			!strcmp((const char *)name->data.scalar.value, key))
			return yaml_document_get_node(&d->yaml, p->value);
	}
	return NULL;
}

int go_on(struct document *d)
{
	complaints_add(&d->complaints, d->why);
	return -EINVAL;
}

int wrong_value(struct document *d, const yaml_node_t *node, int err)
{
	if (err)
		d->why->place = place_of(node);
	return err;
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The place of a byte. Columns count characters, as libyaml's do. */
static struct place place_in(const char *text, size_t offset)
{
	struct place place = {1, 1};

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n')
			place = (struct place){place.line + 1, 1};
		else
			place.column += !continues(text[i]);
	}
	return place;
}

static bool is_at(const struct document *d, yaml_mark_t mark, char c)
{
	const char *p = d->text, *end = d->text + d->size;

	for (size_t i = 0; i < mark.index && p < end; i++)
		for (p++; p < end && continues(*p); p++)
			;
	return p < end && *p == c;
}

/* What begins with *, & or ! is something else than a value. */
static bool is_sign(const char *context)
{
	return context && (strstr(context, "scanning an alias") ||
				  strstr(context, "scanning an anchor") || strstr(context, "tag"));
}

/* As in {cidr: ::1}. */
static bool is_colon(const struct document *d, const yaml_parser_t *p)
{
	return p->problem && strstr(p->problem, "expected node content") &&
	       is_at(d, p->problem_mark, ':');
}

static int syntax_error(struct document *d, yaml_parser_t *p)
{
	if (p->error == YAML_READER_ERROR) {
		d->why->place = place_in(
			d->text, p->problem_offset < d->size ? p->problem_offset : d->size);
		return complain(d->why, "not a text file: %s", p->problem);
	}
	d->why->place = place_at(p->problem_mark);
	if (p->error == YAML_SCANNER_ERROR && is_at(d, p->problem_mark, '\t'))
		return complain(d->why, "not YAML: a tab, where only spaces indent");
	if ((p->problem && strstr(p->problem, "cannot start any token")) || is_sign(p->context) ||
		is_colon(d, p))
		return complain(d->why,
			"not YAML: a value can't begin with this character: put it in quotes");
	return complain(d->why, "not YAML: %s%s%s", p->problem ? p->problem : "out of memory",
		p->context ? ", " : "", p->context ? p->context : "");
}

static int refuse_second(struct document *d, yaml_parser_t *p)
{
	yaml_document_t second;
	yaml_node_t *root;
	int err = 0;

	if (!yaml_parser_load(p, &second))
		return syntax_error(d, p);
	root = yaml_document_get_root_node(&second);
	if (root)
		err = wrong(d, root, "a second document: a file holds one scenario");
	yaml_document_delete(&second);
	return err;
}

int document_open(struct document *d, const char *text, size_t size, struct error *why)
{
	yaml_parser_t p;
	int err = 0;

	*d = (struct document){.why = why, .text = text, .size = size};
	why->place = (struct place){1, 1};
	err = bounds_check(text, size, why);
	if (err)
		return err;
	if (!yaml_parser_initialize(&p))
		return complain(why, "out of memory");
	yaml_parser_set_input_string(&p, (const unsigned char *)text, size);
	if (!yaml_parser_load(&p, &d->yaml)) {
		err = syntax_error(d, &p);
		yaml_parser_delete(&p);
		return err;
	}
	if (!yaml_document_get_root_node(&d->yaml))
		err = complain(why, "the file is empty: a scenario starts with \"jinx: 1\"");
	else
		err = refuse_second(d, &p);
	yaml_parser_delete(&p);
	if (err)
		yaml_document_delete(&d->yaml);
	return err;
}

void document_close(struct document *d)
{
	yaml_document_delete(&d->yaml);
	complaints_add(&d->complaints, d->why);
	if (complaints_sort(&d->complaints))
		*d->why = d->complaints.all[0];
}

static const char *type_of(const yaml_node_t *node)
{
	return node->type == YAML_MAPPING_NODE	  ? "a mapping"
	       : node->type == YAML_SEQUENCE_NODE ? "a list"
						  : "a plain value";
}

int read_text(struct document *d, yaml_node_t *node, const char *what, const char **ret)
{
	const char *value = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE)
		return wrong(d, node, "\"%s\" takes a plain value, not %s", what, type_of(node));
	if (strlen(value) != node->data.scalar.length)
		return wrong(d, node, "\"%s\" holds a NUL byte", what);
	if (!*value)
		return wrong(d, node, "\"%s\" is empty", what);
	*ret = value;
	return 0;
}

int read_list(struct document *d, yaml_node_t *node, const char *what,
	int (*f)(struct document *d, yaml_node_t *item, void *out), void *out)
{
	int err = 0, one = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return f(d, node, out);
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return wrong(d, node, "\"%s\" is an empty list", what);
	for (yaml_node_item_t *i = node->data.sequence.items.start;
		i < node->data.sequence.items.top && one != NO_MORE; i++) {
		one = f(d, yaml_document_get_node(&d->yaml, *i), out);
		if (one)
			err = go_on(d);
	}
	return err;
}

int read_map(struct document *d, yaml_node_t *node, const char *what,
	int (*f)(struct document *d, yaml_node_t *key, yaml_node_t *value, void *out), void *out)
{
	int err = 0, one = 0;

	if (node->type != YAML_MAPPING_NODE)
		return wrong(d, node, "\"%s\" takes a mapping of names to %s", what, what);
	if (node->data.mapping.pairs.start == node->data.mapping.pairs.top)
		return wrong(d, node, "\"%s\" is empty", what);
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		p < node->data.mapping.pairs.top && one != NO_MORE; p++) {
		one = f(d, yaml_document_get_node(&d->yaml, p->key),
			yaml_document_get_node(&d->yaml, p->value), out);
		if (one)
			err = go_on(d);
	}
	return err;
}

struct argv {
	const char *what;
	char **words;
	size_t n;
};

static int add_word(struct document *d, yaml_node_t *item, void *out)
{
	struct argv *a = out;
	char **words = realloc(a->words, (a->n + 2) * sizeof(*words));

	if (!words)
		return wrong(d, item, "out of memory");
	a->words = words;
	words[a->n] = words[a->n + 1] = NULL;
	/* Empty arguments are fine, so this is not read_copy()'s business. */
	if (item->type != YAML_SCALAR_NODE)
		return wrong(d, item, "\"%s\" takes plain values, not %s", a->what, type_of(item));
	if (strlen((char *)item->data.scalar.value) != item->data.scalar.length)
		return wrong(d, item, "\"%s\" holds a NUL byte", a->what);
	if (!a->n && !item->data.scalar.length)
		return wrong(d, item, "\"%s\" begins with the program's name", a->what);
	words[a->n] = strdup((char *)item->data.scalar.value);
	return words[a->n++] ? 0 : wrong(d, item, "out of memory");
}

int read_argv(struct document *d, yaml_node_t *node, const char *what, char ***ret)
{
	struct argv a = {.what = what};
	int err;

	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"%s\" takes a list: [program, argument, ...]", what);
	err = read_list(d, node, what, add_word, &a);
	*ret = a.words; /* the model frees it, whole or not */
	return err;
}

const char *block_called(const struct document *d, enum block block)
{
	return block == BLOCK_NOT && d->barring ? d->barring : block_rows[block]->what;
}

/* A mapping that is being read. */
struct mapping {
	enum block block;
	struct given *given;
	const struct key *list; /* the last key, if it takes values with commas */
};

/* {zone:UTC} is one word to YAML. */
static const char *key_before_colon(const char *word, const struct mapping *m)
{
	size_t length = strcspn(word, ":");

	for (size_t i = 0; word[length] && i < m->given->n; i++) {
		const char *name = m->given->keys[i]->name;

		if (strlen(name) == length && !strncmp(word, name, length))
			return name;
	}
	return NULL;
}

static int unknown_key(
	struct document *d, yaml_node_t *node, const char *word, const struct mapping *m)
{
	const char *names[MAX_KEYS], *near, *what = block_called(d, m->block);
	char all[300];

	if (key_before_colon(word, m))
		return wrong(d, node, "\"%s\" in %s needs a blank behind \"%s:\"", quoted(word),
			what, key_before_colon(word, m));
	for (size_t i = 0; i < m->given->n; i++)
		names[i] = m->given->keys[i]->name;
	near = nearest(word, names, m->given->n);
	if (near)
		return wrong(d, node, "unknown key \"%s\" in %s; did you mean \"%s\"?",
			quoted(word), what, near);
	return wrong(d, node, "unknown key \"%s\" in %s; there are %s", quoted(word), what,
		list_words(names, m->given->n, " and ", all, sizeof(all)));
}

/* A plain value that is being read, or an item of a list of them. */
struct reading {
	const struct key *key;
	void *out;
};

static int read_item(struct document *d, yaml_node_t *node, void *reading)
{
	const struct reading *r = reading;
	struct value v = {.name = r->key->called ?: r->key->name};
	int err = read_text(d, node, v.name, &v.text);

	return err ?: wrong_value(d, node, r->key->take(v, r->out, d->why));
}

static int read_value(struct document *d, yaml_node_t *node, const struct key *k, void *out)
{
	struct reading r = {k, out};

	if (k->read)
		return k->read(d, node, out);
	if (k->list)
		return read_list(d, node, k->called ?: k->name, read_item, &r);
	return read_item(d, node, &r);
}

/* In {port: 80,443} YAML takes 443 for a key without a value. */
static bool continues_list(const struct mapping *m, const yaml_node_t *value)
{
	return m->list && value->type == YAML_SCALAR_NODE && !value->data.scalar.length &&
	       value->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static int read_pair(struct document *d, yaml_node_pair_t *pair, struct mapping *m, void *out)
{
	yaml_node_t *key = yaml_document_get_node(&d->yaml, pair->key);
	yaml_node_t *value = yaml_document_get_node(&d->yaml, pair->value);
	struct given *g = m->given;
	const char *word;
	size_t i = 0;

	if (read_text(d, key, "key", &word))
		return -EINVAL;
	while (i < g->n && strcmp(g->keys[i]->name, word))
		i++;
	if ((i == g->n || g->keys[i]->is_word) && continues_list(m, value))
		return read_value(d, key, m->list, out);
	if (i == g->n)
		return unknown_key(d, key, word, m);
	if (g->values[i])
		return wrong(d, key, "duplicate key \"%s\" in %s", word, block_called(d, m->block));
	g->values[i] = value;
	m->list = g->keys[i]->commas ? g->keys[i] : NULL;
	return read_value(d, value, g->keys[i], out);
}

int read_block(
	struct document *d, yaml_node_t *node, enum block block, void *out, struct given *ret)
{
	struct given own, *g = ret ?: &own;
	struct mapping m = {.block = block, .given = g};
	const char *what = block_called(d, block);
	int err = 0;

	memset(g, 0, sizeof(*g));
	g->n = block_keys(block, g->keys);
	if (node->type != YAML_MAPPING_NODE)
		return wrong(d, node, "%s is a mapping of keys, not %s", what, type_of(node));
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
		p++)
		if (read_pair(d, p, &m, out))
			err = go_on(d);
	/* What is missing may be there by a wrong name. */
	for (size_t i = 0; i < g->n && !err; i++)
		if (g->keys[i]->required && !g->values[i])
			err = wrong(d, node, "\"%s\" is missing in %s", g->keys[i]->name, what);
	return err;
}

yaml_node_t *given_value(const struct given *g, const char *key)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->keys[i]->name, key))
			return g->values[i];
	return NULL;
}

unsigned int given_of_one(const struct given *g)
{
	unsigned int n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += g->keys[i]->one_of && g->values[i];
	return n;
}
