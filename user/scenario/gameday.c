// SPDX-License-Identifier: GPL-2.0
#include "scenario/gameday.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/parse.h"

static int take_gameday_version(struct value v, void *gameday, struct error *why)
{
	(void)gameday;
	if (!strcmp(v.text, "1"))
		return 0;
	return complain(why, "this jinx reads version 1 of the format, not \"%s\"", quoted(v.text));
}

static int take_gameday_name(struct value v, void *gameday, struct error *why)
{
	return take_name(v, &((struct gameday *)gameday)->name, why);
}

static int take_gameday_about(struct value v, void *gameday, struct error *why)
{
	return take_copy(v, &((struct gameday *)gameday)->about, why);
}

static int take_pauses(struct value v, void *gameday, struct error *why)
{
	return parse_duration(v.text, &((struct gameday *)gameday)->pause_ns, why);
}

static int take_stop(struct value v, void *gameday, struct error *why)
{
	return take_bool(v, &((struct gameday *)gameday)->stop_deviated, why);
}

static int take_file(struct value v, void *round, struct error *why)
{
	return take_copy(v, &((struct round *)round)->file, why);
}

static int take_pause(struct value v, void *round, struct error *why)
{
	struct round *r = round;

	r->has_pause = true;
	if (!strcmp(v.text, "0s"))
		return 0; /* none, whatever the gameday's is */
	return parse_duration(v.text, &r->pause_ns, why);
}

static int read_setting(struct document *d, yaml_node_t *key, yaml_node_t *value, void *round)
{
	struct round *r = round;
	const char *name, *text;

	if (read_text(d, key, "set", &name) || read_text(d, value, "set", &text))
		return -EINVAL;
	if (r->n_set == MAX_PARAMS)
		return wrong(d, key, "more than %d values", MAX_PARAMS), NO_MORE;
	if (asprintf(&r->set[r->n_set], "%s=%s", name, text) < 0) {
		r->set[r->n_set] = NULL;
		return wrong(d, key, "out of memory");
	}
	r->n_set++;
	return 0;
}

static int read_set(struct document *d, yaml_node_t *node, void *round)
{
	if (node->type != YAML_MAPPING_NODE)
		return wrong(d, node, "\"set\" takes a mapping of names to params");
	return read_map(d, node, "set", read_setting, round);
}

static const struct key round_keys[] = {
	{"file", VALUE_TEXT, .required = true, .take = take_file,
		.about = "the scenario's, from where the plan is", .example = "refused.yaml"},
	{"pause", VALUE_TIME, .take = take_pause, .about = "before it; 0s: none",
		.fallback = "the gameday's", .example = "5m"},
	{"set", VALUE_PARAMS, .read = read_set, .about = "params, as of --set",
		.example = "{delay: 250ms}"},
};

const struct block_row block_round = {
	"round", "a scenario of the gameday", round_keys, ARRAY_SIZE(round_keys)};

static int read_round(struct document *d, yaml_node_t *node, void *gameday)
{
	struct gameday *g = gameday;
	struct round *r = &g->rounds[g->n];
	struct value v = {.name = "file"};
	int err;

	if (g->n == MAX_ROUNDS)
		return wrong(d, node, "more than %d scenarios", MAX_ROUNDS), NO_MORE;
	r->place = place_of(node);
	g->n++;
	if (node->type == YAML_MAPPING_NODE)
		return read_block(d, node, BLOCK_ROUND, r, NULL);
	err = read_text(d, node, "scenarios", &v.text);
	return err ?: wrong_value(d, node, take_file(v, r, d->why));
}

static int read_rounds(struct document *d, yaml_node_t *node, void *gameday)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(d, node, "\"scenarios\" takes a list of files");
	return read_list(d, node, "scenarios", read_round, gameday);
}

static const struct key gameday_keys[] = {
	{"gameday", VALUE_VERSION, .required = true, .take = take_gameday_version,
		.about = "the version of the format", .example = "1"},
	{"name", VALUE_NAME, .take = take_gameday_name, .about = "its name",
		.fallback = "the file's, up to its first dot", .example = "autumn"},
	{"about", VALUE_TEXT, .take = take_gameday_about,
		.about = "a sentence that is shown at the start",
		.example = "Does the shop sell while its database is slow?"},
	{"pause", VALUE_TIME, .take = take_pauses, .about = "before each scenario but the first",
		.fallback = "none", .example = "2m"},
	{"stop_when_deviated", VALUE_BOOL, .take = take_stop,
		.about = "it ends at one that has deviated, not only at one that was aborted or "
			 "has failed",
		.fallback = "false", .example = "true"},
	{"scenarios", VALUE_ROUNDS, BLOCK_ROUND, .required = true, .read = read_rounds,
		.about = "files, or mappings, in their order",
		.example = "[refused.yaml, slow-disk.yaml]"},
};

const struct block_row block_gameday = {
	"gameday", "the gameday", gameday_keys, ARRAY_SIZE(gameday_keys)};

/* "/plans/" of "/plans/autumn.yaml" */
static int find_files(const char *path, struct gameday *g)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	g->folder = strndup(path, base - path);
	if (!g->name)
		g->name = strndup(base, strcspn(base, "."));
	if (!g->folder || !g->name)
		return -ENOMEM;
	for (unsigned int i = 0; i < g->n; i++) {
		struct round *r = &g->rounds[i];
		_cleanup_free_ char *own = r->file;

		r->file = NULL;
		if (asprintf(&r->file, "%s%s", *own == '/' ? "" : g->folder, own) < 0) {
			r->file = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

static int read_document(struct document *d, struct gameday *g)
{
	yaml_node_t *root = yaml_document_get_root_node(&d->yaml);

	if (document_top(d, "jinx"))
		return wrong(d, root, "this is a scenario, not a gameday: jinx run runs it");
	return read_block(d, root, BLOCK_GAMEDAY, g, NULL);
}

static int parse(const char *text, size_t size, struct gameday *g, struct complaints *all)
{
	struct error *why = &all->all[0];
	struct document d;
	int err = document_open(&d, text, size, why);

	if (err)
		return err;
	err = read_document(&d, g);
	document_close(&d);
	if (err)
		*all = d.complaints;
	return err;
}

int gameday_read(const char *path, bool trusted, struct gameday **ret, struct complaints *all)
{
	struct gameday *g = calloc(1, sizeof(*g));
	_cleanup_free_ char *text = NULL;
	size_t size;
	int err;

	*all = (struct complaints){.n = 1};
	if (!g)
		return complain(&all->all[0], "out of memory");
	err = read_trusted(path, trusted, "gameday", &text, &size, &all->all[0]);
	err = err ?: parse(text, size, g, all);
	if (!err && find_files(path, g))
		err = complain(&all->all[0], "out of memory");
	if (err)
		gameday_free(g);
	else
		*ret = g;
	return err;
}

void gameday_free(struct gameday *g)
{
	if (!g)
		return;
	for (unsigned int i = 0; i < MAX_ROUNDS; i++) {
		free(g->rounds[i].file);
		for (unsigned int k = 0; k < MAX_PARAMS; k++)
			free(g->rounds[i].set[k]);
	}
	free(g->name);
	free(g->about);
	free(g->folder);
	free(g);
}
