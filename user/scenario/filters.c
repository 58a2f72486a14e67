// SPDX-License-Identifier: GPL-2.0
/* The values of where: which calls and packets a rule means. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

int parse_fd_kind(const char *text, struct where *w, struct complaint *why)
{
	for (int i = 0; i < NR_FD_KINDS; i++) {
		if (strcmp(text, fd_kind_names[i]))
			continue;
		w->filter.asks |= FILTER_FD;
		w->filter.fd_kinds |= 1u << i;
		return 0;
	}
	return complain_unknown(why, "kind of descriptor", text, fd_kind_names, NR_FD_KINDS);
}

int parse_thread(const char *text, struct where *w, struct complaint *why)
{
	static const char *const words[] = {"main", "other"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(text, words[i]))
			continue;
		w->filter.asks |= FILTER_THREAD;
		w->filter.thread = THREAD_MAIN + i;
		return 0;
	}
	return complain_unknown(why, "kind of thread", text, words, ARRAY_SIZE(words));
}

static int full(struct complaint *why, const char *what)
{
	return complain(why, "more than %d values of \"%s\"", MAX_FILTERS, what);
}

static bool read_port(const char *text, uint16_t *ret)
{
	uint64_t port;

	if (!whole_number(text, &port) || port > 65535)
		return false;
	*ret = port;
	return true;
}

int parse_port(const char *text, struct where *w, struct complaint *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *high = copy ? strchr(copy, '-') : NULL;
	struct port_range r;

	if (!copy)
		return complain(why, "out of memory");
	if (high)
		*high++ = '\0';
	if (!read_port(copy, &r.low) || !read_port(high ? high : copy, &r.high) || r.low > r.high)
		return complain(why, "\"%s\" is not a port (5432, 8000-8100)", quoted(text));
	if (w->filter.n_ports == MAX_FILTERS)
		return full(why, "port");
	w->filter.asks |= FILTER_PORT;
	w->filter.ports[w->filter.n_ports++] = r;
	return 0;
}

/* Bits behind the prefix are most likely a mistake in it. */
static bool ends_with_prefix(const struct network *n)
{
	for (unsigned int bit = n->prefix; bit < (n->family == AF_INET ? 32 : 128); bit++)
		if (ntohl(n->address[bit / 32]) >> (31 - bit % 32) & 1)
			return false;
	return true;
}

int parse_network(const char *text, struct where *w, struct complaint *why)
{
	_cleanup_free_ char *copy = strdup(text);
	char *slash = copy ? strchr(copy, '/') : NULL;
	struct network n = {};
	uint64_t prefix;

	if (!copy)
		return complain(why, "out of memory");
	if (slash)
		*slash++ = '\0';
	if (inet_pton(AF_INET, copy, n.address) == 1)
		n.family = AF_INET;
	else if (inet_pton(AF_INET6, copy, n.address) == 1)
		n.family = AF_INET6;
	prefix = n.family == AF_INET ? 32 : 128;
	if (!n.family || (slash && (!whole_number(slash, &prefix) ||
					   prefix > (n.family == AF_INET ? 32 : 128))))
		return complain(
			why, "\"%s\" is not a network (10.0.0.0/8, fd00::/8)", quoted(text));
	n.prefix = prefix;
	if (!ends_with_prefix(&n))
		return complain(why, "\"%s\" has bits behind its prefix", quoted(text));
	if (w->filter.n_networks == MAX_FILTERS)
		return full(why, "cidr");
	w->filter.asks |= FILTER_CIDR;
	w->filter.networks[w->filter.n_networks++] = n;
	return 0;
}

/* Decimal, or hexadecimal with 0x. */
static bool read_value(const char *text, uint64_t *ret)
{
	char *end;

	if (strncmp(text, "0x", 2))
		return whole_number(text, ret);
	if (!text[2] || text[2] == '-' || text[2] == '+')
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 16);
	return !errno && !*end;
}

int parse_argument(unsigned int argument, const char *text, struct where *w, struct complaint *why)
{
	/* Longer ones before their beginnings. */
	static const struct {
		const char *sign;
		enum comparison comparison;
	} signs[] = {{"==", IS_EQUAL}, {"!=", IS_NOT}, {"<=", IS_AT_MOST}, {">=", IS_AT_LEAST},
		{"<", IS_LESS}, {">", IS_MORE}, {"", IS_EQUAL}};
	struct argument_test t = {.argument = argument};
	uint64_t value = 0;

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t length = strlen(signs[i].sign);

		if (strncmp(text, signs[i].sign, length))
			continue;
		t.comparison = signs[i].comparison;
		if (read_value(text + length + strspn(text + length, " "), &value))
			break;
		return complain(
			why, "\"%s\" compares with no number (>= 4096, 0x80)", quoted(text));
	}
	if (w->filter.n_arguments == MAX_FILTERS)
		return full(why, "arg");
	t.value = value;
	w->filter.asks |= FILTER_ARGUMENT;
	w->filter.arguments[w->filter.n_arguments++] = t;
	return 0;
}

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
		return full(why, "path");
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

int parse_stack(const char *text, struct where *w, struct complaint *why)
{
	struct stack_spec *s = &w->stacks[w->n_stacks];
	const char *colon = *text == '/' ? strrchr(text, ':') : NULL;
	const char *symbol = colon ? colon + 1 : text;

	if (w->n_stacks == MAX_FILTERS)
		return full(why, "stack");
	if (!*symbol || strchr(symbol, '/') || strchr(symbol, ':'))
		return complain(why,
			"\"%s\" is no function: /program/or/library:function, or a function of "
			"the kernel",
			quoted(text));
	w->n_stacks++;
	w->filter.asks |= FILTER_STACK;
	s->file = colon ? strndup(text, colon - text) : NULL;
	s->symbol = strdup(symbol);
	return s->symbol && (s->file || !colon) ? 0 : complain(why, "out of memory");
}
