// SPDX-License-Identifier: GPL-2.0
/* A scenario file: the keys at the top, the workload and the phases. docs/scenario.md */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"
#include "scenario/trust.h"

#define MAX_FILE (1 << 20)
#define MAX_CONCURRENCY 1024

static int parse_version(struct document *d, yaml_node_t *node, void *parsing)
{
	const char *text = NULL;
	int err = read_text(d, node, "jinx", &text);

	(void)parsing;
	if (!err && strcmp(text, "1"))
		return wrong(d, node, "this jinx reads version 1 of the format, not \"%s\"",
			quoted(text));
	return err;
}

static int parse_name(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_name(d, node, "name", &((struct parsing *)parsing)->s->name);
}

static int parse_about(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_copy(d, node, "about", &((struct parsing *)parsing)->s->about);
}

static int parse_seed(struct document *d, yaml_node_t *node, void *parsing)
{
	struct scenario *s = ((struct parsing *)parsing)->s;

	s->has_seed = true;
	/* JSON's integers, in which reports give it, end there. */
	return read_count(d, node, "seed", 0, INT64_MAX, &s->seed);
}

static int parse_exec(struct document *d, yaml_node_t *node, void *workload)
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

static int parse_concurrency(struct document *d, yaml_node_t *node, void *workload)
{
	uint64_t n = 0;
	int err = read_count(d, node, "concurrency", 1, MAX_CONCURRENCY, &n);

	((struct workload *)workload)->concurrency = n;
	return err;
}

static int parse_timeout(struct document *d, yaml_node_t *node, void *workload)
{
	return read_duration(d, node, "timeout", &((struct workload *)workload)->timeout_ns);
}

static int parse_workload(struct document *d, yaml_node_t *node, void *parsing)
{
	static const struct key keys[] = {{"exec", parse_exec, true},
		{"concurrency", parse_concurrency, false}, {"timeout", parse_timeout, false}};
	struct scenario *s = ((struct parsing *)parsing)->s;

	s->has_workload = true;
	s->workload = (struct workload){
		.concurrency = 1, .timeout_ns = 30000000000ull, .place = place_of(node)};
	return read_mapping(d, node, "the workload", keys, ARRAY_SIZE(keys), &s->workload);
}

static int parse_max_chance(struct document *d, yaml_node_t *node, void *safety)
{
	const char *text = NULL;
	int err = read_text(d, node, "max_chance", &text);

	return err
		       ?: wrong_value(d, node,
				  parse_chance(text, &((struct safety *)safety)->max_chance_ppm,
					  d->why));
}

static int parse_max_injections(struct document *d, yaml_node_t *node, void *safety)
{
	return read_count(d, node, "max_injections", 1, INT64_MAX,
		&((struct safety *)safety)->max_injections);
}

static int add_unprotect(struct document *d, yaml_node_t *node, void *safety)
{
	const char *text = NULL;
	int err = read_text(d, node, "unprotect", &text);

	return err ?: wrong_value(d, node, parse_unprotect(text, safety, d->why));
}

static int parse_unprotect_key(struct document *d, yaml_node_t *node, void *safety)
{
	return read_list(d, node, "unprotect", add_unprotect, safety);
}

static int parse_safety(struct document *d, yaml_node_t *node, void *parsing)
{
	static const struct key keys[] = {{"max_chance", parse_max_chance, false},
		{"max_injections", parse_max_injections, false},
		{"unprotect", parse_unprotect_key, false}};

	return read_mapping(d, node, "\"safety\"", keys, ARRAY_SIZE(keys),
		&((struct parsing *)parsing)->s->safety);
}

static struct phase *last_phase(struct parsing *p)
{
	return &p->s->phases[p->s->n_phases - 1];
}

static int parse_phase_name(struct document *d, yaml_node_t *node, void *parsing)
{
	struct parsing *p = parsing;
	struct phase *last = last_phase(p);
	int err = read_name(d, node, "phase", &last->name);

	for (struct phase *other = p->s->phases; !err && other < last; other++)
		if (!strcmp(other->name, last->name))
			return wrong(d, node, "there are two phases named \"%s\"", last->name);
	return err;
}

static int parse_for(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_duration(d, node, "for", &last_phase(parsing)->duration_ns);
}

static int parse_phase(struct document *d, yaml_node_t *node, void *parsing)
{
	static const struct key keys[] = {{"phase", parse_phase_name, true},
		{"for", parse_for, true}, {"faults", parse_faults, false}};
	struct scenario *s = ((struct parsing *)parsing)->s;

	if (s->n_phases == MAX_PHASES)
		return wrong(d, node, "more than %d phases", MAX_PHASES);
	s->phases[s->n_phases++].place = place_of(node);
	return read_mapping(d, node, "a phase", keys, ARRAY_SIZE(keys), parsing);
}

static int parse_timeline(struct document *d, yaml_node_t *node, void *parsing)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"timeline\" takes a list of phases");
	return read_list(d, node, "timeline", parse_phase, parsing);
}

static int parse_document(struct document *d, struct parsing *p)
{
	static const struct key keys[] = {{"jinx", parse_version, true},
		{"name", parse_name, false}, {"about", parse_about, false},
		{"seed", parse_seed, false}, {"target", parse_target, false},
		{"targets", parse_targets, false}, {"safety", parse_safety, false},
		{"workload", parse_workload, false}, {"timeline", parse_timeline, true}};
	yaml_node_t *root = yaml_document_get_root_node(&d->yaml);
	int err = read_mapping(d, root, "the scenario", keys, ARRAY_SIZE(keys), p);

	if (!err && !p->s->n_targets)
		return wrong(d, root, "\"target\" is missing in the scenario");
	return err ?: bind_targets(d, p);
}

/* A scenario without a name has its file's. */
static int default_name(struct scenario *s)
{
	const char *base;

	if (s->name)
		return 0;
	base = strrchr(s->file, '/');
	base = base ? base + 1 : s->file;
	s->name = strndup(base, strcspn(base, "."));
	return s->name ? 0 : -ENOMEM;
}

int scenario_parse(
	const char *text, size_t size, const char *file, struct scenario **ret, struct error *why)
{
	struct parsing p = {.s = scenario_new()};
	struct document d;
	int err;

	memset(why, 0, sizeof(*why));
	if (!p.s || !(p.s->file = strdup(file)))
		err = complain(why, "out of memory");
	else
		err = document_open(&d, text, size, why);
	if (!err) {
		err = parse_document(&d, &p);
		document_close(&d);
	}
	if (!err)
		err = default_name(p.s) ?: scenario_validate(p.s, why);
	if (err)
		scenario_free(p.s);
	else
		*ret = p.s;
	return err;
}

int scenario_read(const char *path, bool trusted, struct scenario **ret, struct error *why)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *text = malloc(MAX_FILE + 1);
	size_t size;

	memset(why, 0, sizeof(*why));
	if (!f || !text) {
		int err = -errno;

		complain(why, "%s", strerror(-err));
		return err;
	}
	if (!trusted && trust_check(fileno(f), why))
		return -EPERM;
	size = fread(text, 1, MAX_FILE + 1, f);
	if (ferror(f)) {
		complain(why, "%s", strerror(errno));
		return -EIO;
	}
	if (size > MAX_FILE)
		return complain(why, "larger than %d bytes: this is no scenario", MAX_FILE);
	return scenario_parse(text, size, path, ret, why);
}
