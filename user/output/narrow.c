// SPDX-License-Identifier: GPL-2.0
/* The table for terminals of 80 columns: a rule has a line of its own above its points. */
#include <string.h>

#include "base/text.h"
#include "output/output.h"
#include "output/sections.h"
#include "scenario/names.h"

#define WIDTH 80
#define INDENT 13 /* of what goes on in the next line */

static unsigned long long count(const struct snapshot *s, enum metric_id m, unsigned int index)
{
	return snapshot_count(s, m, index);
}

static void print_point(const struct snapshot *s, unsigned int row, FILE *to)
{
	const struct snapshot_binding *b = &s->bindings[row];
	char suppressed[160];
	int used = fprintf(to, "    %-16s %-14s %9llu %9llu %9llu", b->point, b->mechanism,
		count(s, METRIC_eligible, row), count(s, METRIC_matched, row),
		count(s, METRIC_injected, row));

	suppressed_text(b->by_reason, suppressed, sizeof(suppressed));
	if (used + 2 + strlen(suppressed) > WIDTH)
		used = fprintf(to, "\n%*s", INDENT, "") - 1;
	else
		used += fprintf(to, "  ");
	text_wrap(suppressed, used, INDENT, WIDTH, to);
}

static void print_rule(const struct snapshot *s, unsigned int index, FILE *to)
{
	const struct snapshot_rule *rule = &s->rules[index];
	unsigned int silent = 0;
	int used = fprintf(to, "  %s: %s", s->phases[rule->phase].name, rule->fault);

	if (s->n_targets > 1)
		used += fprintf(to, ", target %s", s->targets[rule->target].name);
	if (rule->refused) {
		used += fprintf(to, ": left out: ");
		text_wrap(LEFT_OUT, used, INDENT, WIDTH, to);
		return;
	}
	fputc('\n', to);
	for (unsigned int i = 0; i < rule->n_bindings; i++) {
		unsigned int row = rule->first_binding + i;

		if (shows_binding(s, rule, i))
			print_point(s, row, to);
		else
			silent++;
	}
	print_silent(silent, "    ", to);
	print_delays(s, index, "    ", to);
	print_shaped(s, index, "    ", to);
	print_taken(s, index, "    ", to);
}

static void print_phase(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct snapshot_phase *p = &s->phases[i];
	char failed[256];

	fprintf(to, "  %-10s %7.1f %7llu %8s %7s %7s %7s %7s %8s\n", p->name,
		snapshot_value(s, METRIC_seconds, i), count(s, METRIC_operations, i),
		shown(100 * snapshot_value(s, METRIC_success_rate, i), "%.2f%%"),
		shown(snapshot_value(s, METRIC_p50, i), "%.1f"),
		shown(snapshot_value(s, METRIC_p99, i), "%.1f"),
		shown(snapshot_value(s, METRIC_latency_max, i), "%.1f"),
		shown(snapshot_value(s, METRIC_throughput, i), "%.1f"),
		shown(snapshot_value(s, METRIC_recovery, i), "%.0f"));
	if (!snapshot_count(s, METRIC_failed, i))
		return;
	failures_text(&p->failures, failed, sizeof(failed));
	text_wrap(failed, fprintf(to, "%*sfailed: ", INDENT, ""), INDENT, WIDTH, to);
}

static void print_load(const struct snapshot *s, unsigned int w, unsigned int phase, FILE *to)
{
	unsigned int row = w * s->n_phases + phase;

	fprintf(to, "  %-10s %-10s %7llu %8s %7s %7s %7s %8s\n", s->workloads[w].name,
		s->phases[phase].name, count(s, METRIC_load_operations, row),
		shown(100 * snapshot_value(s, METRIC_load_success_rate, row), "%.2f%%"),
		shown(snapshot_value(s, METRIC_load_p50, row), "%.1f"),
		shown(snapshot_value(s, METRIC_load_p99, row), "%.1f"),
		shown(snapshot_value(s, METRIC_load_latency_max, row), "%.1f"),
		shown(snapshot_value(s, METRIC_load_throughput, row), "%.1f"));
}

static void print_loads(const struct snapshot *s, FILE *to)
{
	if (!s->names_workloads)
		return;
	fprintf(to, "\n  %-10s %-10s %7s %8s %7s %7s %7s %8s\n", "workload", "phase", "ops",
		"success", "p50 ms", "p99 ms", "worst", "ops/s");
	for (unsigned int w = 0; w < s->n_workloads; w++)
		for (unsigned int p = 0; p < s->n_phases; p++)
			if (s->phases[p].reached)
				print_load(s, w, p, to);
}

static void print_rules(const struct snapshot *s, FILE *to)
{
	if (!s->n_rules)
		return;
	fprintf(to, "\n    %-16s %-14s %9s %9s %9s  %s\n", "point", "mechanism", "eligible",
		"matched", "injected", "suppressed");
	for (unsigned int i = 0; i < s->n_rules; i++)
		print_rule(s, i, to);
}

int write_narrow(const struct snapshot *s, FILE *to)
{
	print_head(s, WIDTH, to);
	print_rules(s, to);
	if (measures_operations(s))
		fprintf(to, "\n  %-10s %7s %7s %8s %7s %7s %7s %7s %8s\n", "phase", "seconds",
			"ops", "success", "p50 ms", "p99 ms", "worst", "ops/s", "recov ms");
	for (unsigned int i = 0; i < s->n_phases && measures_operations(s); i++)
		if (s->phases[i].reached)
			print_phase(s, i, to);
	print_loads(s, to);
	print_workload_notes(s, WIDTH, to);
	print_measured(s, WIDTH, to);
	print_probes(s, WIDTH, to);
	print_targets_and_logs(s, to);
	print_expectations(s, WIDTH, to);
	print_slo(s, to);
	print_trend(s, to);
	print_foot(s, WIDTH, to);
	return 0;
}
