// SPDX-License-Identifier: GPL-2.0
/* workload: and workloads: of a scenario file. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

#define MAX_CONCURRENCY 1024
#define DEFAULT_TIMEOUT_NS 30000000000ull

static int read_exec(struct document *d, yaml_node_t *node, void *workload)
{
	struct workload *w = workload;
	const char *text = NULL;
	int err;

	if (node->type == YAML_SEQUENCE_NODE)
		return read_argv(d, node, "exec", &w->exec);
	err = read_text(d, node, "exec", &text);
	if (err)
		return err;
	w->exec = calloc(4, sizeof(*w->exec));
	if (!w->exec)
		return wrong(d, node, "out of memory");
	w->exec[0] = strdup("/bin/sh");
	w->exec[1] = strdup("-c");
	w->exec[2] = strdup(text);
	return w->exec[0] && w->exec[1] && w->exec[2] ? 0 : wrong(d, node, "out of memory");
}

static int take_concurrency(struct value v, void *workload, struct error *why)
{
	uint64_t n = 0;
	int err = take_count(v, 1, MAX_CONCURRENCY, &n, why);

	((struct workload *)workload)->concurrency = n;
	return err;
}

static int take_timeout(struct value v, void *workload, struct error *why)
{
	return parse_duration(v.text, &((struct workload *)workload)->timeout_ns, why);
}

static const struct key workload_keys[] = {
	{"exec", VALUE_EXEC, .required = true, .read = read_exec,
		.about = "a program and its arguments, or a text for /bin/sh -c",
		.example = "curl -sf http://127.0.0.1:8080/"},
	{"concurrency", VALUE_NUMBER, .take = take_concurrency,
		.about = "how many run at a time, at most 1024", .fallback = "1", .example = "4"},
	{"timeout", VALUE_TIME, .take = take_timeout,
		.about = "an operation that takes longer is killed, and has failed",
		.fallback = "30s", .example = "2s"},
};

const struct block_row block_workload = {
	"workload", "the workload", workload_keys, ARRAY_SIZE(workload_keys)};

static int read_one(struct document *d, yaml_node_t *node, struct workload *w)
{
	w->concurrency = 1;
	w->timeout_ns = DEFAULT_TIMEOUT_NS;
	w->place = place_of(node);
	return read_block(d, node, BLOCK_WORKLOAD, w, NULL);
}

static int exclude(struct document *d, yaml_node_t *node, const struct scenario *s)
{
	if (!s->n_workloads)
		return 0;
	return wrong(d, node, "\"workload\" and \"workloads\" exclude each other");
}

int read_workload(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;
	int err = exclude(d, node, s);

	if (err)
		return err;
	s->n_workloads = 1;
	s->workloads[0].name = strdup("workload");
	return s->workloads[0].name ? read_one(d, node, &s->workloads[0])
				    : wrong(d, node, "out of memory");
}

static int read_named_workload(
	struct document *d, yaml_node_t *key, yaml_node_t *value, void *scenario)
{
	struct scenario *s = scenario;
	struct value name = {.name = "workload"};
	struct workload *w;
	int err;

	if (s->n_workloads == MAX_WORKLOADS)
		return wrong(d, key, "more than %d workloads", MAX_WORKLOADS);
	err = read_text(d, key, name.name, &name.text);
	if (!err && find_workload(s, name.text) >= 0)
		return wrong(d, key, "there are two workloads named \"%s\"", name.text);
	if (err)
		return err;
	w = &s->workloads[s->n_workloads];
	err = wrong_value(d, key, take_name(name, &w->name, d->why));
	s->n_workloads += !err;
	return err ?: read_one(d, value, w);
}

int read_workloads(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	s->names_workloads = true;
	return exclude(d, node, s) ?: read_map(d, node, "workloads", read_named_workload, s);
}
