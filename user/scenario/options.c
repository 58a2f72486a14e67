// SPDX-License-Identifier: GPL-2.0
/* Options of the quick verbs that take what a file has between braces. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

typedef int (*node_function)(struct document *d, yaml_node_t *node, void *out);

static int parse_braces(const char *text, node_function parse, void *out, struct error *why)
{
	_cleanup_free_ char *braces = NULL;
	struct document d;
	int length = asprintf(&braces, "{%s}", text), err;

	if (length < 0)
		return complain(why, "out of memory");
	err = document_open(&d, braces, length, why);
	if (!err) {
		err = parse(&d, yaml_document_get_root_node(&d.yaml), out);
		document_close(&d);
	}
	why->place = (struct place){0, 0};
	return err;
}

int parse_where_option(const char *text, struct where *w, struct error *why)
{
	return parse_braces(text, parse_where, w, why);
}

int parse_burst_option(const char *text, struct trigger *t, struct error *why)
{
	return parse_braces(text, parse_burst, t, why);
}
