// SPDX-License-Identifier: GPL-2.0
/* setup, teardown, tags and source of a scenario file, and what follows from what stands alone. */
#include "scenario/standing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "scenario/parse.h"

#define DEFAULT_STEP_NS 300000000000ull

int settings_add(struct settings *s, const char *text, struct error *why)
{
	const char *value = strchr(text, '=');

	if (!value || value == text)
		return complain(why, "--set takes NAME=VALUE, not \"%s\"", quoted(text));
	if (s->n == MAX_SETTINGS)
		return complain(why, "more than %d values of --set", MAX_SETTINGS);
	for (unsigned int i = 0; i < s->n; i++)
		if (!strncmp(s->all[i].name, text, value - text + 1))
			return complain(
				why, "--set gives \"%.*s\" two values", (int)(value - text), text);
	s->all[s->n].name = text;
	s->all[s->n++].value = value + 1;
	return 0;
}

bool standing_needs_scene(const struct standing *st)
{
	return st->uses_dir || st->n_ports || st->n_nodes || st->setup.n || st->teardown.n ||
	       standing_has_hooks(st);
}

bool standing_has_tag(const struct standing *st, const char *tag)
{
	for (unsigned int i = 0; i < st->n_tags; i++)
		if (!strcmp(st->tags[i], tag))
			return true;
	return false;
}

const char *standing_describe(const struct standing *st, char *ret, size_t size)
{
	*ret = '\0';
	for (unsigned int i = 0; i < st->n_params; i++)
		if (st->params[i].varies)
			text_append(ret, size, "%s%s=%s", *ret ? ", " : "", st->params[i].name,
				st->params[i].value);
	return ret;
}

bool standing_is_to_make(const struct standing *st, const char *path)
{
	size_t length = st->dir ? strlen(st->dir) : 0;

	return length && !strncmp(path, st->dir, length) &&
	       (!path[length] || path[length] == '/') && access(st->dir, F_OK);
}

static void steps_done(struct steps *all)
{
	for (unsigned int i = 0; i < all->n; i++) {
		argv_free(all->all[i].exec);
		free(all->all[i].user);
	}
}

void standing_done(struct standing *st)
{
	for (unsigned int i = 0; i < MAX_PARAMS; i++) {
		free(st->params[i].name);
		free(st->params[i].value);
	}
	for (unsigned int i = 0; i < MAX_PORTS; i++)
		free(st->ports[i]);
	for (unsigned int i = 0; i < MAX_TAGS; i++)
		free(st->tags[i]);
	for (unsigned int i = 0; i < MAX_SOURCES; i++)
		free(st->sources[i]);
	steps_done(&st->setup);
	steps_done(&st->teardown);
	for (int h = 0; h < NR_RUN_HOOKS; h++)
		steps_done(&st->hooks[h]);
	probe_done(&st->ready.probe);
	free(st->dir);
	free(st->presets);
}

int read_before(struct document *d, yaml_node_t *node, void *parsing)
{
	(void)d;
	(void)node;
	(void)parsing;
	return 0;
}

static struct standing *standing_of(void *parsing)
{
	return &((struct parsing *)parsing)->s->standing;
}

int take_tag(struct value v, void *parsing, struct error *why)
{
	struct standing *st = standing_of(parsing);

	if (standing_has_tag(st, v.text))
		return complain(why, "the tag \"%s\" stands twice", quoted(v.text));
	if (st->n_tags == MAX_TAGS)
		return complain(why, "more than %d tags", MAX_TAGS);
	if (take_name(v, &st->tags[st->n_tags], why))
		return -EINVAL;
	st->n_tags++;
	return 0;
}

int take_source(struct value v, void *parsing, struct error *why)
{
	struct standing *st = standing_of(parsing);

	if (st->n_sources == MAX_SOURCES)
		return complain(why, "more than %d sources", MAX_SOURCES);
	return take_copy(v, &st->sources[st->n_sources++], why);
}

static int read_step_exec(struct document *d, yaml_node_t *node, void *step)
{
	return read_command_line(d, node, "exec", &((struct step *)step)->exec);
}

static int take_step_user(struct value v, void *step, struct error *why)
{
	return take_user(v, &((struct step *)step)->user, why);
}

static int take_step_timeout(struct value v, void *step, struct error *why)
{
	return parse_duration(v.text, &((struct step *)step)->timeout_ns, why);
}

static int take_step_node(struct value v, void *step, struct error *why)
{
	return take_node(v, &((struct step *)step)->node, why);
}

static const struct key step_keys[] = {
	{"exec", VALUE_EXEC, .required = true, .read = read_step_exec,
		.about = "a program and its arguments, or a text for /bin/sh -c",
		.example = "createdb test"},
	{"user", VALUE_UID, .take = take_step_user, .about = "who runs it",
		.fallback = "who runs jinx", .example = "postgres"},
	{"node", VALUE_NUMBER, .take = take_step_node, .about = "the node that it is run in",
		.fallback = "where jinx is", .example = "1"},
	{"timeout", VALUE_TIME, .take = take_step_timeout,
		.about = "what takes longer is killed, and has failed",
		.fallback = "5m; of hooks 30s", .example = "30s"},
};

const struct block_row block_step = {"step", "a command", step_keys, ARRAY_SIZE(step_keys)};

static int read_step(struct document *d, yaml_node_t *node, void *steps)
{
	struct steps *all = steps;
	struct step *step;

	if (all->n == MAX_STEPS)
		return wrong(d, node, "more than %d commands", MAX_STEPS), NO_MORE;
	step = &all->all[all->n++];
	step->timeout_ns = all->timeout_ns ?: DEFAULT_STEP_NS;
	step->place = place_of(node);
	if (node->type == YAML_MAPPING_NODE)
		return read_block(d, node, BLOCK_STEP, step, NULL);
	return read_command_line(d, node, "exec", &step->exec);
}

int read_steps(struct document *d, yaml_node_t *node, const char *what, struct steps *all)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"%s\" takes a list of commands", what);
	return read_list(d, node, what, read_step, all);
}

int read_setup(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_steps(d, node, "setup", &standing_of(parsing)->setup);
}

int read_teardown(struct document *d, yaml_node_t *node, void *parsing)
{
	return read_steps(d, node, "teardown", &standing_of(parsing)->teardown);
}

/* What there is doesn't become nothing. */
static void stretch_time(uint64_t *ns, double scale)
{
	if (*ns)
		*ns = *ns * scale >= 1 ? *ns * scale : 1;
}

/* Bounds are of the program that is tested, and stay. */
void stretch(struct scenario *s, double scale)
{
	for (unsigned int i = 0; i < s->n_phases; i++)
		stretch_time(&s->phases[i].duration_ns, scale);
	for (unsigned int i = 0; i < s->n_faults; i++) {
		struct fault_spec *f = &s->faults[i];

		stretch_time(&f->from_ns, scale);
		stretch_time(&f->until_ns, scale);
		stretch_time(&f->trigger.on_ns, scale);
		stretch_time(&f->trigger.off_ns, scale);
	}
}
