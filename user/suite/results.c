// SPDX-License-Identifier: GPL-2.0
/* What a suite came to, for pipelines: a JUnit file, and the reports of all runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "output/xml.h"
#include "suite/tell.h"

struct counts {
	unsigned int n, failures, errors, skipped;
	double seconds;
};

static bool is_of(const struct item *it, const char *category)
{
	return !category || !strcmp(it->category, category);
}

static struct counts count(const struct items *items, const char *category)
{
	struct counts c = {};

	for (unsigned int i = 0; i < items->n; i++) {
		const struct item *it = &items->all[i];
		bool ended = it->state == ITEM_ENDED;

		if (!is_of(it, category))
			continue;
		c.n++;
		c.failures += ended && it->verdict == VERDICT_DEVIATED;
		c.skipped += !ended || it->verdict == VERDICT_UNSUPPORTED;
		c.errors += ended && it->verdict != VERDICT_HELD &&
			    it->verdict != VERDICT_DEVIATED && it->verdict != VERDICT_UNSUPPORTED;
		c.seconds += ended ? (it->ended_ns - it->began_ns) / 1e9 : 0;
	}
	return c;
}

static void put_counts(const struct counts *c, FILE *to)
{
	fprintf(to, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n",
		c->n, c->failures, c->errors, c->skipped, c->seconds);
}

static void put_outcome(const struct item *it, FILE *to)
{
	const char *element = "error", *text = it->reason;

	if (it->state != ITEM_ENDED) {
		element = "skipped";
		text = "not begun";
	} else if (it->verdict == VERDICT_HELD) {
		return;
	} else if (it->verdict == VERDICT_UNSUPPORTED) {
		element = "skipped";
	} else if (it->verdict == VERDICT_DEVIATED) {
		element = "failure";
	}
	fprintf(to, "      <%s", element);
	if (strcmp(element, "skipped"))
		xml_attribute(to, "type", verdict_name(it->verdict));
	xml_attribute(to, "message", text);
	fputc('>', to);
	xml_text(to, text);
	fprintf(to, "</%s>\n", element);
}

static void put_item(const struct item *it, FILE *to)
{
	char class[200];

	snprintf(class, sizeof(class), "jinx.%s", it->category);
	fputs("    <testcase", to);
	xml_attribute(to, "name", it->name);
	xml_attribute(to, "classname", class);
	xml_attribute(to, "file", it->file);
	fprintf(to, " time=\"%.3f\">\n",
		it->state == ITEM_ENDED ? (it->ended_ns - it->began_ns) / 1e9 : 0);
	put_outcome(it, to);
	fputs("    </testcase>\n", to);
}

static void put_category(const struct items *items, const char *category, FILE *to)
{
	const struct counts c = count(items, category);

	fputs("  <testsuite", to);
	xml_attribute(to, "name", category);
	put_counts(&c, to);
	for (unsigned int i = 0; i < items->n; i++)
		if (is_of(&items->all[i], category))
			put_item(&items->all[i], to);
	fputs("  </testsuite>\n", to);
}

static bool is_first(const struct items *items, unsigned int index)
{
	for (unsigned int i = 0; i < index; i++)
		if (is_of(&items->all[i], items->all[index].category))
			return false;
	return true;
}

static int close_file(FILE *f)
{
	int err = ferror(f) ? -EIO : 0;

	if (fclose(f) && !err)
		err = -errno;
	return err;
}

int tell_junit(const struct items *items, const char *path)
{
	const struct counts all = count(items, NULL);
	FILE *to = fopen(path, "we");

	if (!to)
		return -errno;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"jinx suite\"", to);
	put_counts(&all, to);
	for (unsigned int i = 0; i < items->n; i++)
		if (is_first(items, i))
			put_category(items, items->all[i].category, to);
	fputs("</testsuites>\n", to);
	return close_file(to);
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

int tell_json(const struct items *items, const char *path)
{
	json_t *all = json_array();
	FILE *to = fopen(path, "we");
	int err = to ? 0 : -errno;

	for (unsigned int i = 0; i < items->n && !err; i++)
		if (items->all[i].state == ITEM_ENDED)
			json_array_append_new(all, item_json(&items->all[i]));
	if (!err && json_dumpf(all, to, JSON_INDENT(2) | JSON_REAL_PRECISION(9)))
		err = -EIO;
	json_decref(all);
	if (to) {
		int closed = close_file(to);

		err = err ?: closed;
	}
	return err;
}
