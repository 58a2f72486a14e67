// SPDX-License-Identifier: GPL-2.0
/* What the expectations came to: in the JSON report, and in the table. */
#include <math.h>

#include "output/sections.h"
#include "report/json.h"

static const char *const units[] = {"", "1", "ns", "1/s"};

/* Numbers of JSON are finite. */
static json_t *number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *expectation_json(const struct snapshot_expectation *e)
{
	const struct judged *j = &e->judged;
	char value[40], bound[40];

	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:b}",
		"name", json_foreign(e->name), "that", json_foreign(e->text), "understood",
		json_foreign(e->about), "result", truth_names[j->truth], "value", number(j->left),
		"bound", number(j->right), "relation", e->relation, "unit",
		e->relation[0] ? units[j->dimension] : "", "value_text",
		e->relation[0] ? judged_value_text(j, value, sizeof(value)) : "-", "bound_text",
		e->relation[0] ? value_text(j->right, j->dimension, bound, sizeof(bound)) : "-",
		"n", (json_int_t)j->n, "why",
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

		json_array_append_new(
			all, json_pack("{s:o, s:b, s:o, s:o, s:o}", "stop", json_foreign(g->text),
				     "fired", (int)g->fired, "at_s",
				     g->fired ? json_real(g->at_s) : json_null(), "value",
				     g->fired ? number(g->judged.left) : json_null(), "value_text",
				     g->fired ? json_string(judged_value_text(
							&g->judged, value, sizeof(value)))
					      : json_null()));
	}
	return all;
}

static void print_expectation(const struct snapshot_expectation *e, FILE *to)
{
	char text[600];

	fprintf(to, "  %-8s %s%s\n", truth_names[e->judged.truth],
		expectation_text(e, text, sizeof(text)),
		e->judged.truth == TRUTH_UNKNOWN && e->optional ? " (optional)" : "");
	if (e->judged.truth != TRUTH_TRUE)
		fprintf(to, "  %-8s %s\n", "", e->about);
}

static void print_guard(const struct snapshot_guard *g, FILE *to)
{
	char value[40];

	if (g->fired)
		fprintf(to, "  %-8s guard %s: %s after %.2f s\n", "stopped", g->text,
			judged_value_text(&g->judged, value, sizeof(value)), g->at_s);
	else
		fprintf(to, "  %-8s guard %s\n", "quiet", g->text);
}

static void print_outages(const struct snapshot *s, FILE *to)
{
	double n = snapshot_value(s, METRIC_outages, 0);

	if (!(n > 0))
		return;
	fprintf(to,
		"\n  %g outage%s, %s ms down, the longest %s ms; impact after %s ms, restored "
		"after "
		"%s ms\n",
		n, n == 1 ? "" : "s", shown(snapshot_value(s, METRIC_downtime, 0), "%.0f"),
		shown(snapshot_value(s, METRIC_longest_outage, 0), "%.0f"),
		shown(snapshot_value(s, METRIC_time_to_impact, 0), "%.0f"),
		shown(snapshot_value(s, METRIC_time_to_restore, 0), "%.0f"));
}

void print_expectations(const struct snapshot *s, FILE *to)
{
	print_outages(s, to);
	if (s->n_expectations || s->n_guards)
		fprintf(to, "\n  expectations\n");
	for (unsigned int i = 0; i < s->n_expectations; i++)
		print_expectation(&s->expectations[i], to);
	for (unsigned int i = 0; i < s->n_guards; i++)
		print_guard(&s->guards[i], to);
}
