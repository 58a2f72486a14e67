// SPDX-License-Identifier: GPL-2.0
/* jinx list WHAT: what there is to name. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "measure/verdict.h"
#include "output/report_schema.h"
#include "run/hook_state.h"
#include "scenario/keys.h"
#include "scenario/presets.h"
#include "verbs/lists.h"
#include "verbs/options.h"
#include "verbs/usage.h"
#include "verbs/verbs.h"

#define MAX_CELL 8192

static json_t *list_points(void)
{
	return calls_matching("*");
}

static json_t *list_faults(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_FAULTS; i++)
		json_array_append_new(all,
			json_pack("{s:s, s:s}", "name", fault_names[i], "about", fault_abouts[i]));
	return all;
}

static json_t *list_groups(void)
{
	json_t *all = json_array();

	for (size_t g = 0; g < n_groups; g++) {
		json_t *members = json_array();

		for (size_t i = 0; i < NR_POINTS; i++)
			if (points[i].groups & groups[g].bit)
				json_array_append_new(members, json_string(points[i].name));
		json_array_append_new(
			all, json_pack("{s:s, s:o}", "name", groups[g].name, "points", members));
	}
	return all;
}

static json_t *privileges_json(privileges set)
{
	json_t *all = json_array();
	char name[32];

	for (int c = 0; c <= CAP_LAST_CAP; c++)
		if (set & 1ull << c)
			json_array_append_new(
				all, json_string(privileges_text(1ull << c, name, sizeof(name))));
	return all;
}

static json_t *list_mechanisms(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_MECHANISMS; i++)
		json_array_append_new(
			all, json_pack("{s:s, s:o, s:s, s:s}", "name", mechanisms[i].name, "needs",
				     privileges_json(mechanisms[i].needs), "attaches_to",
				     mechanisms[i].attach, "about", mechanisms[i].about));
	return all;
}

static json_t *faults_json(const struct key *k)
{
	json_t *all = json_array();

	for (int f = 0; f < NR_FAULTS; f++)
		if (key_applies(k, f))
			json_array_append_new(all, json_string(fault_names[f]));
	return all;
}

static json_t *key_json(enum block block, const struct key *k)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:s?, s:s?, s:s?}", "name", k->name,
		"block", block_rows[block]->name, "value", value_rows[k->value].placeholder,
		"about", k->about, "required", (int)k->required, "list", (int)k->list, "default",
		k->fallback, "example", k->example, "option", k->option);

	if (block == BLOCK_FAULT)
		json_object_set_new(row, "faults", faults_json(k));
	return row;
}

static json_t *list_keys(void)
{
	json_t *all = json_array();

	for (int b = 0; b < NR_BLOCKS; b++) {
		const struct key *keys[MAX_KEYS];
		size_t n = block_keys(b, keys);

		for (size_t i = 0; i < n; i++)
			json_array_append_new(all, key_json(b, keys[i]));
	}
	return all;
}

static json_t *option_json(const struct verb *verb, const struct verb_option *o)
{
	return json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:s?}", "name", o->name, "verb", verb->name,
		"value", o->placeholder, "about", o->about, "default", o->fallback, "key",
		o->key ? o->key->name : NULL);
}

static json_t *list_options(void)
{
	struct verb verbs[MAX_VERBS];
	size_t n = verbs_all(verbs);
	struct verb_options known;
	json_t *all = json_array();

	for (size_t v = 0; v < n; v++) {
		options_of(&verbs[v], &known);
		for (size_t i = 0; i < known.n; i++)
			if (known.all[i].shown)
				json_array_append_new(all, option_json(&verbs[v], &known.all[i]));
	}
	return all;
}

static json_t *list_presets(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n_presets; i++) {
		const struct preset *p = &presets[i];
		json_t *keys = json_array();

		char shown[60];

		for (const char *const *k = p->keys; *k; k++)
			json_array_append_new(
				keys, json_string(preset_key_shown(*k, shown, sizeof(shown))));
		json_array_append_new(all, json_pack("{s:s, s:o, s:s}", "name", p->name, "keys",
						   keys, "about", p->about));
	}
	return all;
}

/* What stands in a column; the items of a list with spaces between them. Returns ret. */
static const char *cell(const json_t *row, const char *key, char *ret, size_t size)
{
	const json_t *value = json_object_get(row, key), *item;
	size_t i;

	ret[0] = '\0';
	if (json_is_integer(value))
		snprintf(ret, size, "%lld", (long long)json_integer_value(value));
	else if (json_is_string(value))
		snprintf(ret, size, "%s", json_string_value(value));
	json_array_foreach(value, i, item)
		text_append(ret, size, "%s%s", i ? " " : "", json_string_value(item));
	return ret;
}

/* Without columns it is JSON always. */
static const struct list {
	const char *name;
	json_t *(*make)(void);
	struct columns columns;
} lists[] = {{"points", list_points, {{"name", "syscall", "groups", "security_hook"}}},
	{"faults", list_faults, {{"name", "about"}}}, {"groups", list_groups, {{"name", "points"}}},
	{"mechanisms", list_mechanisms, {{"name", "attaches_to", "needs", "about"}}},
	{"keys", list_keys, {{"name", "block", "value", "about"}}},
	{"presets", list_presets, {{"name", "keys", "about"}}},
	{"options", list_options, {{"name", "verb", "value", "about"}}}, {"schema", schema_make},
	{"report-schema", report_schema_make}, {"hook-schema", hook_schema_make},
	{"gameday-schema", gameday_schema_make}};

/* Whole documents. */
static const struct {
	const char *name;
	void (*print)(FILE *to);
} documents[] = {{"reference", reference_print}, {"manual", manual_print},
	{"scenario-manual", scenario_manual_print}, {"bash-completion", completion_print},
	{"zsh-completion", zsh_completion_print}};

void list_names(char *ret, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		bool first_document = !lists[i].columns.keys[0] && lists[i - 1].columns.keys[0];

		text_append(ret, size, "%s%s",
			!i		 ? ""
			: first_document ? "\n       "
					 : "|",
			lists[i].name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++)
		text_append(ret, size, "%s%s", i ? "|" : "\n       ", documents[i].name);
}

static bool is_empty(const json_t *all, const char *key)
{
	const json_t *row;
	size_t i;

	json_array_foreach(all, i, row)
	{
		if (json_object_get(row, key))
			return false;
	}
	return true;
}

/* Those that have something in any row. Returns how many. */
static size_t used_columns(const struct columns *c, const json_t *all, const char **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < MAX_COLUMNS && c->keys[i]; i++)
		if (!is_empty(all, c->keys[i]))
			ret[n++] = c->keys[i];
	return n;
}

/* As wide as the widest of its cells; the last one as it comes. */
static void print_table(const struct columns *columns, const json_t *all)
{
	const char *keys[MAX_COLUMNS];
	size_t n = used_columns(columns, all, keys), i;
	int width[MAX_COLUMNS] = {};
	char text[MAX_CELL];
	const json_t *row;

	for (size_t c = 0; c + 1 < n; c++) {
		width[c] = (int)strlen(keys[c]);
		json_array_foreach(all, i, row)
		{
			int w = (int)strlen(cell(row, keys[c], text, sizeof(text)));

			width[c] = w > width[c] ? w : width[c];
		}
	}
	for (size_t c = 0; c < n; c++) {
		snprintf(text, sizeof(text), "%s", keys[c]);
		for (char *t = text; *t; t++)
			*t = *t == '_' ? ' ' : (char)toupper((unsigned char)*t);
		printf("%-*s%s", width[c], text, c + 1 < n ? "  " : "\n");
	}
	json_array_foreach(all, i, row)
	{
		size_t gap = 0; /* nothing is printed behind the last that isn't empty */

		for (size_t c = 0; c < n; c++) {
			size_t length = strlen(cell(row, keys[c], text, sizeof(text)));

			if (length) {
				printf("%*s%s", (int)gap, "", text);
				gap = 0;
			}
			gap += width[c] + 2 - length;
		}
		printf("\n");
	}
}

static void print(const struct columns *columns, json_t *all, bool as_json)
{
	if (!as_json && columns->keys[0]) {
		print_table(columns, all);
	} else {
		json_dumpf(all, stdout, JSON_INDENT(2));
		printf("\n");
	}
	json_decref(all);
}

static int print_points(const struct call *call)
{
	const struct columns *columns;
	struct error why = {};
	json_t *all;
	int err = points_matching(call->operands[1], &all, &columns, &why);

	if (err) {
		log_error("%s", why.message);
		return err == -EINVAL ? usage_point_to(call->verb) : 1;
	}
	print(columns, all, call->o.json);
	return 0;
}

/* The name that was meant, or NULL. */
static const char *nearest_list(const char *word)
{
	const char *names[ARRAY_SIZE(lists) + ARRAY_SIZE(documents)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		names[n++] = lists[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++)
		names[n++] = documents[i].name;
	return nearest(word, names, n);
}

int verb_list(struct call *call)
{
	const char *near;

	for (size_t i = 0; call->n_operands == 1 && i < ARRAY_SIZE(documents); i++) {
		if (strcmp(call->operands[0], documents[i].name))
			continue;
		documents[i].print(stdout);
		return 0;
	}
	for (size_t i = 0; call->n_operands == 1 && i < ARRAY_SIZE(lists); i++) {
		if (strcmp(call->operands[0], lists[i].name))
			continue;
		print(&lists[i].columns, lists[i].make(), call->o.json);
		return 0;
	}
	if (call->n_operands == 2 && !strcmp(call->operands[0], "points"))
		return print_points(call);
	near = call->n_operands == 1 ? nearest_list(call->operands[0]) : NULL;
	if (!near)
		return usage_wrong_operands(call->verb);
	log_error("unknown list \"%s\"; did you mean \"%s\"?", quoted(call->operands[0]), near);
	return usage_point_to(call->verb);
}
