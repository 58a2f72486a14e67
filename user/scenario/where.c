// SPDX-License-Identifier: GPL-2.0
/* where: of a fault. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

typedef int (*value_function)(const char *text, struct where *w, struct error *why);

/* One word or several, with commas. */
static int parse_words(const char *text, value_function parse, struct where *w, struct error *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word;
	int err = copy ? 0 : complain(why, "out of memory");

	while (!err && (word = strsep(&rest, ","))) {
		trim(word);
		err = parse(word + strspn(word, " "), w, why);
	}
	return err;
}

/* Names may have commas in them. */
static int parse_name(const char *text, value_function parse, struct where *w, struct error *why)
{
	return parse(text, w, why);
}

static int parse_either_port(const char *text, struct where *w, struct error *why)
{
	return parse_port(text, PORT_EITHER, w, why);
}

static int parse_local_port(const char *text, struct where *w, struct error *why)
{
	return parse_port(text, PORT_LOCAL, w, why);
}

static int parse_remote_port(const char *text, struct where *w, struct error *why)
{
	return parse_port(text, PORT_REMOTE, w, why);
}

static int parse_where_direction(const char *text, struct where *w, struct error *why)
{
	enum direction d;
	int err = parse_direction(text, &d, why);

	w->direction |= d;
	return err;
}

/* A key that takes one value or a list of them. */
#define WHERE_KEY(key, split, parse)                                                   \
	static int add_##key(struct document *d, yaml_node_t *node, void *where)       \
	{                                                                              \
		const char *text = NULL;                                               \
		int err = read_text(d, node, #key, &text);                             \
                                                                                       \
		return err ?: wrong_value(d, node, split(text, parse, where, d->why)); \
	}                                                                              \
                                                                                       \
	static int read_##key(struct document *d, yaml_node_t *node, void *where)      \
	{                                                                              \
		return read_list(d, node, #key, add_##key, where);                     \
	}
WHERE_KEY(fd, parse_words, parse_fd_kind)
WHERE_KEY(port, parse_words, parse_either_port)
WHERE_KEY(local_port, parse_words, parse_local_port)
WHERE_KEY(remote_port, parse_words, parse_remote_port)
WHERE_KEY(protocol, parse_words, parse_protocol)
WHERE_KEY(cidr, parse_words, parse_network)
WHERE_KEY(thread, parse_words, parse_thread)
WHERE_KEY(direction, parse_words, parse_where_direction)
WHERE_KEY(path, parse_name, parse_path)
WHERE_KEY(stack, parse_name, parse_stack)

#define ARGUMENT_KEY(n)                                                                     \
	static int add_argument_##n(struct document *d, yaml_node_t *node, void *where)     \
	{                                                                                   \
		const char *text = NULL;                                                    \
		int err = read_text(d, node, "arg", &text);                                 \
                                                                                            \
		return err ?: wrong_value(d, node, parse_argument(n, text, where, d->why)); \
	}                                                                                   \
                                                                                            \
	static int read_argument_##n(struct document *d, yaml_node_t *node, void *where)    \
	{                                                                                   \
		return read_list(d, node, "arg", add_argument_##n, where);                  \
	}
ARGUMENT_KEY(0)
ARGUMENT_KEY(1)
ARGUMENT_KEY(2)
ARGUMENT_KEY(3)
ARGUMENT_KEY(4)
ARGUMENT_KEY(5)

static int read_arg(struct document *d, yaml_node_t *node, void *where)
{
	static const struct key keys[] = {{"0", read_argument_0, false},
		{"1", read_argument_1, false}, {"2", read_argument_2, false},
		{"3", read_argument_3, false}, {"4", read_argument_4, false},
		{"5", read_argument_5, false}};

	return read_mapping(d, node, "\"arg\"", keys, ARRAY_SIZE(keys), where);
}

static int where_comm(struct document *d, yaml_node_t *node, void *where)
{
	return parse_comm(d, node, &((struct where *)where)->who);
}

static int where_thread_name(struct document *d, yaml_node_t *node, void *where)
{
	return parse_thread_name(d, node, &((struct where *)where)->who);
}

static int where_uid(struct document *d, yaml_node_t *node, void *where)
{
	return parse_uid(d, node, &((struct where *)where)->who);
}

static int where_exe(struct document *d, yaml_node_t *node, void *where)
{
	return parse_exe(d, node, &((struct where *)where)->who);
}

static int read_not(struct document *d, yaml_node_t *node, void *where);

/* `not` has no direction, nor a `not` of its own. */
static const struct key keys[] = {{"fd", read_fd, false}, {"port", read_port, false},
	{"local_port", read_local_port, false}, {"remote_port", read_remote_port, false},
	{"cidr", read_cidr, false}, {"protocol", read_protocol, false},
	{"thread", read_thread, false}, {"path", read_path, false}, {"stack", read_stack, false},
	{"arg", read_arg, false}, {"comm", where_comm, false},
	{"thread_name", where_thread_name, false}, {"uid", where_uid, false},
	{"exe", where_exe, false}, {"direction", read_direction, false}, {"not", read_not, false}};

#define KEYS_OF_NOT (ARRAY_SIZE(keys) - 2)
#define KEYS_WITH_COMMAS 7 /* the first ones */

static int read_keys(
	struct document *d, yaml_node_t *node, const char *what, size_t n, struct where *w)
{
	int err = read_mapping_of_lists(d, node, what, keys, n, KEYS_WITH_COMMAS, w);

	if (has_identities(&w->who))
		w->filter.asks |= FILTER_WHO;
	if (!err && !w->filter.asks && !w->direction && !w->barred)
		return wrong(d, node, "%s is empty", what);
	return err;
}

static int read_not(struct document *d, yaml_node_t *node, void *where)
{
	struct where *w = where;

	w->barred = calloc(1, sizeof(*w->barred));
	if (!w->barred)
		return wrong(d, node, "out of memory");
	return read_keys(d, node, "\"not\"", KEYS_OF_NOT, w->barred);
}

int parse_where(struct document *d, yaml_node_t *node, void *where)
{
	return read_keys(d, node, "\"where\"", ARRAY_SIZE(keys), where);
}
