// SPDX-License-Identifier: GPL-2.0
/* How a workload or a probe asks, and what makes an answer good. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "expect/pattern.h"
#include "scenario/parse.h"

int one_of(struct document *d, yaml_node_t *node, enum block block, const struct given *g)
{
	const char *names[MAX_KEYS];
	char kinds[200];
	size_t n = 0;

	if (given_of_one(g) == 1)
		return 0;
	for (size_t i = 0; i < g->n; i++)
		if (g->keys[i]->one_of)
			names[n++] = g->keys[i]->name;
	return wrong(d, node, "%s has exactly one of %s", block_rows[block]->what,
		list_words(names, n, " and ", kinds, sizeof(kinds)));
}

int read_command_line(struct document *d, yaml_node_t *node, const char *what, char ***ret)
{
	const char *text = NULL;
	char **argv;
	int err;

	/* Of two kinds of which one is too much. */
	argv_free(*ret);
	*ret = NULL;
	if (node->type == YAML_SEQUENCE_NODE)
		return read_argv(d, node, what, ret);
	err = read_text(d, node, what, &text);
	if (err)
		return err;
	argv = *ret = calloc(4, sizeof(*argv));
	if (!argv)
		return wrong(d, node, "out of memory");
	argv[0] = strdup("/bin/sh");
	argv[1] = strdup("-c");
	argv[2] = strdup(text);
	return argv[0] && argv[1] && argv[2] ? 0 : wrong(d, node, "out of memory");
}

int take_regex(struct value v, char **ret, struct error *why)
{
	struct pattern *p;

	if (pattern_new(v.text, &p, why))
		return -EINVAL;
	pattern_free(p);
	return take_copy(v, ret, why);
}

int take_url(struct value v, struct ask *a, struct error *why)
{
	const char *host = strstr(v.text, "://");

	if (strncmp(v.text, "http://", 7) && strncmp(v.text, "https://", 8))
		return complain(why, "\"%s\" is no URL that begins with http:// or https://",
			quoted(v.text));
	if (!host[3] || strchr("/:?#", host[3]) || v.text[strcspn(v.text, " \t\r\n")])
		return complain(why, "the URL \"%s\" names no host, or has blanks", quoted(v.text));
	a->kind = ASK_HTTP;
	return take_copy(v, &a->address, why);
}

int take_address(struct value v, struct ask *a, struct error *why)
{
	const char *port = strrchr(v.text, ':');
	uint64_t number = 0;

	if (!port || port == v.text || !port[1] || port[1 + strspn(port + 1, "0123456789")] ||
		parse_count(port + 1, &number, why) || !number || number > 65535)
		return complain(why, "\"%s\" is not HOST:PORT", quoted(v.text));
	a->kind = ASK_TCP;
	return take_copy(v, &a->address, why);
}

static int take_status(struct value v, void *expected, struct error *why)
{
	struct expected *e = expected;
	unsigned int low;

	if (strlen(v.text) != 3 || *v.text < '1' || *v.text > '5')
		return complain(why, "\"%s\" is no status of HTTP (200, 2xx)", quoted(v.text));
	low = 100 * (*v.text - '0');
	if (!strcmp(v.text + 1, "xx")) {
		e->status_low = low;
		e->status_high = low + 99;
		return 0;
	}
	if (v.text[strspn(v.text, "0123456789")])
		return complain(why, "\"%s\" is no status of HTTP (200, 2xx)", quoted(v.text));
	e->status_low = e->status_high = atoi(v.text);
	return 0;
}

static int take_exit(struct value v, void *expected, struct error *why)
{
	struct expected *e = expected;
	uint64_t code = 0;
	int err = take_count(v, 0, 255, &code, why);

	e->exit = code;
	e->has_exit = true;
	return err;
}

static int take_body(struct value v, void *expected, struct error *why)
{
	return take_regex(v, &((struct expected *)expected)->body, why);
}

static int take_output(struct value v, void *expected, struct error *why)
{
	return take_regex(v, &((struct expected *)expected)->output, why);
}

static const struct key answer_keys[] = {
	{"status", VALUE_STATUS, .take = take_status, .about = "http: the status, or its class",
		.fallback = "200 to 399", .example = "2xx"},
	{"body", VALUE_REGEX, .take = take_body, .about = "http: the body matches",
		.example = "'\"ok\"'"},
	{"output", VALUE_REGEX, .take = take_output,
		.about = "exec, tcp, file: what is printed, received or held matches",
		.example = "'^[0-9]+$'"},
	{"exit", VALUE_EXIT, .take = take_exit, .about = "exec: the exit code", .fallback = "0",
		.example = "3"},
};

const struct block_row block_answer = {
	"answer", "\"expect\"", answer_keys, ARRAY_SIZE(answer_keys)};

int read_answer(struct document *d, yaml_node_t *node, struct ask *a)
{
	a->expect.place = place_of(node);
	return read_block(d, node, BLOCK_ANSWER, &a->expect, NULL);
}
