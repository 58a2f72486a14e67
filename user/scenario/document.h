/* SPDX-License-Identifier: GPL-2.0 */
/* A YAML document, read with complaints that have a place. */
#ifndef JINX_DOCUMENT_H
#define JINX_DOCUMENT_H

#include <yaml.h>

#include "scenario/complain.h"
#include "scenario/keys.h"

struct document {
	yaml_document_t yaml;
	struct error *why; /* the latest complaint, until it is taken up */
	struct complaints complaints;
	const char *text; /* what is read, for the places that libyaml doesn't tell */
	size_t size;
	const char *barring; /* the key that `not` is read for, where it has another name */
};

/* What a mapping gave, key by key. */
struct given {
	size_t n;
	const struct key *keys[MAX_KEYS];
	yaml_node_t *values[MAX_KEYS]; /* NULL: not given */
};

/* As messages call a block: by its key. */
const char *block_called(const struct document *d, enum block block);

/* Reads the one document that the text must hold. 0 (then document_close()) or -EINVAL. */
int document_open(struct document *d, const char *text, size_t size, struct error *why);
/* The first complaint of all is in *why then. */
void document_close(struct document *d);

/* The value of a key at the top; NULL: it is not there. */
yaml_node_t *document_top(struct document *d, const char *key);

/* One thing is wrong, and reading goes on with the next one. Returns -EINVAL. */
int go_on(struct document *d);

/* The same for what would be wrong with each further one: it ends the list. */
#define NO_MORE (-E2BIG)

struct place place_of(const yaml_node_t *node);

/* Complains about the node. Returns -EINVAL. */
int wrong(struct document *d, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Gives the complaint that a parse_*() function of scenario.h left a place; passes err on. */
int wrong_value(struct document *d, const yaml_node_t *node, int err);

/*
 * Reads a mapping by the rows of its keys, each value into `out`. Unknown and duplicate keys and
 * required ones that are missing are complained about. *ret may be NULL.
 */
int read_block(
	struct document *d, yaml_node_t *node, enum block block, void *out, struct given *ret);

/* The value of a key; NULL: it was not given. */
yaml_node_t *given_value(const struct given *g, const char *key);

/* How many of the keys were given of which a block has exactly one. */
unsigned int given_of_one(const struct given *g);

/* A plain value. What the text means is the caller's affair. */
int read_text(struct document *d, yaml_node_t *node, const char *what, const char **ret);

/* Calls f for each item of a list, or once for a value that is no list. */
int read_list(struct document *d, yaml_node_t *node, const char *what,
	int (*f)(struct document *d, yaml_node_t *item, void *out), void *out);

/*
 * Calls f for each key of a mapping of names to something, `what`, and the node below it; there is
 * at least one.
 */
int read_map(struct document *d, yaml_node_t *node, const char *what,
	int (*f)(struct document *d, yaml_node_t *key, yaml_node_t *value, void *out), void *out);

/*
 * Appends a mapping as it was written, without its braces, for people: "path: /srv/a, fd: file".
 * Its owner frees it, whatever this returns.
 */
int add_written(struct document *d, yaml_node_t *node, char **text);

/* A list of strings as an argv. */
int read_argv(struct document *d, yaml_node_t *node, const char *what, char ***ret);

#endif
