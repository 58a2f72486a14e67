// SPDX-License-Identifier: GPL-2.0
/* probes: of a scenario file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

#define DEFAULT_EVERY_NS 1000000000ull
#define SHORTEST_EVERY_NS 10000000ull
#define DEFAULT_WITHIN_NS 30000000000ull

static int read_exec(struct document *d, yaml_node_t *node, void *probe)
{
	struct probe_spec *p = probe;

	p->ask.kind = ASK_EXEC;
	return read_command_line(d, node, "exec", &p->ask.exec);
}

static int take_http(struct value v, void *probe, struct error *why)
{
	return take_url(v, &((struct probe_spec *)probe)->ask, why);
}

static int take_tcp(struct value v, void *probe, struct error *why)
{
	return take_address(v, &((struct probe_spec *)probe)->ask, why);
}

/* Which may be where reading waits: so a program reads it. */
static int take_file(struct value v, void *probe, struct error *why)
{
	struct ask *a = &((struct probe_spec *)probe)->ask;
	static const char *const words[] = {"cat", "--"};

	if (*v.text != '/')
		return complain(why, "file \"%s\" is not an absolute path", quoted(v.text));
	a->kind = ASK_FILE;
	argv_free(a->exec);
	a->exec = calloc(4, sizeof(*a->exec));
	if (!a->exec)
		return complain(why, "out of memory");
	for (int i = 0; i < 3; i++) {
		a->exec[i] = strdup(i < 2 ? words[i] : v.text);
		if (!a->exec[i])
			return complain(why, "out of memory");
	}
	return take_copy(v, &a->address, why);
}

static int take_probe_user(struct value v, void *probe, struct error *why)
{
	return take_user(v, &((struct probe_spec *)probe)->ask.user, why);
}

static int take_probe_node(struct value v, void *probe, struct error *why)
{
	return take_node(v, &((struct probe_spec *)probe)->ask.node, why);
}

static int take_send(struct value v, void *probe, struct error *why)
{
	return take_copy(v, &((struct probe_spec *)probe)->ask.send, why);
}

static int read_expect(struct document *d, yaml_node_t *node, void *probe)
{
	return read_answer(d, node, &((struct probe_spec *)probe)->ask);
}

static int take_every(struct value v, void *probe, struct error *why)
{
	struct probe_spec *p = probe;
	int err = parse_duration(v.text, &p->every_ns, why);

	if (!err && p->every_ns < SHORTEST_EVERY_NS)
		return complain(why, "\"every\" is below 10ms");
	return err;
}

static int take_timeout(struct value v, void *probe, struct error *why)
{
	return parse_duration(v.text, &((struct probe_spec *)probe)->ask.timeout_ns, why);
}

static int take_moment(struct value v, void *probe, struct error *why)
{
	static const char *const words[] = {"all", "start", "end"};
	struct probe_spec *p = probe;

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(v.text, words[i]))
			continue;
		if (p->at & 1u << i)
			return complain(why, "\"%s\" stands twice in \"at\"", words[i]);
		p->at |= 1u << i;
		return 0;
	}
	return complain(why, "\"at\" takes all, start or end, not \"%s\"", quoted(v.text));
}

/* What asks, and what makes an answer good. */
#define ASKING_KEYS                                                                               \
	{"exec", VALUE_EXEC, .one_of = true, .read = read_exec,                                   \
		.about = "a program and its arguments, or a text for /bin/sh -c",                 \
		.example = "[pg_isready, -q]"},                                                   \
		{"http", VALUE_URL, .one_of = true, .take = take_http,                            \
			.about = "a URL that is asked for",                                       \
			.example = "'http://127.0.0.1:8080/health'"},                             \
		{"tcp", VALUE_ADDRESS, .one_of = true, .take = take_tcp,                          \
			.about = "a connection to there, and what is said on it",                 \
			.example = "127.0.0.1:6379"},                                             \
		{"file", VALUE_PATH, .one_of = true, .take = take_file,                           \
			.about = "a file that can be read", .example = "/run/app/ready"},         \
		{"user", VALUE_UID, .take = take_probe_user, .about = "exec: who runs it",        \
			.fallback = "who runs jinx", .example = "postgres"},                      \
		{"node", VALUE_NUMBER, .take = take_probe_node,                                   \
			.about = "exec: the node that it is run in", .fallback = "where jinx is", \
			.example = "1"},                                                          \
		{"send", VALUE_TEXT, .take = take_send, .about = "tcp: what is sent first",       \
			.example = "\"PING\\r\\n\""},                                             \
	{                                                                                         \
		"expect", VALUE_BLOCK, BLOCK_ANSWER, .read = read_expect,                         \
						     .about = "what makes an answer good",        \
						     .example = "{status: 200, body: ok}"         \
	}

static const struct key probe_keys[] = {
	ASKING_KEYS,
	{"every", VALUE_TIME, .take = take_every, .about = "how often it is asked, 10ms or more",
		.fallback = "1s", .example = "200ms"},
	{"timeout", VALUE_TIME, .take = take_timeout, .about = "what takes longer has failed",
		.fallback = "every, at most 1s", .example = "500ms"},
	{"at", VALUE_PROBE_MOMENT, .list = true, .take = take_moment,
		.about = "all the time, or once at the start, at the end, or at both",
		.fallback = "all", .example = "[start, end]"},
};

const struct block_row block_probe = {"probe", "a probe", probe_keys, ARRAY_SIZE(probe_keys)};

static int check_kind(struct document *d, const struct given *given, const struct probe_spec *p)
{
	yaml_node_t *send = given_value(given, "send"), *user = given_value(given, "user");
	yaml_node_t *node = given_value(given, "node");

	if (send && p->ask.kind != ASK_TCP)
		return wrong(d, send, "\"send\" belongs to a probe with tcp");
	if (user && p->ask.kind != ASK_EXEC)
		return wrong(d, user, "\"user\" belongs to a probe with exec");
	if (node && p->ask.kind != ASK_EXEC)
		return wrong(d, node, "\"node\" belongs to a probe with exec");
	return 0;
}

static int read_one(struct document *d, yaml_node_t *node, struct probe_spec *p)
{
	struct given given;
	int err;

	p->every_ns = DEFAULT_EVERY_NS;
	p->place = place_of(node);
	err = read_block(d, node, BLOCK_PROBE, p, &given);
	err = err ?: one_of(d, node, BLOCK_PROBE, &given);
	if (err)
		return err;
	p->at = p->at ?: PROBE_ALL;
	if (!p->ask.timeout_ns)
		p->ask.timeout_ns = p->at & PROBE_ALL && p->every_ns < DEFAULT_EVERY_NS
					    ? p->every_ns
					    : DEFAULT_EVERY_NS;
	return check_kind(d, &given, p);
}

static int read_named_probe(
	struct document *d, yaml_node_t *key, yaml_node_t *value, void *scenario)
{
	struct scenario *s = scenario;
	struct value name = {.name = "probe"};
	struct probe_spec *p;
	int err;

	if (s->n_probes == MAX_PROBES)
		return wrong(d, key, "more than %d probes", MAX_PROBES), NO_MORE;
	err = read_text(d, key, name.name, &name.text);
	for (unsigned int i = 0; i < s->n_probes && !err; i++)
		if (!strcmp(s->probes[i].name, name.text))
			err = wrong(d, key, "there are two probes named \"%s\"", name.text);
	if (err)
		return err;
	p = &s->probes[s->n_probes];
	err = wrong_value(d, key, take_name(name, &p->name, d->why));
	s->n_probes += !err;
	return err ?: read_one(d, value, p);
}

int read_probes(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_map(d, node, "probes", read_named_probe, ((struct parsing *)parsing)->s);
}

static int take_within(struct value v, void *ready, struct error *why)
{
	return parse_duration(v.text, &((struct ready *)ready)->within_ns, why);
}

static const struct key ready_keys[] = {
	ASKING_KEYS,
	{"within", VALUE_TIME, .take = take_within,
		.about = "how long it may take, or the run has failed", .fallback = "30s",
		.example = "10s"},
};

const struct block_row block_ready = {"ready", "\"ready\"", ready_keys, ARRAY_SIZE(ready_keys)};

int read_ready(struct document *d, yaml_node_t *node, void *parsing)
{
	struct ready *r = &((struct parsing *)parsing)->s->standing.ready;
	struct probe_spec *p = &r->probe;
	struct given given;
	int err;

	r->within_ns = DEFAULT_WITHIN_NS;
	p->place = place_of(node);
	err = read_block(d, node, BLOCK_READY, r, &given);
	err = err ?: one_of(d, node, BLOCK_READY, &given);
	p->ask.timeout_ns = r->within_ns;
	return err ?: check_kind(d, &given, p);
}
