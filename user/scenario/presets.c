// SPDX-License-Identifier: GPL-2.0
/* The presets, and the keys of a `use`. */
#include "scenario/presets.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "scenario/parse.h"
#include "scenario/presets_put.h"

#define MOST_MB (1 << 20)

#define KEYS(...)           \
	{                   \
		__VA_ARGS__ \
	}
const struct preset presets[] = {
#define PRESET(name, about, keys, phase) {#name, about, keys, phase},
#include "scenario/presets.def"
};
const size_t n_presets = ARRAY_SIZE(presets);

const struct preset *find_preset(const char *name)
{
	for (size_t i = 0; i < n_presets; i++)
		if (!strcmp(presets[i].name, name))
			return &presets[i];
	return NULL;
}

static int take_use(struct value v, void *use, struct error *why)
{
	const struct preset **preset = &((struct use *)use)->preset;
	const char *names[ARRAY_SIZE(presets)];

	*preset = find_preset(v.text);
	if (*preset)
		return 0;
	for (size_t i = 0; i < n_presets; i++)
		names[i] = presets[i].name;
	return complain_unknown(why, "preset", v.text, names, n_presets);
}

/* The others are only looked at: what is put into the phase is their text. */
static int take_word(struct value v, void *use, struct error *why)
{
	char *name = NULL;
	int err = take_name(v, &name, why);

	(void)use;
	free(name);
	return err;
}

static int take_time(struct value v, void *use, struct error *why)
{
	uint64_t ns;

	(void)use;
	return parse_duration(v.text, &ns, why);
}

static int take_share(struct value v, void *use, struct error *why)
{
	uint32_t ppm;

	(void)use;
	return parse_chance(v.text, &ppm, why);
}

static int take_mb(struct value v, void *use, struct error *why)
{
	uint64_t mb;

	(void)use;
	return take_count(v, 1, MOST_MB, &mb, why);
}

static int take_percent(struct value v, void *use, struct error *why)
{
	uint64_t percent;

	(void)use;
	return take_count(v, 1, 100, &percent, why);
}

static const struct key use_keys[] = {
	{"use", VALUE_NAME, .required = true, .take = take_use,
		.about = "a preset; jinx list presets", .example = "random_failures"},
	{"phase", VALUE_NAME, .take = take_word, .about = "the name of the phase",
		.fallback = "the preset's", .example = "failures"},
	{"target", VALUE_NAME, .take = take_word,
		.about = "the name of a target; needed when there are several", .example = "db"},
	{"duration", VALUE_TIME, .take = take_time, .about = "how long", .example = "10s"},
	{"failure_rate", VALUE_CHANCE, .take = take_share, .about = "this share of calls fails",
		.example = "5%"},
	{"max_latency", VALUE_TIME, .take = take_time, .about = "no spike is longer",
		.example = "300ms"},
	{"target_mb", VALUE_NUMBER, .take = take_mb, .about = "so much memory is taken, in MiB",
		.example = "512"},
	{"target_percent", VALUE_NUMBER, .take = take_percent,
		.about = "so much of the CPUs' time is taken", .example = "90"},
	{"affected", VALUE_NAME, .list = true, .take = take_word,
		.about = "the names of the targets that are cut off", .example = "[n1, n2]"},
	{"trigger", VALUE_NAME, .take = take_word, .about = "the target that fails first",
		.example = "db"},
	{"propagation_delay", VALUE_TIME, .take = take_time,
		.about = "how much later the next one fails", .example = "2s"},
};

const struct block_row block_use = {"use", "a preset", use_keys, ARRAY_SIZE(use_keys)};

static bool preset_takes(const struct preset *p, const char *key)
{
	for (const char *const *k = p->keys; *k; k++)
		if (!strcmp(*k, key))
			return true;
	return !strcmp(key, "use") || !strcmp(key, "phase") ||
	       (!strcmp(key, "target") && p->phase && strstr(p->phase, "${target}"));
}

const char *preset_key_shown(const char *key, char *ret, size_t size)
{
	const char *example = "";

	for (size_t i = 0; i < ARRAY_SIZE(use_keys); i++)
		if (!strcmp(use_keys[i].name, key))
			example = use_keys[i].example;
	snprintf(ret, size, "%s=%s", key, example);
	return ret;
}

/* With values that they may have. */
static const char *list_keys(const struct preset *p, char *ret, size_t size)
{
	char shown[60];

	*ret = '\0';
	for (size_t n = 0; p->keys[n]; n++)
		text_append(ret, size, "%s%s", n ? ", " : "",
			preset_key_shown(p->keys[n], shown, sizeof(shown)));
	return ret;
}

static int check_keys(
	struct document *d, yaml_node_t *node, const struct preset *p, const struct given *g)
{
	char all[120], words[120] = "";
	const char *missing[MAX_PRESET_KEYS];
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->values[i] && !preset_takes(p, g->keys[i]->name))
			return wrong(d, g->values[i], "preset %s takes no \"%s\"; it takes %s",
				p->name, g->keys[i]->name, list_keys(p, all, sizeof(all)));
	for (const char *const *k = p->keys; *k; k++)
		if (!given_value(g, *k))
			missing[n++] = *k;
	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++)
		text_append(words, sizeof(words), "%s\"%s\"", i ? " and " : "", missing[i]);
	return wrong(d, node, "%s %s missing: preset %s takes %s", words, n == 1 ? "is" : "are",
		p->name, list_keys(p, all, sizeof(all)));
}

static bool is_use(struct document *d, const yaml_node_t *node)
{
	for (yaml_node_pair_t *p = node->type == YAML_MAPPING_NODE ? node->data.mapping.pairs.start
								   : NULL;
		p && p < node->data.mapping.pairs.top; p++) {
		const yaml_node_t *key = yaml_document_get_node(&d->yaml, p->key);

		if (key->type == YAML_SCALAR_NODE &&
			!strcmp((const char *)key->data.scalar.value, "use"))
			return true;
	}
	return false;
}

/* A phase of the timeline, by its number as nodes are added. */
static int expand_phase(struct document *d, int id, FILE *text)
{
	yaml_node_t *node = yaml_document_get_node(&d->yaml, id);
	struct use use = {};
	int err;

	if (!is_use(d, node))
		return 0;
	err = read_block(d, node, BLOCK_USE, &use, &use.given);
	err = err ?: check_keys(d, node, use.preset, &use.given);
	return err ?: preset_put(d, id, &use, text);
}

static int expand_timeline(struct document *d, int timeline, FILE *text)
{
	int err = 0;

	/* Adding nodes moves them. */
	for (size_t i = 0;; i++) {
		const yaml_node_t *list = yaml_document_get_node(&d->yaml, timeline);
		const yaml_node_item_t *item = list->data.sequence.items.start + i;

		if (item >= list->data.sequence.items.top)
			return err;
		if (expand_phase(d, *item, text))
			err = go_on(d);
	}
}

int presets_expand(struct document *d, char **ret)
{
	yaml_node_t *timeline = document_top(d, "timeline");
	size_t size;
	FILE *text;
	int err;

	if (!timeline || timeline->type != YAML_SEQUENCE_NODE)
		return 0;
	free(*ret);
	*ret = NULL;
	text = open_memstream(ret, &size);
	if (!text)
		return wrong(d, timeline, "out of memory");
	err = expand_timeline(d, timeline - d->yaml.nodes.start + 1, text);
	if (fclose(text) && !err)
		err = wrong(d, document_top(d, "timeline"), "out of memory");
	return err;
}
