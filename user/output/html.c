// SPDX-License-Identifier: GPL-2.0
/*
 * The report as one page that stands alone: no script, nothing that is fetched. All text from
 * outside goes through xml_text(). Arguments and environments of commands are in none of the
 * snapshot's texts that are shown here.
 */
#include "output/html.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "output/output.h"
#include "output/sections.h"
#include "output/xml.h"

void html_element(FILE *to, const char *name, const char *text)
{
	fprintf(to, "<%s>", name);
	xml_text(to, text);
	fprintf(to, "</%.*s>", (int)strcspn(name, " "), name);
}

void html_heads(FILE *to, const char *caption, const char *const *names)
{
	fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\"", to);
	xml_attribute(to, "aria-label", caption);
	fputs("><table>", to);
	html_element(to, "caption", caption);
	fputs("<thead><tr>", to);
	for (; *names; names++)
		html_element(to,
			**names == '#' ? "th class=\"n\" scope=\"col\"" : "th scope=\"col\"",
			*names + (**names == '#'));
	fputs("</tr></thead><tbody>\n", to);
}

void html_number(FILE *to, double value, const char *format)
{
	fprintf(to, "<td class=\"n\">%s</td>", shown(value, format));
}

void html_end_table(FILE *to)
{
	fputs("</tbody></table></div>\n", to);
}

#define HEADS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void put_fact(FILE *to, const char *name, const char *value)
{
	html_element(to, "dt", name);
	html_element(to, "dd", value);
}

static void put_head(const struct snapshot *s, FILE *to)
{
	const char *verdict = verdict_name(s->judgement.verdict);
	char seed[24];

	fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>",
		to);
	xml_text(to, s->name);
	fprintf(to, ": %s</title><style>\n%s</style></head><body><header>\n", verdict, html_style);
	html_element(to, "h1", s->name);
	if (s->about)
		html_element(to, "p", s->about);
	fprintf(to, "<div class=\"verdict %s\"><strong>%s</strong><br>", verdict, verdict);
	xml_text(to, s->judgement.reason);
	fputs("</div>\n<dl>", to);
	if (s->observed)
		put_fact(to, "dry run", "nothing was to be injected");
	put_fact(to, "started", s->started_at);
	put_fact(to, "host", s->host);
	put_fact(to, "kernel", s->kernel);
	put_fact(to, "experiment", s->id);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)s->seed);
	put_fact(to, "seed", seed);
	if (s->file) {
		fputs("<dt>again</dt><dd><code>jinx run ", to);
		xml_text(to, s->file);
		fprintf(to, " --seed %s</code></dd>", seed);
	}
	fputs("</dl></header><main>\n", to);
}

static const char *truth_class(enum truth t)
{
	return t == TRUTH_TRUE ? "true" : t == TRUTH_FALSE ? "false" : "unknown";
}

static void put_expectations(const struct snapshot *s, FILE *to)
{
	char text[600];

	if (!s->n_expectations)
		return;
	fputs("<h2>Expectations</h2>\n", to);
	html_heads(to, "What was expected, and what it came to", HEADS("", "expected", "found"));
	for (unsigned int i = 0; i < s->n_expectations; i++) {
		const struct snapshot_expectation *e = &s->expectations[i];
		const char *truth = truth_class(e->judged.truth);

		fprintf(to, "<tr><td class=\"%s\">%s</td>", truth, truth);
		html_element(to, "td", e->name);
		html_element(to, "td", expectation_text(e, text, sizeof(text)));
		fputs("</tr>\n", to);
	}
	html_end_table(to);
	for (unsigned int i = 0; i < s->n_guards; i++)
		if (s->guards[i].fired) {
			fprintf(to, "<p class=\"false\">Guard at %.1f s: ", s->guards[i].at_s);
			xml_text(to, s->guards[i].text);
			fputs("</p>\n", to);
		}
}

static void put_phase(const struct snapshot *s, unsigned int i, FILE *to)
{
	static const struct {
		enum metric_id metric;
		const char *format;
		double factor;
	} columns[] = {{METRIC_seconds, "%.1f", 1}, {METRIC_operations, "%.0f", 1},
		{METRIC_success_rate, "%.2f %%", 100}, {METRIC_throughput, "%.1f", 1},
		{METRIC_p50, "%.2f", 1}, {METRIC_p95, "%.2f", 1}, {METRIC_p99, "%.2f", 1},
		{METRIC_latency_max, "%.2f", 1}, {METRIC_recovery, "%.0f", 1}};
	const struct snapshot_phase *p = &s->phases[i];
	char failed[256];

	fputs("<tr>", to);
	html_element(to, "td", p->name);
	html_element(to, "td", role_names[p->role]);
	for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
		html_number(to, columns[k].factor * snapshot_value(s, columns[k].metric, i),
			columns[k].format);
	html_element(to, "td",
		snapshot_count(s, METRIC_failed, i)
			? failures_text(&p->failures, failed, sizeof(failed))
			: "");
	fputs("</tr>\n", to);
}

static void put_phases(const struct snapshot *s, FILE *to)
{
	fputs("<h2>Phases</h2>\n", to);
	html_heads(to, "Operations of all workloads, phase by phase; times in ms",
		HEADS("phase", "role", "#seconds", "#operations", "#success", "#a second", "#p50",
			"#p95", "#p99", "#worst", "#recovery", "failed"));
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].reached)
			put_phase(s, i, to);
	html_end_table(to);
}

static void put_binding(
	const struct snapshot *s, const struct snapshot_rule *r, unsigned int row, FILE *to)
{
	const struct snapshot_binding *b = &s->bindings[row];
	char suppressed[160];

	suppressed_text(b->by_reason, suppressed, sizeof(suppressed));
	fputs("<tr>", to);
	html_element(to, "td", s->phases[r->phase].name);
	html_element(to, "td", s->targets[r->target].name);
	html_element(to, "td", r->fault);
	html_element(to, "td", b->point);
	html_element(to, "td", b->mechanism);
	html_number(to, snapshot_count(s, METRIC_eligible, row), "%.0f");
	html_number(to, snapshot_count(s, METRIC_matched, row), "%.0f");
	html_number(to, snapshot_count(s, METRIC_injected, row), "%.0f");
	html_element(to, "td", suppressed);
	fputs("</tr>\n", to);
}

static void put_rule(const struct snapshot *s, const struct snapshot_rule *r, FILE *to)
{
	if (r->refused) {
		fputs("<tr>", to);
		html_element(to, "td", s->phases[r->phase].name);
		html_element(to, "td", s->targets[r->target].name);
		html_element(to, "td", r->text);
		html_element(to, "td colspan=\"6\"", "left out: " LEFT_OUT);
		fputs("</tr>\n", to);
		return;
	}
	for (unsigned int i = 0; i < r->n_bindings; i++)
		if (shows_binding(s, r, i))
			put_binding(s, r, r->first_binding + i, to);
}

static void put_rules(const struct snapshot *s, FILE *to)
{
	if (!s->n_rules)
		return;
	fputs("<h2>Faults</h2>\n", to);
	html_heads(to, "What the rules met, and what they did",
		HEADS("phase", "target", "fault", "point", "mechanism", "#eligible", "#matched",
			"#injected", "suppressed"));
	for (unsigned int i = 0; i < s->n_rules; i++)
		put_rule(s, &s->rules[i], to);
	html_end_table(to);
}

static void put_outages(const struct snapshot *s, FILE *to)
{
	static const struct {
		enum metric_id metric;
		const char *name, *unit;
	} lines[] = {{METRIC_time_to_impact, "time to impact", "ms"},
		{METRIC_time_to_restore, "time to restore", "ms"},
		{METRIC_downtime, "downtime", "ms"},
		{METRIC_longest_outage, "longest outage", "ms"}};
	char value[40];

	fputs("<dl>", to);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		double v = snapshot_value(s, lines[i].metric, 0);

		if (isnan(v))
			continue;
		snprintf(value, sizeof(value), "%.0f %s", v, lines[i].unit);
		put_fact(to, lines[i].name, value);
	}
	fputs("</dl>\n", to);
}

static void put_foot(const struct snapshot *s, FILE *to)
{
	fputs("</main><footer>\n", to);
	if (s->n_notes)
		fputs("<h2>Notes</h2>\n<ul>", to);
	for (unsigned int i = 0; i < s->n_notes; i++)
		html_element(to, "li", s->notes[i]);
	if (s->n_notes)
		fputs("</ul>\n", to);
	fprintf(to,
		"<p class=\"dim\">Lost events: %llu. Missed calls: "
		"%llu.</p>\n</footer></body></html>\n",
		(unsigned long long)snapshot_count(s, METRIC_lost, 0),
		(unsigned long long)snapshot_count(s, METRIC_missed, 0));
}

int write_html(const struct snapshot *s, FILE *to)
{
	int err;

	put_head(s, to);
	put_expectations(s, to);
	put_phases(s, to);
	put_outages(s, to);
	html_slo(s, to);
	err = html_charts(s, to) ?: html_distributions(s, to);
	if (err)
		return err;
	html_probes(s, to);
	put_rules(s, to);
	html_trend(s, to);
	put_foot(s, to);
	return 0;
}
