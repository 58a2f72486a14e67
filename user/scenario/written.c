// SPDX-License-Identifier: GPL-2.0
/* Parts of a document as they were written, for people. */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "scenario/document.h"

static void write_node(struct document *d, const yaml_node_t *node, bool braces, FILE *to)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	const yaml_node_item_t *item = node->data.sequence.items.start;

	switch (node->type) {
	case YAML_SCALAR_NODE:
		fputs((const char *)node->data.scalar.value, to);
		break;
	case YAML_SEQUENCE_NODE:
		for (; item < node->data.sequence.items.top; item++) {
			fputs(item == node->data.sequence.items.start ? "[" : ", ", to);
			write_node(d, yaml_document_get_node(&d->yaml, *item), true, to);
		}
		fputs("]", to);
		break;
	case YAML_MAPPING_NODE:
		fputs(braces ? "{" : "", to);
		for (; pair < node->data.mapping.pairs.top; pair++) {
			if (pair != node->data.mapping.pairs.start)
				fputs(", ", to);
			write_node(d, yaml_document_get_node(&d->yaml, pair->key), true, to);
			fputs(": ", to);
			write_node(d, yaml_document_get_node(&d->yaml, pair->value), true, to);
		}
		fputs(braces ? "}" : "", to);
		break;
	case YAML_NO_NODE:
		break;
	}
}

int add_written(struct document *d, yaml_node_t *node, char **text)
{
	_cleanup_free_ char *before = *text;
	size_t size;
	FILE *to = open_memstream(text, &size);

	if (!to) {
		*text = NULL;
		return wrong(d, node, "out of memory");
	}
	if (before)
		fprintf(to, "%s, ", before);
	write_node(d, node, false, to);
	return fclose(to) ? wrong(d, node, "out of memory") : 0;
}
