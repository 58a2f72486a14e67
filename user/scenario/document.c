// SPDX-License-Identifier: GPL-2.0
#include "scenario/document.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/bounds.h"
#include "scenario/names.h"

#define MAX_KEYS 32
#define MAX_NAME 63

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

static bool is_tab(const struct document *d, yaml_mark_t mark)
{
	const char *p = d->text, *end = d->text + d->size;

	for (size_t i = 0; i < mark.index && p < end; i++)
		for (p++; p < end && continues(*p); p++)
			;
	return p < end && *p == '\t';
}

static int syntax_error(struct document *d, yaml_parser_t *p)
{
	if (p->error == YAML_READER_ERROR) {
		d->why->place = place_in(
			d->text, p->problem_offset < d->size ? p->problem_offset : d->size);
		return complain(d->why, "not a text file: %s", p->problem);
	}
	d->why->place = place_at(p->problem_mark);
	if (p->error == YAML_SCANNER_ERROR && is_tab(d, p->problem_mark))
		return complain(d->why, "not YAML: a tab, where only spaces indent");
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

	d->why = why;
	d->text = text;
	d->size = size;
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
}

static const char *kind_of(const yaml_node_t *node)
{
	return node->type == YAML_MAPPING_NODE	  ? "a mapping"
	       : node->type == YAML_SEQUENCE_NODE ? "a list"
						  : "a plain value";
}

int read_text(struct document *d, yaml_node_t *node, const char *what, const char **ret)
{
	const char *value = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE)
		return wrong(d, node, "\"%s\" takes a plain value, not %s", what, kind_of(node));
	if (strlen(value) != node->data.scalar.length)
		return wrong(d, node, "\"%s\" holds a NUL byte", what);
	if (!*value)
		return wrong(d, node, "\"%s\" is empty", what);
	*ret = value;
	return 0;
}

int read_copy(struct document *d, yaml_node_t *node, const char *what, char **ret)
{
	const char *text = NULL;
	int err = read_text(d, node, what, &text);

	if (err)
		return err;
	*ret = strdup(text);
	return *ret ? 0 : wrong(d, node, "out of memory");
}

int read_count(struct document *d, yaml_node_t *node, const char *what, uint64_t least,
	uint64_t most, uint64_t *ret)
{
	const char *text = NULL;
	int err = read_text(d, node, what, &text);

	if (err)
		return err;
	if (text[strspn(text, "0123456789")])
		return wrong(
			d, node, "\"%s\" takes a whole number, not \"%s\"", what, quoted(text));
	/* What doesn't fit 64 bits is too large as well. */
	if (parse_count(text, ret, d->why) || *ret > most)
		return wrong(d, node, "\"%s\" is %s: the most is %llu", what, quoted(text),
			(unsigned long long)most);
	if (*ret < least)
		return wrong(d, node, "\"%s\" is %s: the least is %llu", what, quoted(text),
			(unsigned long long)least);
	return 0;
}

int read_bool(struct document *d, yaml_node_t *node, const char *what, bool *ret)
{
	const char *text = NULL;
	int err = read_text(d, node, what, &text);

	if (err)
		return err;
	*ret = !strcmp(text, "true") || !strcmp(text, "yes");
	if (!*ret && strcmp(text, "false") && strcmp(text, "no"))
		return wrong(d, node, "\"%s\" takes true or false, not \"%s\"", what, quoted(text));
	return 0;
}

int read_name(struct document *d, yaml_node_t *node, const char *what, char **ret)
{
	int err = read_copy(d, node, what, ret);

	if (err)
		return err;
	if (strlen(*ret) > MAX_NAME)
		return wrong(d, node, "\"%s\" is longer than %d characters", what, MAX_NAME);
	if ((*ret)[strspn(*ret, "abcdefghijklmnopqrstuvwxyz0123456789-_")])
		return wrong(d, node,
			"\"%s\" takes a name (lower-case letters, digits, - and _), not \"%s\"",
			what, quoted(*ret));
	return 0;
}

int read_list(struct document *d, yaml_node_t *node, const char *what,
	int (*f)(struct document *d, yaml_node_t *item, void *out), void *out)
{
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return f(d, node, out);
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return wrong(d, node, "\"%s\" is an empty list", what);
	for (yaml_node_item_t *i = node->data.sequence.items.start;
		i < node->data.sequence.items.top && !err; i++)
		err = f(d, yaml_document_get_node(&d->yaml, *i), out);
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
		return wrong(d, item, "\"%s\" takes plain values, not %s", a->what, kind_of(item));
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

static int unknown_key(struct document *d, yaml_node_t *node, const char *what, const char *word,
	const struct key *keys, size_t n)
{
	const char *names[MAX_KEYS], *near;

	assert(n <= MAX_KEYS);
	for (size_t i = 0; i < n; i++)
		names[i] = keys[i].name;
	near = nearest(word, names, n);
	if (near)
		return wrong(d, node, "unknown key \"%s\" in %s; did you mean \"%s\"?",
			quoted(word), what, near);
	return wrong(d, node, "unknown key \"%s\" in %s", quoted(word), what);
}

/* A mapping that is being read. */
struct mapping {
	const char *what;
	const struct key *keys;
	size_t n, n_lists; /* of the keys the first n_lists take values with commas */
	bool seen[MAX_KEYS];
	const struct key *list; /* the last key, if it is one of those */
};

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
	const char *word;
	size_t i = 0;

	if (read_text(d, key, "key", &word))
		return -EINVAL;
	while (i < m->n && strcmp(m->keys[i].name, word))
		i++;
	if (i == m->n && continues_list(m, value))
		return m->list->parse(d, key, out);
	if (i == m->n)
		return unknown_key(d, key, m->what, word, m->keys, m->n);
	if (m->seen[i])
		return wrong(d, key, "duplicate key \"%s\" in %s", word, m->what);
	m->seen[i] = true;
	m->list = i < m->n_lists ? &m->keys[i] : NULL;
	return m->keys[i].parse(d, value, out);
}

int read_mapping(struct document *d, yaml_node_t *node, const char *what, const struct key *keys,
	size_t n, void *out)
{
	return read_mapping_of_lists(d, node, what, keys, n, 0, out);
}

int read_mapping_of_lists(struct document *d, yaml_node_t *node, const char *what,
	const struct key *keys, size_t n, size_t n_lists, void *out)
{
	struct mapping m = {.what = what, .keys = keys, .n = n, .n_lists = n_lists};
	int err = 0;

	assert(n <= MAX_KEYS);
	if (node->type != YAML_MAPPING_NODE)
		return wrong(d, node, "%s is a mapping of keys, not %s", what, kind_of(node));
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		p < node->data.mapping.pairs.top && !err; p++)
		err = read_pair(d, p, &m, out);
	for (size_t i = 0; i < n && !err; i++)
		if (keys[i].required && !m.seen[i])
			err = wrong(d, node, "\"%s\" is missing in %s", keys[i].name, what);
	return err;
}

int read_duration(struct document *d, yaml_node_t *node, const char *what, uint64_t *ret)
{
	const char *text = NULL;
	int err = read_text(d, node, what, &text);

	return err ?: wrong_value(d, node, parse_duration(text, ret, d->why));
}
