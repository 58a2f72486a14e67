// SPDX-License-Identifier: GPL-2.0
#include "scenario/bounds.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"

#define DEEPEST 64
#define MAX_VALUES 100000
#define MAX_TEXT (1 << 20)
/* libyaml compares each with all others. */
#define MAX_ANCHORS 256

/* What a value comes to with all that is in it. */
struct extent {
	unsigned long values, text;
};

struct anchor {
	char *name;
	struct extent extent; /* nothing until it ends: in itself an alias is read once at most */
};

struct bounds {
	struct error *why;
	yaml_mark_t at;
	unsigned int depth, n_anchors;
	struct extent open[DEEPEST + 1]; /* the document, and the lists and mappings around */
	int anchor[DEEPEST + 1];	 /* of each of those; -1: none */
	struct anchor anchors[MAX_ANCHORS];
};

static int too_much(struct bounds *b, const char *what, int most)
{
	b->why->place = (struct place){b->at.line + 1, b->at.column + 1};
	return complain(b->why, "%s: the most is %d", what, most);
}

static int add(struct bounds *b, struct extent e)
{
	struct extent *to = &b->open[b->depth];

	to->values += e.values;
	to->text += e.text;
	if (to->values > MAX_VALUES)
		return too_much(b, "too many values, aliases included", MAX_VALUES);
	if (to->text > MAX_TEXT)
		return too_much(b, "too much text, aliases included", MAX_TEXT);
	return 0;
}

/* -1 in *ret: it has no anchor. */
static int new_anchor(struct bounds *b, const yaml_char_t *name, int *ret)
{
	struct anchor *a;

	*ret = -1;
	if (!name)
		return 0;
	if (b->n_anchors == MAX_ANCHORS)
		return too_much(b, "too many anchors", MAX_ANCHORS);
	a = &b->anchors[b->n_anchors];
	a->name = strdup((const char *)name);
	*ret = b->n_anchors++;
	return a->name ? 0 : complain(b->why, "out of memory");
}

static void close_anchor(struct bounds *b, int anchor, struct extent e)
{
	if (anchor >= 0)
		b->anchors[anchor].extent = e;
}

static int add_text(struct bounds *b, const yaml_char_t *anchor, size_t length)
{
	struct extent e = {1, length};
	int index, err = new_anchor(b, anchor, &index);

	close_anchor(b, index, e);
	return err ?: add(b, e);
}

static int add_alias(struct bounds *b, const yaml_char_t *name)
{
	for (unsigned int i = b->n_anchors; i--;)
		if (!strcmp(b->anchors[i].name, (const char *)name))
			return add(b, b->anchors[i].extent);
	return 0; /* who makes the document complains that there is none */
}

static int open_one(struct bounds *b, const yaml_char_t *anchor)
{
	if (b->depth == DEEPEST)
		return too_much(b, "too deep", DEEPEST);
	b->depth++;
	b->open[b->depth] = (struct extent){1, 0};
	return new_anchor(b, anchor, &b->anchor[b->depth]);
}

static int close_one(struct bounds *b)
{
	struct extent e = b->open[b->depth];

	close_anchor(b, b->anchor[b->depth], e);
	b->depth--;
	return add(b, e);
}

static int look(struct bounds *b, const yaml_event_t *e)
{
	b->at = e->start_mark;
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return add_text(b, e->data.scalar.anchor, e->data.scalar.length);
	case YAML_ALIAS_EVENT:
		return add_alias(b, e->data.alias.anchor);
	case YAML_SEQUENCE_START_EVENT:
		return open_one(b, e->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return open_one(b, e->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_one(b);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return 0;
}

static int look_at_all(struct bounds *b, yaml_parser_t *p)
{
	bool ended = false;
	int err = 0;

	while (!err && !ended) {
		yaml_event_t e;

		if (!yaml_parser_parse(p, &e))
			return 0;
		err = look(b, &e);
		ended = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
	return err;
}

int bounds_check(const char *text, size_t size, struct error *why)
{
	_cleanup_free_ struct bounds *b = calloc(1, sizeof(*b));
	yaml_parser_t p;
	int err;

	if (!b || !yaml_parser_initialize(&p))
		return complain(why, "out of memory");
	b->why = why;
	yaml_parser_set_input_string(&p, (const unsigned char *)text, size);
	err = look_at_all(b, &p);
	yaml_parser_delete(&p);
	for (unsigned int i = 0; i < b->n_anchors; i++)
		free(b->anchors[i].name);
	return err;
}
