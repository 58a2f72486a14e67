// SPDX-License-Identifier: GPL-2.0
#include "scenario/presets_put.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

#define NOTHING 0 /* in place of a node's number: it came to nothing */

struct word {
	const char *text;
	yaml_mark_t mark;
};

/* What a name in the preset's text stands for. */
struct words {
	const char *name;
	unsigned int n;
	struct word all[MAX_TARGETS];
};

struct putting {
	struct document *d;
	yaml_document_t from; /* the preset's text */
	yaml_mark_t mark;     /* of the phase */
	unsigned int n;
	struct words all[MAX_KEYS + 2];
	const struct word *each; /* of the item under way */
	unsigned int index;
};

static const struct words *find(const struct putting *p, const char *name, size_t length)
{
	for (unsigned int i = 0; i < p->n; i++)
		if (strlen(p->all[i].name) == length && !strncmp(p->all[i].name, name, length))
			return &p->all[i];
	return NULL;
}

static int out_of_memory(struct putting *p)
{
	p->d->why->place = (struct place){p->mark.line + 1, p->mark.column + 1};
	return complain(p->d->why, "out of memory");
}

/* Exactly. */
static void put_time(uint64_t ns, FILE *to)
{
	static const struct {
		uint64_t ns;
		const char *unit;
	} units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
	size_t i = 0;

	while (ns % units[i].ns)
		i++;
	if (ns)
		fprintf(to, "%llu%s", (unsigned long long)(ns / units[i].ns), units[i].unit);
}

/* ${KEY/2}, ${KEY*targets}: a time, which was looked at when it was read. */
static void put_product(
	const struct putting *p, const char *text, char sign, const char *factor, FILE *to)
{
	size_t length = strcspn(factor, "}");
	const struct words *list = find(p, factor, length);
	uint64_t ns = 0, by = strtoul(factor, NULL, 10);
	struct error why;

	if (!strncmp(factor, "index}", 6))
		by = p->index;
	else if (list)
		by = list->n;
	(void)parse_duration(text, &ns, &why);
	ns = sign == '/' ? (ns / (by ?: 1)) ?: 1 : ns * by;
	put_time(ns, to);
}

/* What stands in braces; *mark becomes the place of the first that comes of a key. */
static void put_reference(
	const struct putting *p, const char *name, FILE *to, const yaml_mark_t **mark)
{
	size_t length = strcspn(name, "*/}");
	const struct words *words = find(p, name, length);
	const struct word *word = !strncmp(name, "each}", 5) ? p->each
				  : words && words->n	     ? &words->all[0]
							     : NULL;

	if (!word)
		return;
	if (!*mark)
		*mark = &word->mark;
	if (name[length] == '}')
		fputs(word->text, to);
	else
		put_product(p, word->text, name[length], name + length + 1, to);
}

static int add_scalar(
	struct putting *p, const char *text, yaml_scalar_style_t style, const yaml_mark_t *mark)
{
	yaml_document_t *yaml = &p->d->yaml;
	int id = yaml_document_add_scalar(yaml, NULL, (yaml_char_t *)text, strlen(text), style);
	yaml_node_t *node = yaml_document_get_node(yaml, id);

	if (!node)
		return out_of_memory(p);
	node->start_mark = node->end_mark = *mark;
	return id;
}

/* These return the number of a node, NOTHING, or -EINVAL with a complaint. */
static int put_scalar(struct putting *p, const yaml_node_t *from)
{
	const char *at, *text = (const char *)from->data.scalar.value;
	const yaml_mark_t *mark = NULL;
	_cleanup_free_ char *made = NULL;
	size_t size;
	FILE *to = open_memstream(&made, &size);

	if (!to)
		return out_of_memory(p);
	for (; (at = strstr(text, "${")); text = strchr(at, '}') + 1) {
		fwrite(text, 1, at - text, to);
		put_reference(p, at + 2, to, &mark);
	}
	fputs(text, to);
	if (fclose(to))
		return out_of_memory(p);
	return size ? add_scalar(p, made, from->data.scalar.style, mark ?: &p->mark) : NOTHING;
}

static int put_node(struct putting *p, const yaml_node_t *from);

/* What the key `each` of an item names; NULL: it has none. */
static const struct words *each_of(struct putting *p, const yaml_node_t *item)
{
	if (item->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *i = item->data.mapping.pairs.start; i < item->data.mapping.pairs.top;
		i++) {
		const char *list =
			(char *)yaml_document_get_node(&p->from, i->value)->data.scalar.value;

		if (!strcmp((char *)yaml_document_get_node(&p->from, i->key)->data.scalar.value,
			    "each"))
			return find(p, list, strlen(list));
	}
	return NULL;
}

static int put_item(struct putting *p, int list, const yaml_node_t *item)
{
	int id = put_node(p, item);

	if (id > 0 && !yaml_document_append_sequence_item(&p->d->yaml, list, id))
		return out_of_memory(p);
	return id;
}

/* What ${LIST...} names; NULL: the item is something else. */
static const struct words *spliced(const struct putting *p, const yaml_node_t *item)
{
	const char *text = (const char *)item->data.scalar.value;

	if (item->type != YAML_SCALAR_NODE || strncmp(text, "${", 2) || !strstr(text, "...}"))
		return NULL;
	return find(p, text + 2, strstr(text, "...}") - text - 2);
}

static int put_words(struct putting *p, int list, const struct words *words)
{
	int id = 0;

	for (unsigned int i = 0; i < words->n && id >= 0; i++) {
		id = add_scalar(
			p, words->all[i].text, YAML_PLAIN_SCALAR_STYLE, &words->all[i].mark);
		if (id > 0 && !yaml_document_append_sequence_item(&p->d->yaml, list, id))
			return out_of_memory(p);
	}
	if (words->n)
		return id;
	p->d->why->place = (struct place){p->mark.line + 1, p->mark.column + 1};
	return complain(p->d->why, "the preset needs more targets than those that are named");
}

static int put_items(struct putting *p, int list, const yaml_node_t *item)
{
	const struct words *each = each_of(p, item), *all = spliced(p, item);
	int id = 0;

	if (all)
		return put_words(p, list, all);
	if (!each)
		return put_item(p, list, item);
	for (p->index = 0; p->index < each->n && id >= 0; p->index++) {
		p->each = &each->all[p->index];
		id = put_item(p, list, item);
	}
	p->each = NULL;
	return id;
}

static int put_sequence(struct putting *p, const yaml_node_t *from)
{
	int list = yaml_document_add_sequence(&p->d->yaml, NULL, from->data.sequence.style),
	    err = list ? 0 : out_of_memory(p);

	if (list)
		yaml_document_get_node(&p->d->yaml, list)->start_mark = p->mark;
	for (yaml_node_item_t *i = from->data.sequence.items.start;
		i < from->data.sequence.items.top && err >= 0; i++)
		err = put_items(p, list, yaml_document_get_node(&p->from, *i));
	return err < 0 ? err : list;
}

/* The pairs of a mapping, into the one of that number. */
static int put_pairs(struct putting *p, const yaml_node_t *from, int to)
{
	for (yaml_node_pair_t *i = from->data.mapping.pairs.start; i < from->data.mapping.pairs.top;
		i++) {
		const yaml_node_t *name = yaml_document_get_node(&p->from, i->key);
		int value, key;

		if (!strcmp((char *)name->data.scalar.value, "each"))
			continue;
		value = put_node(p, yaml_document_get_node(&p->from, i->value));
		if (value == NOTHING)
			continue;
		key = value > 0 ? add_scalar(p, (char *)name->data.scalar.value,
					  YAML_PLAIN_SCALAR_STYLE, &p->mark)
				: value;
		if (key < 0)
			return key;
		if (!yaml_document_append_mapping_pair(&p->d->yaml, to, key, value))
			return out_of_memory(p);
	}
	return to;
}

static int put_mapping(struct putting *p, const yaml_node_t *from)
{
	int map = yaml_document_add_mapping(&p->d->yaml, NULL, YAML_FLOW_MAPPING_STYLE);

	if (!map)
		return out_of_memory(p);
	yaml_document_get_node(&p->d->yaml, map)->start_mark = p->mark;
	return put_pairs(p, from, map);
}

static int put_node(struct putting *p, const yaml_node_t *from)
{
	if (from->type == YAML_SCALAR_NODE)
		return put_scalar(p, from);
	return from->type == YAML_SEQUENCE_NODE ? put_sequence(p, from) : put_mapping(p, from);
}

static void add_word(struct words *to, const yaml_node_t *node)
{
	if (node->type == YAML_SCALAR_NODE && to->n < MAX_TARGETS)
		to->all[to->n++] =
			(struct word){(const char *)node->data.scalar.value, node->start_mark};
}

/* The values of `use`: their texts stay where they are when nodes move. */
static int take_words(struct putting *p, const struct given *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct words *w = &p->all[p->n];
		const yaml_node_t *node = g->values[i];

		if (!node)
			continue;
		*w = (struct words){.name = g->keys[i]->name};
		p->n++;
		if (node->type != YAML_SEQUENCE_NODE) {
			add_word(w, node);
			continue;
		}
		for (yaml_node_item_t *k = node->data.sequence.items.start;
			k < node->data.sequence.items.top; k++)
			add_word(w, yaml_document_get_node(&p->d->yaml, *k));
		if (node->data.sequence.items.top - node->data.sequence.items.start > MAX_TARGETS)
			return wrong(p->d, node, "more than %d targets", MAX_TARGETS);
	}
	return 0;
}

/* All targets, the one that is called `trigger` first. */
static int take_targets(struct putting *p)
{
	const struct words *trigger = find(p, "trigger", strlen("trigger"));
	yaml_node_t *targets = document_top(p->d, "targets");
	struct words *all = &p->all[p->n++];
	const char *names[MAX_TARGETS];
	struct word first;
	unsigned int at = 0;

	*all = (struct words){.name = "targets"};
	for (yaml_node_pair_t *i = targets && targets->type == YAML_MAPPING_NODE
					   ? targets->data.mapping.pairs.start
					   : NULL;
		i && i < targets->data.mapping.pairs.top; i++)
		add_word(all, yaml_document_get_node(&p->d->yaml, i->key));
	if (!all->n)
		all->all[all->n++] = (struct word){"target", p->mark};
	if (!trigger)
		return 0;
	for (unsigned int i = 0; i < all->n; i++)
		names[i] = all->all[i].text;
	while (at < all->n && strcmp(names[at], trigger->all[0].text))
		at++;
	if (at == all->n) {
		p->d->why->place = (struct place){
			trigger->all[0].mark.line + 1, trigger->all[0].mark.column + 1};
		return complain_unknown(p->d->why, "target", trigger->all[0].text, names, all->n);
	}
	first = trigger->all[0];
	memmove(&all->all[1], &all->all[0], at * sizeof(all->all[0]));
	all->all[0] = first;
	return 0;
}

/* Those that aren't affected. */
static void take_others(struct putting *p)
{
	const struct words *targets = find(p, "targets", strlen("targets"));
	const struct words *affected = find(p, "affected", strlen("affected"));
	struct words *others = &p->all[p->n++];

	*others = (struct words){.name = "others"};
	for (unsigned int i = 0; affected && i < targets->n; i++) {
		unsigned int k = 0;

		while (k < affected->n && strcmp(affected->all[k].text, targets->all[i].text))
			k++;
		if (k == affected->n)
			others->all[others->n++] = (struct word){targets->all[i].text, p->mark};
	}
}

static bool is_plain(const char *text)
{
	return *text && !strchr("%-+", *text) &&
	       !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "_-+./% ")];
}

/* In one line. */
static void print_node(const struct putting *p, int id, FILE *to)
{
	yaml_document_t *yaml = &p->d->yaml;
	yaml_node_t *node = yaml_document_get_node(yaml, id);

	if (node->type == YAML_SCALAR_NODE) {
		fprintf(to, is_plain((char *)node->data.scalar.value) ? "%s" : "\"%s\"",
			(char *)node->data.scalar.value);
		return;
	}
	fputc(node->type == YAML_SEQUENCE_NODE ? '[' : '{', to);
	for (yaml_node_item_t *i = node->data.sequence.items.start;
		node->type == YAML_SEQUENCE_NODE && i < node->data.sequence.items.top; i++) {
		fputs(i == node->data.sequence.items.start ? "" : ", ", to);
		print_node(p, *i, to);
	}
	for (yaml_node_pair_t *i = node->data.mapping.pairs.start;
		node->type == YAML_MAPPING_NODE && i < node->data.mapping.pairs.top; i++) {
		fputs(i == node->data.mapping.pairs.start ? "" : ", ", to);
		print_node(p, i->key, to);
		fputs(": ", to);
		print_node(p, i->value, to);
	}
	fputc(node->type == YAML_SEQUENCE_NODE ? ']' : '}', to);
}

/* As it would stand in a timeline. */
static void print_phase(const struct putting *p, int id, FILE *to)
{
	yaml_document_t *yaml = &p->d->yaml;
	yaml_node_t *phase = yaml_document_get_node(yaml, id);

	for (yaml_node_pair_t *i = phase->data.mapping.pairs.start;
		i < phase->data.mapping.pairs.top; i++) {
		yaml_node_t *value = yaml_document_get_node(yaml, i->value);

		fputs(i == phase->data.mapping.pairs.start ? "- " : "  ", to);
		print_node(p, i->key, to);
		fputs(value->type == YAML_SEQUENCE_NODE ? ":\n" : ": ", to);
		if (value->type != YAML_SEQUENCE_NODE) {
			print_node(p, i->value, to);
			fputc('\n', to);
			continue;
		}
		for (yaml_node_item_t *k = value->data.sequence.items.start;
			k < value->data.sequence.items.top; k++) {
			fputs("  - ", to);
			print_node(p, *k, to);
			fputc('\n', to);
		}
	}
}

static int open_text(struct putting *p, const char *text)
{
	yaml_parser_t parser;
	bool ok;

	if (!yaml_parser_initialize(&parser))
		return out_of_memory(p);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	ok = yaml_parser_load(&parser, &p->from);
	yaml_parser_delete(&parser);
	return ok ? 0 : out_of_memory(p); /* the text itself is right: the unit tests see to that */
}

/* The mapping becomes another: its own pairs are taken out. */
static int put_phase(struct putting *p, int id, const char *name)
{
	const struct words *given = find(p, "phase", strlen("phase"));
	yaml_document_t *yaml = &p->d->yaml;
	yaml_node_t *phase = yaml_document_get_node(yaml, id);
	int key, value;

	phase->data.mapping.pairs.top = phase->data.mapping.pairs.start;
	key = add_scalar(p, "phase", YAML_PLAIN_SCALAR_STYLE, &p->mark);
	value = add_scalar(p, given ? given->all[0].text : name, YAML_PLAIN_SCALAR_STYLE,
		given ? &given->all[0].mark : &p->mark);
	if (key < 0 || value < 0)
		return -EINVAL;
	if (!yaml_document_append_mapping_pair(yaml, id, key, value))
		return out_of_memory(p);
	value = put_pairs(p, yaml_document_get_root_node(&p->from), id);
	return value < 0 ? value : 0;
}

int preset_put(struct document *d, int id, struct use *use, FILE *text)
{
	struct putting *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return wrong(d, yaml_document_get_node(&d->yaml, id), "out of memory");
	p->d = d;
	p->mark = yaml_document_get_node(&d->yaml, id)->start_mark;
	err = take_words(p, &use->given) ?: take_targets(p);
	if (!err)
		take_others(p);
	err = err ?: open_text(p, use->preset->phase);
	if (!err) {
		err = put_phase(p, id, use->preset->name);
		yaml_document_delete(&p->from);
	}
	if (!err)
		print_phase(p, id, text);
	free(p);
	return err;
}
