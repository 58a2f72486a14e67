// SPDX-License-Identifier: GPL-2.0
/* The values of where that say which file. */
#include <string.h>

#include "scenario/complain.h"
#include "scenario/filters.h"

/*
 * The last component: a name, one with a * at one end, * for all in the directory, or ** for all
 * below.
 */
static int read_name_pattern(
	const char *name, size_t length, struct path_spec *p, struct error *why)
{
	const char *star = memchr(name, '*', length);

	if (length == 2 && !strncmp(name, "**", 2)) {
		p->kind = PATH_SUBTREE;
		return p->directory ? 0 : complain(why, "\"**\" needs a directory before it");
	}
	p->kind = !star ? PATH_NAME : star == name && length > 1 ? PATH_SUFFIX : PATH_PREFIX;
	if (length == 1 && star && !p->directory)
		return complain(why, "\"*\" is every file: name a directory before it");
	if (star && (memchr(star + 1, '*', name + length - star - 1) ||
			    (p->kind == PATH_PREFIX && star != name + length - 1)))
		return complain(why,
			"a path ends in a name, *suffix, prefix*, * or **: \"%s\" does not",
			quoted(name));
	if (p->kind == PATH_SUFFIX)
		name++;
	length -= star != NULL;
	if (length >= MAX_FILE_NAME)
		return complain(
			why, "\"%s\" is longer than %d bytes", quoted(name), MAX_FILE_NAME - 1);
	memcpy(p->name, name, length);
	return 0;
}

/* The root directory, which has no name. */
static int read_root(struct path_spec *p, struct error *why)
{
	p->kind = PATH_SUBTREE;
	p->directory = strdup("/");
	return p->directory ? 0 : complain(why, "out of memory");
}

int parse_path(const char *text, struct where *w, struct error *why)
{
	struct path_spec *p = &w->paths[w->n_paths];
	size_t length = strlen(text);
	const char *slash;

	if (w->n_paths == MAX_FILTERS)
		return filter_full(why, "path");
	if (!*text)
		return complain(why, "\"path\" is empty");
	while (length && text[length - 1] == '/')
		length--;
	slash = memrchr(text, '/', length);
	if ((slash || !length || text[length]) && *text != '/')
		return complain(why, "the path \"%s\" is not absolute", quoted(text));
	if (slash && memchr(text, '*', slash - text))
		return complain(why, "in the path \"%s\" a * stands before the last component",
			quoted(text));
	w->n_paths++;
	w->filter.asks |= FILTER_PATH;
	if (!length)
		return read_root(p, why);
	if (slash) {
		p->directory = strndup(text, slash == text ? 1 : slash - text);
		if (!p->directory)
			return complain(why, "out of memory");
	}
	return slash ? read_name_pattern(slash + 1, text + length - slash - 1, p, why)
		     : read_name_pattern(text, length, p, why);
}

int parse_device(const char *text, struct where *w, struct error *why)
{
	if (w->n_devices == MAX_FILTERS)
		return filter_full(why, "device");
	if (*text != '/')
		return complain(why, "the device \"%s\" is no absolute path", quoted(text));
	w->filter.asks |= FILTER_DEVICE;
	w->devices[w->n_devices] = strdup(text);
	return w->devices[w->n_devices++] ? 0 : complain(why, "out of memory");
}
