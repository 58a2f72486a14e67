// SPDX-License-Identifier: GPL-2.0
/* What a suite came to, for pipelines: a JUnit file, and the reports of all runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "output/xml.h"
#include "suite/tell.h"

/* What it came to in the words of JUnit. NULL: it passed. */
static const char *outcome(const struct item *it)
{
	if (it->state != ITEM_ENDED || it->verdict == VERDICT_UNSUPPORTED)
		return "skipped";
	if (it->verdict == VERDICT_HELD)
		return NULL;
	return it->verdict == VERDICT_DEVIATED ? "failure" : "error";
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

static const char *expectation_outcome(const json_t *e)
{
	const char *result = text_of(e, "result");

	return !strcmp(result, "true") ? NULL : !strcmp(result, "false") ? "failure" : "skipped";
}

struct counts {
	unsigned int n, failures, errors, skipped;
	double seconds;
};

static void count_one(struct counts *c, const char *outcome)
{
	c->n++;
	c->failures += outcome && !strcmp(outcome, "failure");
	c->errors += outcome && !strcmp(outcome, "error");
	c->skipped += outcome && !strcmp(outcome, "skipped");
}

static double seconds(const struct item *it)
{
	return it->state == ITEM_ENDED ? (it->ended_ns - it->began_ns) / 1e9 : 0;
}

/* Without its fault the expectations are meant to be false: then the run alone counts. */
static const json_t *expectations_of(const struct item *it, bool prove)
{
	return prove ? NULL : json_object_get(it->report, "expectations");
}

static void count(struct counts *c, const struct item *it, bool prove)
{
	const json_t *e;
	size_t i;

	json_array_foreach(expectations_of(it, prove), i, e) count_one(c, expectation_outcome(e));
	count_one(c, outcome(it));
	c->seconds += seconds(it);
}

static void put_counts(const struct counts *c, FILE *to)
{
	fprintf(to, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n",
		c->n, c->failures, c->errors, c->skipped, c->seconds);
}

static void put_case(const struct item *it, const char *name, const char *outcome, const char *type,
	const char *text, FILE *to)
{
	char class[400];

	snprintf(class, sizeof(class), "jinx.%s.%s", it->category, it->name);
	fputs("    <testcase", to);
	xml_attribute(to, "name", name);
	xml_attribute(to, "classname", class);
	xml_attribute(to, "file", it->file);
	fprintf(to, " time=\"%.3f\">", seconds(it));
	if (outcome) {
		fprintf(to, "<%s", outcome);
		if (strcmp(outcome, "skipped"))
			xml_attribute(to, "type", type);
		xml_attribute(to, "message", text);
		fputc('>', to);
		xml_text(to, text);
		fprintf(to, "</%s>", outcome);
	}
	fputs("</testcase>\n", to);
}

static void put_expectation(const struct item *it, const json_t *e, FILE *to)
{
	const char *why = json_string_value(json_object_get(e, "why"));
	char text[400];

	if (why)
		snprintf(text, sizeof(text), "%s: %s", text_of(e, "that"), why);
	else
		snprintf(
			text, sizeof(text), "%s: %s", text_of(e, "that"), text_of(e, "value_text"));
	put_case(it, text_of(e, "name"), expectation_outcome(e), "expectation", text, to);
}

static void put_item(const struct item *it, bool prove, FILE *to)
{
	struct counts c = {};
	char name[400];
	const json_t *e;
	size_t i;

	count(&c, it, prove);
	snprintf(name, sizeof(name), "%s/%s", it->category, it->name);
	fputs("  <testsuite", to);
	xml_attribute(to, "name", name);
	put_counts(&c, to);
	json_array_foreach(expectations_of(it, prove), i, e) put_expectation(it, e, to);
	put_case(it, "experiment", outcome(it), verdict_name(it->verdict),
		it->state == ITEM_ENDED ? it->reason : "not begun", to);
	fputs("  </testsuite>\n", to);
}

int tell_junit(const struct items *items, bool prove, FILE *to)
{
	struct counts all = {};

	for (unsigned int i = 0; i < items->n; i++)
		count(&all, &items->all[i], prove);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"jinx suite\"", to);
	put_counts(&all, to);
	for (unsigned int i = 0; i < items->n; i++)
		put_item(&items->all[i], prove, to);
	fputs("</testsuites>\n", to);
	return ferror(to) ? -EIO : 0;
}

/* With its folder, and the params of each. */
static json_t *item_json(const struct item *it)
{
	json_t *one = it->report ? json_copy(it->report)
				 : json_pack("{s:s, s:s, s:s}", "name", it->name, "verdict",
					   verdict_name(it->verdict), "reason", it->reason);
	json_t *params = json_object();

	for (unsigned int i = 0; it->s && i < it->s->standing.n_params; i++)
		json_object_set_new(params, it->s->standing.params[i].name,
			json_string(it->s->standing.params[i].value));
	json_object_set_new(one, "params", params);
	json_object_set_new(one, "category", json_string(it->category));
	return one;
}

int tell_json(const struct items *items, FILE *to)
{
	json_t *all = json_array();
	int err = 0;

	for (unsigned int i = 0; i < items->n; i++)
		if (items->all[i].state == ITEM_ENDED)
			json_array_append_new(all, item_json(&items->all[i]));
	if (json_dumpf(all, to, JSON_INDENT(2) | JSON_REAL_PRECISION(9)))
		err = -EIO;
	fputc('\n', to);
	json_decref(all);
	return err;
}
