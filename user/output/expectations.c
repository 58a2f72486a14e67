// SPDX-License-Identifier: GPL-2.0
/* What the expectations came to: in the JSON report, and in the table. */
#include <math.h>

#include "base/text.h"
#include "output/sections.h"
#include "report/json.h"

static const char *const units[] = {"", "1", "ns", "1/s"};

static json_t *interval_json(const struct judged *j)
{
	return j->high > 0 ? json_pack("[f, f]", j->low, j->high) : json_null();
}

static json_t *expectation_json(const struct snapshot_expectation *e)
{
	const struct judged *j = &e->judged;
	char value[40], bound[40];

	return json_pack(
		"{s:o, s:o, s:o, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:b}",
		"name", json_foreign(e->name), "that", json_foreign(e->text), "understood",
		json_foreign(e->about), "result", truth_names[j->truth], "value",
		json_finite(j->left), "bound", json_finite(j->right), "relation", e->relation,
		"unit", e->relation[0] ? units[j->dimension] : "", "value_text",
		e->relation[0] ? judged_value_text(j, value, sizeof(value)) : "-", "bound_text",
		e->relation[0] ? value_text(j->right, j->dimension, bound, sizeof(bound)) : "-",
		"n", (json_int_t)j->n, "interval", interval_json(j), "why",
		j->truth == TRUTH_UNKNOWN ? json_foreign(j->why) : json_null(), "criteria",
		e->criterion ? json_string(e->criterion) : json_null(), "optional",
		(int)e->optional);
}

json_t *expectations_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_expectations; i++)
		json_array_append_new(all, expectation_json(&s->expectations[i]));
	return all;
}

json_t *guards_json(const struct snapshot *s)
{
	json_t *all = json_array();
	char value[40];

	for (unsigned int i = 0; i < s->n_guards; i++) {
		const struct snapshot_guard *g = &s->guards[i];

		json_array_append_new(all,
			json_pack("{s:o, s:b, s:o, s:o, s:o}", "stop", json_foreign(g->text),
				"fired", (int)g->fired, "at_s",
				g->fired ? json_real(g->at_s) : json_null(), "value",
				g->fired ? json_finite(g->judged.left) : json_null(), "value_text",
				g->fired ? json_string(judged_value_text(
						   &g->judged, value, sizeof(value)))
					 : json_null()));
	}
	return all;
}

#define INDENT 11

/* A word and what belongs to it, wrapped below itself; width 0: never. */
static void print_line(const char *word, const char *text, unsigned int width, FILE *to)
{
	text_wrap(text, fprintf(to, "  %-8s ", word), INDENT, width ?: ~0u, to);
}

static void print_expectation(const struct snapshot_expectation *e, unsigned int width, FILE *to)
{
	char text[600];

	expectation_text(e, text, sizeof(text));
	if (e->judged.truth == TRUTH_UNKNOWN && e->optional)
		text_append(text, sizeof(text), " (optional)");
	print_line(truth_names[e->judged.truth], text, width, to);
	if (e->judged.truth != TRUTH_TRUE)
		print_line("", e->about, width, to);
}

static void print_guard(const struct snapshot_guard *g, unsigned int width, FILE *to)
{
	char value[40], text[400];

	snprintf(text, sizeof(text), "guard %s", g->text);
	if (g->fired)
		text_append(text, sizeof(text), ": %s after %.2f s",
			judged_value_text(&g->judged, value, sizeof(value)), g->at_s);
	print_line(g->fired ? "stopped" : "quiet", text, width, to);
}

static void print_outages(const struct snapshot *s, unsigned int width, FILE *to)
{
	double n = snapshot_value(s, METRIC_outages, 0),
	       over = snapshot_value(s, METRIC_time_to_restore, 0);
	char text[240];

	if (!(n > 0))
		return;
	snprintf(text, sizeof(text),
		"%s (windows worse than the baseline's), %s ms in all, the longest %s ms; the "
		"first "
		"%s ms after the first fault, ",
		plural(n, "outage"), shown(snapshot_value(s, METRIC_downtime, 0), "%.0f"),
		shown(snapshot_value(s, METRIC_longest_outage, 0), "%.0f"),
		shown(snapshot_value(s, METRIC_time_to_impact, 0), "%.0f"));
	if (isnan(over))
		text_append(text, sizeof(text), "the last not over at the end");
	else
		text_append(text, sizeof(text), "all over %.0f ms later", over);
	text_wrap(text, fprintf(to, "\n  "), 2, width ?: ~0u, to);
}

void print_expectations(const struct snapshot *s, unsigned int width, FILE *to)
{
	print_outages(s, width, to);
	if (s->n_expectations || s->n_guards)
		fprintf(to, "\n  expectations\n");
	for (unsigned int i = 0; i < s->n_expectations; i++)
		print_expectation(&s->expectations[i], width, to);
	for (unsigned int i = 0; i < s->n_guards; i++)
		print_guard(&s->guards[i], width, to);
}
