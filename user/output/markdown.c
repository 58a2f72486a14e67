// SPDX-License-Identifier: GPL-2.0
/*
 * The report as Markdown, as pull requests and job summaries show it (GitHub's dialect): the
 * verdict and what was expected first, the rest folded.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/output.h"
#include "output/sections.h"
#include "scenario/names.h"

/* Text from outside is neither markup, nor a link, nor a mention, nor the end of a table's cell. */
static void put_text(FILE *to, const char *text)
{
	_cleanup_free_ char *shown = printable_copy(text, "");

	for (const char *c = shown ?: ""; *c; c++) {
		if (strchr("&<>|@:#", *c))
			fprintf(to, "&#%d;", *c);
		else if (strchr("\\`*_{}[]()~!", *c))
			fprintf(to, "\\%c", *c);
		else
			fputc(*c, to);
	}
}

static void put_cell(FILE *to, const char *text)
{
	fputc(' ', to);
	put_text(to, text);
	fputs(" |", to);
}

static void put_number(FILE *to, double value, const char *format)
{
	fprintf(to, " %s |", shown(value, format));
}

/* The columns whose names begin with '#' are numbers. */
static void put_heads(FILE *to, const char *const *names)
{
	fputs("\n|", to);
	for (const char *const *n = names; *n; n++)
		fprintf(to, " %s |", *n + (**n == '#'));
	fputs("\n|", to);
	for (const char *const *n = names; *n; n++)
		fputs(**n == '#' ? "---:|" : "---|", to);
	fputc('\n', to);
}

#define HEADS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void put_expectations(const struct snapshot *s, FILE *to)
{
	char text[600];

	if (!s->n_expectations)
		return;
	put_heads(to, HEADS("", "expected", "found"));
	for (unsigned int i = 0; i < s->n_expectations; i++) {
		const struct snapshot_expectation *e = &s->expectations[i];

		fprintf(to, "| %s |", truth_names[e->judged.truth]);
		put_cell(to, e->name);
		put_cell(to, expectation_text(e, text, sizeof(text)));
		fputc('\n', to);
	}
	for (unsigned int i = 0; i < s->n_guards; i++)
		if (s->guards[i].fired) {
			fprintf(to, "\nGuard at %.1f s: ", s->guards[i].at_s);
			put_text(to, s->guards[i].text);
			fputc('\n', to);
		}
}

static void put_phases(const struct snapshot *s, FILE *to)
{
	if (!measures_operations(s))
		return;
	put_heads(to, HEADS("phase", "role", "#seconds", "#operations", "#success", "#p50 ms",
			      "#p99 ms", "#worst ms", "#ops/s"));
	for (unsigned int i = 0; i < s->n_phases; i++) {
		if (!s->phases[i].reached)
			continue;
		fputc('|', to);
		put_cell(to, s->phases[i].name);
		put_cell(to, role_names[s->phases[i].role]);
		put_number(to, snapshot_value(s, METRIC_seconds, i), "%.1f");
		put_number(to, snapshot_value(s, METRIC_operations, i), "%.0f");
		put_number(to, 100 * snapshot_value(s, METRIC_success_rate, i), "%.2f %%");
		put_number(to, snapshot_value(s, METRIC_p50, i), "%.2f");
		put_number(to, snapshot_value(s, METRIC_p99, i), "%.2f");
		put_number(to, snapshot_value(s, METRIC_latency_max, i), "%.2f");
		put_number(to, snapshot_value(s, METRIC_throughput, i), "%.1f");
		fputc('\n', to);
	}
}

static void put_rules(const struct snapshot *s, FILE *to)
{
	char suppressed[160];

	if (!s->n_rules)
		return;
	put_heads(to, HEADS("phase", "target", "fault", "point", "mechanism", "#eligible",
			      "#matched", "#injected", "suppressed"));
	for (unsigned int i = 0; i < s->n_bindings; i++) {
		const struct snapshot_binding *b = &s->bindings[i];
		const struct snapshot_rule *r = &s->rules[b->rule];

		if (!shows_binding(s, r, i - r->first_binding))
			continue;
		fputc('|', to);
		put_cell(to, s->phases[r->phase].name);
		put_cell(to, s->targets[r->target].name);
		put_cell(to, r->fault);
		put_cell(to, b->point);
		put_cell(to, b->mechanism);
		put_number(to, snapshot_count(s, METRIC_eligible, i), "%.0f");
		put_number(to, snapshot_count(s, METRIC_matched, i), "%.0f");
		put_number(to, snapshot_count(s, METRIC_injected, i), "%.0f");
		suppressed_text(b->by_reason, suppressed, sizeof(suppressed));
		put_cell(to, suppressed);
		fputc('\n', to);
	}
	for (unsigned int i = 0; i < s->n_rules; i++)
		if (s->rules[i].refused) {
			fputs("\nLeft out: ", to);
			put_text(to, s->rules[i].text);
			fputs(": ", to);
			put_text(to, s->rules[i].reason);
			fputc('\n', to);
		}
}

int write_markdown(const struct snapshot *s, FILE *to)
{
	fputs("### ", to);
	put_text(to, s->name);
	fprintf(to, ": %s\n\n", verdict_name(s->judgement.verdict));
	put_text(to, s->judgement.reason);
	fputc('\n', to);
	if (s->about) {
		fputc('\n', to);
		put_text(to, s->about);
		fputc('\n', to);
	}
	put_expectations(s, to);
	fputs("\n<details><summary>What was measured</summary>\n", to);
	put_phases(s, to);
	put_rules(s, to);
	for (unsigned int i = 0; i < s->n_notes; i++) {
		fputs("\nNote: ", to);
		put_text(to, s->notes[i]);
		fputc('\n', to);
	}
	fprintf(to, "\nExperiment %s, seed %llu, Linux %s, %sZ\n\n</details>\n", s->id,
		(unsigned long long)s->seed, s->kernel, s->started_at);
	return 0;
}
