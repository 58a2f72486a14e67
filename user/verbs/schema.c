// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON Schema of scenarios, made of the rows of their keys. It is a bit stricter than the
 * reader: values with commas that YAML takes for keys ({port: 80,443}) want to be lists.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "faults/kind.h"
#include "scenario/keys.h"
#include "scenario/names.h"
#include "verbs/lists.h"

static json_t *words_schema(const char *words, bool boolean)
{
	json_t *all = json_array();

	if (boolean) {
		json_array_append_new(all, json_true());
		json_array_append_new(all, json_false());
	}
	while (*words) {
		size_t length = strcspn(words, "|");

		json_array_append_new(all, json_stringn(words, length));
		words += length + (words[length] == '|');
	}
	return json_pack("{s:o}", "enum", all);
}

static json_t *types_schema(unsigned int types)
{
	static const char *const names[] = {"string", "integer", "number", "boolean"};
	json_t *all = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (types & 1u << i)
			json_array_append_new(all, json_string(names[i]));
	return all;
}

static json_t *plain_schema(const struct value_row *v)
{
	json_t *s;

	if (v->words)
		return words_schema(v->words, v->types & IS_BOOLEAN);
	s = json_pack("{s:o}", "type", types_schema(v->types & ~IS_LIST));
	if (v->pattern)
		json_object_set_new(s, "pattern", json_string(v->pattern));
	else if (v->types & IS_STRING)
		json_object_set_new(s, "minLength", json_integer(1));
	if (v->types & IS_INTEGER)
		json_object_set_new(s, "minimum", json_integer(v->least));
	if (v->most)
		json_object_set_new(s, "maximum", json_integer(v->most));
	return s;
}

static json_t *list_schema(json_t *item)
{
	return json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items", item);
}

static json_t *either(json_t *a, json_t *b)
{
	return json_pack("{s:[o, o]}", "anyOf", a, b);
}

static json_t *reference_to(const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), "#/definitions/%s", name);
	return json_pack("{s:s}", "$ref", path);
}

/* A block has one definition, but faults, which have one each. */
static json_t *block_reference(enum block block)
{
	json_t *all;
	char name[40];

	if (block_rows[block]->instead)
		return either(reference_to(block_rows[block]->name),
			reference_to(block_rows[block_rows[block]->instead]->name));
	if (block != BLOCK_FAULT)
		return reference_to(block_rows[block]->name);
	all = json_array();
	for (int f = 0; f < NR_FAULTS; f++) {
		snprintf(name, sizeof(name), "fault-%s", fault_names[f]);
		json_array_append_new(all, reference_to(name));
	}
	return json_pack("{s:o}", "oneOf", all);
}

static json_t *names_schema(enum block block)
{
	return json_pack("{s:s, s:i, s:i, s:o, s:o}", "type", "object", "minProperties", 1,
		"maxProperties", MAX_TARGETS, "propertyNames",
		json_pack("{s:s}", "pattern", value_rows[VALUE_NAME].pattern),
		"additionalProperties", block_reference(block));
}

/* Names to plain values, or to lists of them. */
static json_t *params_schema(bool lists)
{
	json_t *value = json_pack("{s:o}", "type", types_schema(IS_PLAIN));

	return json_pack("{s:s, s:i, s:o, s:o}", "type", "object", "minProperties", 1,
		"propertyNames", json_pack("{s:s}", "pattern", value_rows[VALUE_NAME].pattern),
		"additionalProperties", lists ? list_schema(value) : value);
}

static json_t *argv_schema(void)
{
	return list_schema(json_pack("{s:o}", "type", types_schema(IS_PLAIN)));
}

/* Names or networks; of groups each has one of them or a list. */
static json_t *sides_schema(void)
{
	json_t *one = json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
	json_t *group = either(json_incref(one), list_schema(json_incref(one)));

	return either(either(json_incref(one), list_schema(one)),
		json_pack("{s:s, s:i, s:o}", "type", "object", "minProperties", 1,
			"additionalProperties", group));
}

static json_t *value_schema(const struct key *k)
{
	const struct value_row *v = &value_rows[k->value];
	json_t *argv;

	if (k->value == VALUE_PARAMS || k->value == VALUE_MATRIX)
		return params_schema(k->value == VALUE_MATRIX);
	if (k->value == VALUE_STEPS)
		return list_schema(
			either(either(plain_schema(v), argv_schema()), block_reference(k->block)));

	if (k->value == VALUE_SIDES)
		return sides_schema();
	if (k->value == VALUE_BLOCK)
		return json_pack("{s:[o]}", "allOf", block_reference(k->block));
	if (k->value == VALUE_BLOCKS)
		return list_schema(block_reference(k->block));
	if (k->value == VALUE_NAMED_BLOCKS)
		return names_schema(k->block);
	if ((k->value == VALUE_CONDITION || k->value == VALUE_SHIFT) && k->block)
		return either(plain_schema(v), block_reference(k->block));
	if (k->value == VALUE_CONDITIONS || k->value == VALUE_ROUNDS)
		return list_schema(either(plain_schema(v), block_reference(k->block)));
	if (!(v->types & IS_LIST))
		return k->list ? either(plain_schema(v), list_schema(plain_schema(v)))
			       : plain_schema(v);
	argv = argv_schema();
	return v->types & IS_STRING ? either(plain_schema(v), argv) : argv;
}

static json_t *key_schema(const struct key *k)
{
	json_t *s = value_schema(k);
	char about[300];

	snprintf(about, sizeof(about), "%s", k->about);
	if (k->fallback)
		text_append(about, sizeof(about), " (default: %s)", k->fallback);
	json_object_set_new(s, "description", json_string(about));
	return s;
}

/* The keys of a block; of a fault's those that it takes, of which its own comes first. */
static json_t *object_schema(enum block block, int fault)
{
	json_t *properties = json_object(), *required = json_array(), *one_of = json_array(), *s;
	const struct key *keys[MAX_KEYS];
	size_t n = block_keys(block, keys);

	for (size_t i = 0; i < n; i++) {
		const struct key *k = keys[i];

		if (fault >= 0 && !key_applies(k, fault))
			continue;
		json_object_set_new(properties, k->name, key_schema(k));
		if (k->value == VALUE_CALLS && fault >= 0 && does_without_on(fault))
			continue;
		if (k->required || (fault >= 0 && (k->missing || k->one_of)))
			json_array_append_new(required, json_string(k->name));
		else if (k->one_of)
			json_array_append_new(one_of, json_pack("{s:[s]}", "required", k->name));
	}
	s = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties",
		properties);
	if (json_array_size(required))
		json_object_set(s, "required", required);
	if (json_array_size(one_of))
		json_object_set(s, "oneOf", one_of);
	json_decref(required);
	json_decref(one_of);
	return s;
}

static json_t *definitions(void)
{
	json_t *all = json_object();
	char name[40];

	for (int b = BLOCK_SCENARIO + 1; b < NR_BLOCKS; b++)
		if (b != BLOCK_FAULT && b != BLOCK_GAMEDAY && b != BLOCK_ROUND)
			json_object_set_new(all, block_rows[b]->name, object_schema(b, -1));
	for (int f = 0; f < NR_FAULTS; f++) {
		json_t *s = object_schema(BLOCK_FAULT, f);

		snprintf(name, sizeof(name), "fault-%s", fault_names[f]);
		json_object_set_new(s, "description", json_string(fault_abouts[f]));
		json_object_set_new(all, name, s);
	}
	return all;
}

/* A file whose keys are those of `block`; `definitions` is taken over. */
static json_t *file_schema(
	const char *title, const char *description, enum block block, json_t *definitions)
{
	json_t *root =
		json_pack("{s:s, s:s, s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
			"title", title, "description", description);
	json_t *top = object_schema(block, -1);

	json_object_update(root, top);
	json_decref(top);
	json_object_set_new(root, "definitions", definitions);
	return root;
}

json_t *schema_make(void)
{
	return file_schema("jinx scenario", "A scenario of jinx, version 1 of the format",
		BLOCK_SCENARIO, definitions());
}

json_t *gameday_schema_make(void)
{
	return file_schema("jinx gameday", "The plan of a gameday of jinx, version 1 of the format",
		BLOCK_GAMEDAY,
		json_pack("{s:o}", block_rows[BLOCK_ROUND]->name, object_schema(BLOCK_ROUND, -1)));
}
