// SPDX-License-Identifier: GPL-2.0
/* where: of a fault. */
#include "base/cleanup.h"
#include "scenario/numbers.h"
#include "scenario/parse.h"

typedef int (*value_function)(const char *text, struct where *w, struct error *why);

struct taking {
	value_function parse;
	struct where *w;
};

static int take_word(const char *word, void *taking, struct error *why)
{
	const struct taking *t = taking;

	return t->parse(word, t->w, why);
}

/* One word or several, with commas. */
static int take_words(const char *text, value_function parse, struct where *w, struct error *why)
{
	struct taking t = {parse, w};

	return for_each_word(text, take_word, &t, why);
}

/* Names may have commas in them. */
static int take_whole(const char *text, value_function parse, struct where *w, struct error *why)
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

#define TAKE_WHERE(key, split, parse)                                          \
	static int where_##key(struct value v, void *where, struct error *why) \
	{                                                                      \
		return split(v.text, parse, where, why);                       \
	}
TAKE_WHERE(fd, take_words, parse_fd_kind)
TAKE_WHERE(port, take_words, parse_either_port)
TAKE_WHERE(local_port, take_words, parse_local_port)
TAKE_WHERE(remote_port, take_words, parse_remote_port)
TAKE_WHERE(protocol, take_words, parse_protocol)
TAKE_WHERE(cidr, take_words, parse_network)
TAKE_WHERE(thread, take_words, parse_thread)
TAKE_WHERE(direction, take_words, parse_where_direction)
TAKE_WHERE(host, take_words, parse_host)
TAKE_WHERE(socket, take_whole, parse_socket)
TAKE_WHERE(path, take_whole, parse_path)
TAKE_WHERE(stack, take_whole, parse_stack)
TAKE_WHERE(device, take_whole, parse_device)

#define TAKE_ARGUMENT(n)                                                             \
	static int take_argument_##n(struct value v, void *where, struct error *why) \
	{                                                                            \
		return parse_argument(n, v.text, where, why);                        \
	}
TAKE_ARGUMENT(0)
TAKE_ARGUMENT(1)
TAKE_ARGUMENT(2)
TAKE_ARGUMENT(3)
TAKE_ARGUMENT(4)
TAKE_ARGUMENT(5)
TAKE_ARGUMENT(6)
TAKE_ARGUMENT(7)
TAKE_ARGUMENT(8)
TAKE_ARGUMENT(9)
TAKE_ARGUMENT(10)
TAKE_ARGUMENT(11)

#define ARGUMENT(n)                                                                             \
	{                                                                                       \
#n, VALUE_TEST, .called = "arg", .list = true, .take = take_argument_##n,       \
				.about = "what argument " #n                                    \
					 " is: == != < <= > >= with a number, or & with flags", \
				.example = "'>= 4096'"                                          \
	}

static const struct key arg_keys[] = {
	ARGUMENT(0),
	ARGUMENT(1),
	ARGUMENT(2),
	ARGUMENT(3),
	ARGUMENT(4),
	ARGUMENT(5),
	ARGUMENT(6),
	ARGUMENT(7),
	ARGUMENT(8),
	ARGUMENT(9),
	ARGUMENT(10),
	ARGUMENT(11),
};

const struct block_row block_arg = {"arg", "\"arg\"", arg_keys, ARRAY_SIZE(arg_keys)};

static int read_arg(struct document *d, yaml_node_t *node, void *where)
{
	return read_block(d, node, BLOCK_ARG, where, NULL);
}

#define TAKE_WHO(key)                                                          \
	static int where_##key(struct value v, void *where, struct error *why) \
	{                                                                      \
		return take_##key(v, &((struct where *)where)->who, why);      \
	}
TAKE_WHO(comm)
TAKE_WHO(thread_name)
TAKE_WHO(uid)
TAKE_WHO(exe)
TAKE_WHO(cmdline)

static int read_not(struct document *d, yaml_node_t *node, void *where);

/* Those of `not` come first: it has no direction, nor a `not` of its own. */
static const struct key where_keys[] = {
	{"fd", VALUE_FD_KIND, .list = true, .commas = true, .take = where_fd,
		.about = "what the call's descriptor is: file, directory, socket, pipe, device or "
			 "other",
		.example = "file"},
	{"port", VALUE_PORT, .list = true, .commas = true, .take = where_port,
		.about = "the local or the remote port", .example = "5432"},
	{"local_port", VALUE_PORT, .list = true, .commas = true, .take = where_local_port,
		.about = "the port at the target's end", .example = "80"},
	{"remote_port", VALUE_PORT, .list = true, .commas = true, .take = where_remote_port,
		.about = "the port at the other end", .example = "8000-8100"},
	{"cidr", VALUE_CIDR, .list = true, .commas = true, .take = where_cidr,
		.about = "the network of the remote address", .example = "10.0.0.0/8"},
	{"host", VALUE_HOST, .list = true, .commas = true, .take = where_host,
		.about = "the remote address is one of this host's, by its name",
		.example = "db.internal"},
	{"protocol", VALUE_PROTOCOL, .list = true, .commas = true, .take = where_protocol,
		.about = "tcp, udp, icmp or other", .example = "tcp"},
	{"socket", VALUE_SOCKET, .list = true, .is_word = true, .take = where_socket,
		.about = "the name of a Unix socket, as programs spell it; @name has no file",
		.example = "/run/app.sock"},
	{"thread", VALUE_THREAD, .list = true, .commas = true, .take = where_thread,
		.about = "the main thread of its process, or another", .example = "main"},
	{"path", VALUE_PATH, .list = true, .take = where_path,
		.about = "the file that the call is about", .example = "/srv/**"},
	{"device", VALUE_PATH, .list = true, .take = where_device,
		.about = "of bios: the block device, or a file that is on it",
		.example = "/dev/vdb"},
	{"stack", VALUE_STACK, .list = true, .take = where_stack,
		.about = "a function in the call chain, or any of a file: /lib/libfoo.so:*",
		.example = "/usr/bin/app:flush"},
	{"arg", VALUE_BLOCK, BLOCK_ARG, .read = read_arg,
		.about = "arguments of the call, by number from 0 on", .example = "2: '>= 4096'"},
	{"comm", VALUE_COMM, .list = true, .take = where_comm, .about = "the process's name",
		.example = "postgres"},
	{"thread_name", VALUE_COMM, .list = true, .take = where_thread_name,
		.about = "the thread's own name", .example = "worker-1"},
	{"uid", VALUE_UID, .list = true, .take = where_uid, .about = "the real user",
		.example = "postgres"},
	{"exe", VALUE_PATH, .list = true, .take = where_exe,
		.about = "the program that the process executes", .example = "/usr/bin/psql"},
	{"cmdline", VALUE_TEXT, .list = true, .take = where_cmdline,
		.about = "a part of the process's command line, arguments with spaces between them",
		.example = "worker.py --queue mail"},
	{"direction", VALUE_DIRECTION, .list = true, .commas = true, .take = where_direction,
		.about = "of a group's calls, those that send or those that receive",
		.example = "ingress"},
	{"not", VALUE_BLOCK, BLOCK_NOT, .read = read_not, .about = "none of these may hold",
		.example = "local_port: 22"},
};

const struct block_row block_where = {"where", "\"where\"", where_keys, ARRAY_SIZE(where_keys)};
/* All but the last two. */
const struct block_row block_not = {"not", "\"not\"", where_keys, ARRAY_SIZE(where_keys) - 2};

static int read_keys(struct document *d, yaml_node_t *node, enum block block, struct where *w)
{
	int err = read_block(d, node, block, w, NULL);

	if (has_identities(&w->who))
		w->filter.asks |= FILTER_WHO;
	if (!err && !w->filter.asks && !w->direction && !w->barred)
		return wrong(d, node, "%s is empty", block_called(d, block));
	return err;
}

static int read_not(struct document *d, yaml_node_t *node, void *where)
{
	struct where *w = where;

	/* It is there already where --where was given twice. */
	if (!w->barred)
		w->barred = calloc(1, sizeof(*w->barred));
	if (!w->barred)
		return wrong(d, node, "out of memory");
	return read_keys(d, node, BLOCK_NOT, w->barred);
}

int read_spared(struct document *d, yaml_node_t *node, struct where *w)
{
	int err;

	d->barring = "\"except\"";
	err = read_not(d, node, w);
	d->barring = NULL;
	return err;
}

int read_where(struct document *d, yaml_node_t *node, struct where *w)
{
	return read_keys(d, node, BLOCK_WHERE, w) ?: add_written(d, node, &w->text);
}
