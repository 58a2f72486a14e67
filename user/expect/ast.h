/* SPDX-License-Identifier: GPL-2.0 */
/* A condition as a tree, between parser and evaluation. */
#ifndef JINX_EXPECT_AST_H
#define JINX_EXPECT_AST_H

#include "expect/expect.h"

enum node_kind {
	NODE_LITERAL,
	NODE_METRIC,
	NODE_FACTOR, /* "1.5x": of the baseline value of the metric on the left */
	NODE_BINARY,
};

struct node {
	enum node_kind kind;
	enum dimension dimension;
	bool bare;    /* a literal without a unit: a number, and a ratio where one is wanted */
	double value; /* NODE_LITERAL, NODE_FACTOR */
	struct metric metric; /* NODE_METRIC; NODE_FACTOR: the one that it multiplies */
	char op;	      /* NODE_BINARY: + - * / */
	struct node *left, *right;
	unsigned int column; /* where it begins */
};

enum relation {
	RELATION_LESS,
	RELATION_AT_MOST,
	RELATION_GREATER,
	RELATION_AT_LEAST,
	RELATION_EQUAL,
	RELATION_DIFFERENT,
};

extern const char *const relation_names[];

struct condition {
	char *text;
	struct node *left, *right;
	enum relation relation;
};

void node_free(struct node *n);

#endif
