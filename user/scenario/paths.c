// SPDX-License-Identifier: GPL-2.0
/* The values of where that say which file. */
#include <string.h>

#include "scenario/complain.h"
#include "scenario/filters.h"

/* The last component: a name, or one with a * at one end, or ** for all below. */
static int read_name_pattern(const char *name, struct path_spec *p, struct complaint *why)
{
	size_t length = strlen(name);
	const char *star = strchr(name, '*');

	if (!strcmp(name, "**")) {
		p->kind = PATH_SUBTREE;
		return p->directory ? 0 : complain(why, "\"**\" needs a directory before it");
	}
	p->kind = !star ? PATH_NAME : star == name ? PATH_SUFFIX : PATH_PREFIX;
	if (p->kind == PATH_SUFFIX)
		name++;
	length -= star != NULL;
	if (!length || (star && strchr(star + 1, '*')) || (p->kind == PATH_PREFIX && star[1]))
		return complain(why,
			"a path ends in a name, *suffix, prefix* or **: \"%s\" does not",
			quoted(name));
	if (length >= MAX_FILE_NAME)
		return complain(
			why, "\"%s\" is longer than %d bytes", quoted(name), MAX_FILE_NAME - 1);
	memcpy(p->name, name, length);
	return 0;
}

int parse_path(const char *text, struct where *w, struct complaint *why)
{
	struct path_spec *p = &w->paths[w->n_paths];
	const char *slash = strrchr(text, '/');

	if (w->n_paths == MAX_FILTERS)
		return filter_full(why, "path");
	if (slash && *text != '/')
		return complain(why, "the path \"%s\" is not absolute", quoted(text));
	if (slash && memchr(text, '*', slash - text))
		return complain(why, "in the path \"%s\" a * stands before the last component",
			quoted(text));
	if (slash) {
		p->directory = strndup(text, slash == text ? 1 : slash - text);
		if (!p->directory)
			return complain(why, "out of memory");
	}
	w->n_paths++;
	w->filter.asks |= FILTER_PATH;
	return read_name_pattern(slash ? slash + 1 : text, p, why);
}
