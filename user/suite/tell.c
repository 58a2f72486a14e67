// SPDX-License-Identifier: GPL-2.0
#include "suite/tell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "base/text.h"
#include "suite/suite.h"

static const enum verdict columns[] = {VERDICT_HELD, VERDICT_DEVIATED, VERDICT_INCONCLUSIVE,
	VERDICT_ABORTED, VERDICT_FAILED, VERDICT_UNSUPPORTED};

/* Padded to so many columns. */
static void print_cell(FILE *to, const char *text, int width)
{
	char shown[300];

	printable(text, "", shown, sizeof(shown));
	fprintf(to, "%-*s", width, shown);
}

const char *tell_name(const struct item *it, char *ret, size_t size)
{
	char text[300];

	snprintf(text, sizeof(text), "%s/%s", it->category, it->name);
	printable(text, "", ret, size);
	return ret;
}

static size_t widest_name(const struct items *items)
{
	size_t widest = 0;
	char name[300];

	for (unsigned int i = 0; i < items->n; i++) {
		size_t width = strlen(tell_name(&items->all[i], name, sizeof(name)));

		widest = width > widest ? width : widest;
	}
	return widest > 60 ? 60 : widest;
}

void tell_end(const struct items *items, const struct item *it, FILE *to)
{
	char name[300], reason[500];

	tell_progress(NULL);
	printable(it->reason, "", reason, sizeof(reason));
	/* All of it is in the list at the end. */
	if (it->verdict == VERDICT_UNSUPPORTED)
		reason[strcspn(reason, ":")] = '\0';
	fprintf(to, "%-12s  %-*s  %6.1f s  %s\n", verdict_name(it->verdict),
		(int)widest_name(items), tell_name(it, name, sizeof(name)),
		(it->ended_ns - it->began_ns) / 1e9, reason);
	fflush(to);
}

void tell_progress(const struct items *items)
{
	unsigned int ended = 0, width = terminal_width(STDERR_FILENO);
	char text[400] = "", name[300];

	if (!width || !terminal_redraws(STDERR_FILENO))
		return;
	for (unsigned int i = 0; items && i < items->n; i++) {
		const struct item *it = &items->all[i];

		ended += it->state == ITEM_ENDED;
		if (it->state == ITEM_RUNS)
			text_append(text, sizeof(text), "%s%s (%.0f s)", *text ? ", " : "",
				tell_name(it, name, sizeof(name)),
				(monotonic_ns() - it->began_ns) / 1e9);
	}
	fputs("\r\033[K", stderr);
	if (items)
		fprintf(stderr, "%u of %u: %.*s", ended, items->n, width > 20 ? (int)width - 20 : 0,
			text);
	fflush(stderr);
}

static bool is_first_of_category(const struct items *items, unsigned int index)
{
	for (unsigned int i = 0; i < index; i++)
		if (!strcmp(items->all[i].category, items->all[index].category))
			return false;
	return true;
}

/* NULL: of all categories. */
static unsigned int count(const struct items *items, const char *category, enum verdict v)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < items->n; i++)
		n += items->all[i].state == ITEM_ENDED && items->all[i].verdict == v &&
		     (!category || !strcmp(items->all[i].category, category));
	return n;
}

static void print_row(const struct items *items, const char *category, FILE *to)
{
	print_cell(to, category ?: "all", 24);
	for (size_t v = 0; v < ARRAY_SIZE(columns); v++)
		fprintf(to, "  %12u", count(items, category, columns[v]));
	fputc('\n', to);
}

static void print_unsupported(const struct items *items, FILE *to)
{
	char name[300], reason[500];
	bool any = false;

	for (unsigned int i = 0; i < items->n; i++) {
		const struct item *it = &items->all[i];

		if (it->state != ITEM_ENDED || it->verdict != VERDICT_UNSUPPORTED)
			continue;
		if (!any)
			fputs("\nunsupported on this kernel\n", to);
		any = true;
		printable(it->reason, "", reason, sizeof(reason));
		fprintf(to, "  %s: %s\n", tell_name(it, name, sizeof(name)), reason);
	}
}

void tell_all(const struct items *items, FILE *to)
{
	unsigned int left_out = 0, supported = 0;

	fprintf(to, "\n%-24s", "category");
	for (size_t v = 0; v < ARRAY_SIZE(columns); v++)
		fprintf(to, "  %12s", verdict_name(columns[v]));
	fputc('\n', to);
	for (unsigned int i = 0; i < items->n; i++)
		if (is_first_of_category(items, i))
			print_row(items, items->all[i].category, to);
	print_row(items, NULL, to);
	print_unsupported(items, to);
	for (unsigned int i = 0; i < items->n; i++) {
		left_out += items->all[i].state == ITEM_LEFT_OUT;
		supported += items->all[i].state == ITEM_ENDED &&
			     items->all[i].verdict != VERDICT_UNSUPPORTED;
	}
	fprintf(to, "\nthis kernel could run %u of %u\n", supported, items->n - left_out);
	if (left_out)
		fprintf(to, "%u not begun: one has not held, and there was no --keep-going\n",
			left_out);
}

void tell_gameday(const struct items *items, const char *name, const char *stopped, FILE *to)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < items->n; i++)
		n += items->all[i].state == ITEM_ENDED;
	fputs("\ngameday ", to);
	print_cell(to, name, 0);
	fprintf(to, ": %u of %u run\n", n, items->n);
	for (unsigned int i = 0; i < items->n; i++) {
		char shown[300];

		if (items->all[i].state == ITEM_ENDED)
			tell_end(items, &items->all[i], to);
		else
			fprintf(to, "%-12s  %s\n", "not begun",
				tell_name(&items->all[i], shown, sizeof(shown)));
	}
	if (stopped)
		fprintf(to, "ended early: %s\n", stopped);
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "-";
}

static void print_expectations(const struct item *it, FILE *to)
{
	const json_t *all = json_object_get(it->report, "expectations");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *e = json_array_get(all, i);
		char cell[40];

		snprintf(cell, sizeof(cell), "%s%s", text_of(e, "value_text"),
			!strcmp(text_of(e, "result"), "true")	 ? ""
			: !strcmp(text_of(e, "result"), "false") ? " !"
								 : " ?");
		fputs("  ", to);
		print_cell(to, cell, 12);
	}
}

static void print_legend(const json_t *report, FILE *to)
{
	const json_t *all = json_object_get(report, "expectations");
	char shown[300];

	for (size_t i = 0; i < json_array_size(all); i++) {
		printable(text_of(json_array_get(all, i), "name"), "", shown, sizeof(shown));
		fprintf(to, "  %zu  %s\n", i + 1, shown);
	}
}

/* One that has none may have failed. */
static const json_t *any_report(const struct items *items)
{
	for (unsigned int i = 0; i < items->n; i++)
		if (items->all[i].report)
			return items->all[i].report;
	return NULL;
}

/* Which combination it is, and the how manyth of a series. */
static const char *combination_of(const struct item *it, char *ret, size_t size)
{
	const char *round = strstr(it->name, " #");

	if (!it->s)
		return "(can't be read)";
	standing_describe(&it->s->standing, ret, size);
	text_append(ret, size, "%s", round ? round + !*ret : "");
	return ret;
}

void tell_matrix(const struct items *items, FILE *to)
{
	const json_t *report = any_report(items);
	size_t n = json_array_size(json_object_get(report, "expectations"));
	char what[200];

	fprintf(to, "\n%-32s  %-12s", "combination", "verdict");
	for (size_t i = 0; i < n; i++)
		fprintf(to, "  %-12zu", i + 1);
	fputc('\n', to);
	for (unsigned int i = 0; i < items->n; i++) {
		const struct item *it = &items->all[i];

		print_cell(to, combination_of(it, what, sizeof(what)), 32);
		fprintf(to, "  %-12s", it->state == ITEM_ENDED ? verdict_name(it->verdict) : "-");
		print_expectations(it, to);
		fputc('\n', to);
	}
	if (n)
		fputs("\nwhat was expected (!: false, ?: unknown)\n", to);
	print_legend(report, to);
}
