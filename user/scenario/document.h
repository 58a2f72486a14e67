/* SPDX-License-Identifier: GPL-2.0 */
/* A YAML document, read with complaints that have a place. */
#ifndef JINX_DOCUMENT_H
#define JINX_DOCUMENT_H

#include <yaml.h>

#include "scenario/complain.h"

struct document {
	yaml_document_t yaml;
	struct error *why;
	const char *text; /* what is read, for the places that libyaml doesn't tell */
	size_t size;
};

/* One key of a mapping. `parse` gets the value's node; 0 or -EINVAL having complained. */
struct key {
	const char *name;
	int (*parse)(struct document *d, yaml_node_t *value, void *out);
	bool required;
};

/* Reads the one document that the text must hold. 0 (then document_close()) or -EINVAL. */
int document_open(struct document *d, const char *text, size_t size, struct error *why);
void document_close(struct document *d);

struct place place_of(const yaml_node_t *node);

/* Complains about the node. Returns -EINVAL. */
int wrong(struct document *d, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Gives the complaint that a parse_*() function of scenario.h left a place; passes err on. */
int wrong_value(struct document *d, const yaml_node_t *node, int err);

/*
 * Reads a mapping by a table of its keys; `what` names it in messages ("a phase"). Unknown and
 * double keys and required ones that are missing are complained about.
 */
int read_mapping(struct document *d, yaml_node_t *node, const char *what, const struct key *keys,
	size_t n, void *out);

/* The same; the first n_lists keys may have their values with commas: {port: 80,443}. */
int read_mapping_of_lists(struct document *d, yaml_node_t *node, const char *what,
	const struct key *keys, size_t n, size_t n_lists, void *out);

/* A plain value. What the text means is the caller's affair. */
int read_text(struct document *d, yaml_node_t *node, const char *what, const char **ret);
int read_copy(struct document *d, yaml_node_t *node, const char *what, char **ret);
int read_count(struct document *d, yaml_node_t *node, const char *what, uint64_t least,
	uint64_t most, uint64_t *ret);
int read_bool(struct document *d, yaml_node_t *node, const char *what, bool *ret);
int read_duration(struct document *d, yaml_node_t *node, const char *what, uint64_t *ret_ns);
/* A name: lower-case letters, digits, - and _. */
int read_name(struct document *d, yaml_node_t *node, const char *what, char **ret);

/* Calls f for each item of a list, or once for a value that is no list. */
int read_list(struct document *d, yaml_node_t *node, const char *what,
	int (*f)(struct document *d, yaml_node_t *item, void *out), void *out);

/* A list of strings as an argv. */
int read_argv(struct document *d, yaml_node_t *node, const char *what, char ***ret);

#endif
