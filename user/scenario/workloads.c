// SPDX-License-Identifier: GPL-2.0
/* workload: and workloads: of a scenario file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

#define MAX_CONCURRENCY 1024
#define DEFAULT_TIMEOUT_NS 30000000000ull

static int read_exec(struct document *d, yaml_node_t *node, void *workload)
{
	struct workload *w = workload;

	w->ask.kind = ASK_EXEC;
	return read_command_line(d, node, "exec", &w->ask.exec);
}

static int take_http(struct value v, void *workload, struct error *why)
{
	return take_url(v, &((struct workload *)workload)->ask, why);
}

static int take_tcp(struct value v, void *workload, struct error *why)
{
	return take_address(v, &((struct workload *)workload)->ask, why);
}

static int read_lines_command(struct document *d, yaml_node_t *node, void *workload)
{
	return read_command_line(d, node, "command", &((struct workload *)workload)->ask.exec);
}

static int take_pattern(struct value v, void *workload, struct error *why)
{
	return take_regex(v, &((struct workload *)workload)->pattern, why);
}

static const struct key lines_keys[] = {
	{"command", VALUE_EXEC, .required = true, .read = read_lines_command,
		.about = "the tool, which runs all the time and prints lines",
		.example = "redis-benchmark -l -q -t set"},
	{"pattern", VALUE_REGEX, .required = true, .take = take_pattern,
		.about = "which lines count, and where their numbers are (docs/scenario.md)",
		.example = "'rps=(?<rate>[0-9.]+)'"},
};

const struct block_row block_lines = {"lines", "\"lines\"", lines_keys, ARRAY_SIZE(lines_keys)};

static int read_lines(struct document *d, yaml_node_t *node, void *workload)
{
	((struct workload *)workload)->ask.kind = ASK_LINES;
	return read_block(d, node, BLOCK_LINES, workload, NULL);
}

static int take_send(struct value v, void *workload, struct error *why)
{
	return take_copy(v, &((struct workload *)workload)->ask.send, why);
}

static int read_expect(struct document *d, yaml_node_t *node, void *workload)
{
	return read_answer(d, node, &((struct workload *)workload)->ask);
}

static int take_workload_user(struct value v, void *workload, struct error *why)
{
	return take_user(v, &((struct workload *)workload)->ask.user, why);
}

static int take_workload_node(struct value v, void *workload, struct error *why)
{
	return take_node(v, &((struct workload *)workload)->ask.node, why);
}

static int take_keep_alive(struct value v, void *workload, struct error *why)
{
	return take_bool(v, &((struct workload *)workload)->keep_alive, why);
}

static int take_concurrency(struct value v, void *workload, struct error *why)
{
	uint64_t n = 0;
	int err = take_count(v, 1, MAX_CONCURRENCY, &n, why);

	((struct workload *)workload)->concurrency = n;
	return err;
}

static int take_rate(struct value v, void *workload, struct error *why)
{
	return parse_rate(v.text, &((struct workload *)workload)->interval_ns, why);
}

static int take_timeout(struct value v, void *workload, struct error *why)
{
	return parse_duration(v.text, &((struct workload *)workload)->ask.timeout_ns, why);
}

static int read_verify_exec(struct document *d, yaml_node_t *node, void *verify)
{
	return read_command_line(d, node, "exec", &((struct verify *)verify)->exec);
}

static int take_after(struct value v, void *verify, struct error *why)
{
	return take_name(v, &((struct verify *)verify)->after, why);
}

static int take_verify_timeout(struct value v, void *verify, struct error *why)
{
	return parse_duration(v.text, &((struct verify *)verify)->timeout_ns, why);
}

static const struct key verify_keys[] = {
	{"exec", VALUE_EXEC, .required = true, .read = read_verify_exec,
		.about = "prints the numbers of the operations that are there, one a line",
		.example = "./list-keys.sh"},
	{"after", VALUE_NAME, .take = take_after, .about = "the phase at whose end it is asked",
		.fallback = "the last one, once all operations have ended", .example = "recovery"},
	{"timeout", VALUE_TIME, .take = take_verify_timeout,
		.about = "what takes longer has failed, and nothing is known", .fallback = "30s",
		.example = "1m"},
};

const struct block_row block_verify = {
	"verify", "\"verify\"", verify_keys, ARRAY_SIZE(verify_keys)};

static int read_verify(struct document *d, yaml_node_t *node, void *workload)
{
	struct verify *v = &((struct workload *)workload)->verify;

	v->timeout_ns = DEFAULT_TIMEOUT_NS;
	v->place = place_of(node);
	return read_block(d, node, BLOCK_VERIFY, v, NULL);
}

static const struct key workload_keys[] = {
	{"exec", VALUE_EXEC, .one_of = true, .read = read_exec,
		.about = "a program and its arguments, or a text for /bin/sh -c",
		.example = "curl -sf http://127.0.0.1:8080/"},
	{"http", VALUE_URL, .one_of = true, .take = take_http, .about = "a URL that is asked for",
		.example = "'http://127.0.0.1:8080/'"},
	{"tcp", VALUE_ADDRESS, .one_of = true, .take = take_tcp,
		.about = "a connection to there, and what is said on it",
		.example = "127.0.0.1:6379"},
	{"lines", VALUE_BLOCK, BLOCK_LINES, .one_of = true, .read = read_lines,
		.about = "a load tool that runs all the time; what it prints is counted",
		.example = "{command: pgbench -P 1 -T 60, pattern: 'progress: .* (?<rate>[0-9.]+) "
			   "tps'}"},
	{"user", VALUE_UID, .take = take_workload_user,
		.about = "exec, lines, and verify: who runs them", .fallback = "who runs jinx",
		.example = "postgres"},
	{"node", VALUE_NUMBER, .take = take_workload_node,
		.about = "the node that its operations, and what verifies them, are run in",
		.fallback = "where jinx is", .example = "1"},
	{"send", VALUE_TEXT, .take = take_send, .about = "tcp: what is sent first",
		.example = "\"PING\\r\\n\""},
	{"expect", VALUE_BLOCK, BLOCK_ANSWER, .read = read_expect,
		.about = "http, tcp: what makes an operation good", .example = "status: 200"},
	{"keep_alive", VALUE_BOOL, .take = take_keep_alive,
		.about = "http: a connection serves many operations", .fallback = "true",
		.example = "false"},
	{"concurrency", VALUE_NUMBER, .take = take_concurrency,
		.about = "how many run at a time, at most 1024", .fallback = "1", .example = "4"},
	{"rate", VALUE_RATE, .take = take_rate,
		.about = "so often one is due, whether the others have ended or not",
		.fallback = "the next one begins when one has ended", .example = "200/s"},
	{"timeout", VALUE_TIME, .take = take_timeout,
		.about = "an operation that takes longer is killed, and has failed",
		.fallback = "30s", .example = "2s"},
	{"verify", VALUE_BLOCK, BLOCK_VERIFY, .read = read_verify,
		.about = "exec: whether what was acknowledged is there afterwards",
		.example = "exec: ./list-keys.sh"},
};

const struct block_row block_workload = {
	"workload", "the workload", workload_keys, ARRAY_SIZE(workload_keys)};

/* Keys that mean nothing for a kind would be silently without effect. */
static const struct {
	const char *key;
	unsigned int kinds;
	const char *needs;
} belongs[] = {
	{"user", 1u << ASK_EXEC | 1u << ASK_LINES, "exec or lines"},
	{"send", 1u << ASK_TCP, "tcp"},
	{"expect", 1u << ASK_TCP | 1u << ASK_HTTP, "http or tcp"},
	{"keep_alive", 1u << ASK_HTTP, "http"},
	{"verify", 1u << ASK_EXEC, "exec"},
	{"concurrency", ~(1u << ASK_LINES), "exec, http or tcp"},
	{"rate", ~(1u << ASK_LINES), "exec, http or tcp"},
	{"timeout", ~(1u << ASK_LINES), "exec, http or tcp"},
};

static int check_kind(struct document *d, const struct given *g, enum ask_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(belongs); i++) {
		yaml_node_t *value = given_value(g, belongs[i].key);

		if (value && !(belongs[i].kinds & 1u << kind))
			return wrong(d, value, "\"%s\" belongs to a workload with %s",
				belongs[i].key, belongs[i].needs);
	}
	return 0;
}

static int read_one(struct document *d, yaml_node_t *node, struct workload *w)
{
	struct given given;
	int err;

	w->concurrency = 1;
	w->keep_alive = true;
	w->ask.timeout_ns = DEFAULT_TIMEOUT_NS;
	w->place = place_of(node);
	err = read_block(d, node, BLOCK_WORKLOAD, w, &given);
	err = err ?: one_of(d, node, BLOCK_WORKLOAD, &given);
	return err ?: check_kind(d, &given, w->ask.kind);
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
		return wrong(d, key, "more than %d workloads", MAX_WORKLOADS), NO_MORE;
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
