// SPDX-License-Identifier: GPL-2.0
/* The final table, for people. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/cleanup.h"
#include "output/output.h"
#include "output/sections.h"
#include "scenario/names.h"

static unsigned long long count(const struct snapshot *s, enum metric_id m, unsigned int index)
{
	return snapshot_count(s, m, index);
}

void suppressed_text(const __u64 by_reason[], char *ret, size_t size)
{
	size_t used = 0;

	snprintf(ret, size, "-");
	for (int r = REASON_INJECTED + 1; r < NR_REASONS && used < size; r++)
		if (by_reason[r])
			used += snprintf(ret + used, size - used, "%s%llu %s", used ? ", " : "",
				(unsigned long long)by_reason[r], reason_names[r]);
}

static const char *phase_of(const struct snapshot *s, const struct snapshot_rule *rule)
{
	return s->phases[rule->phase].name;
}

static int fault_width(const struct snapshot *s)
{
	size_t width = 20;

	for (unsigned int i = 0; i < s->n_rules; i++)
		if (!s->rules[i].refused && strlen(s->rules[i].fault) > width)
			width = strlen(s->rules[i].fault);
	return width;
}

/* Places in code have long names. */
int point_width(const struct snapshot *s)
{
	size_t width = 16;

	for (unsigned int i = 0; i < s->n_bindings; i++)
		if (strlen(s->bindings[i].point) > width)
			width = strlen(s->bindings[i].point);
	for (unsigned int i = 0; i < s->n_calls; i++)
		if (strlen(s->calls[i].point) > width)
			width = strlen(s->calls[i].point);
	return width;
}

static void print_row(
	const struct snapshot *s, const struct snapshot_rule *rule, unsigned int row, FILE *to)
{
	const struct snapshot_binding *b = &s->bindings[row];
	char suppressed[160];

	suppressed_text(b->by_reason, suppressed, sizeof(suppressed));
	fprintf(to, "  %-10s %-10s %-*s %-*s %-14s %9llu %9llu %9llu  %s\n", phase_of(s, rule),
		s->targets[rule->target].name, fault_width(s), rule->fault, point_width(s),
		b->point, b->mechanism, count(s, METRIC_eligible, row),
		count(s, METRIC_matched, row), count(s, METRIC_injected, row), suppressed);
}

void print_delays(const struct snapshot *s, unsigned int index, const char *before, FILE *to)
{
	if (!s->rules[index].sleeps ||
		!(count(s, METRIC_slept, index) || count(s, METRIC_cut_short, index)))
		return;
	fprintf(to, "%sdelayed to the end %llu, cut short %llu", before,
		count(s, METRIC_slept, index), count(s, METRIC_cut_short, index));
	if (count(s, METRIC_slept, index))
		fprintf(to, "; overshoot p50 %s us, p99 %s us",
			shown(snapshot_value(s, METRIC_late_p50, index), "%.1f"),
			shown(snapshot_value(s, METRIC_late_p99, index), "%.1f"));
	fputc('\n', to);
}

void print_shaped(const struct snapshot *s, unsigned int index, const char *before, FILE *to)
{
	static const struct {
		enum metric_id metric;
		const char *text;
	} all[] = {{METRIC_shaped_lost, "lost"}, {METRIC_shaped_overflowed, "had no room"},
		{METRIC_shaped_twice, "duplicated"}, {METRIC_shaped_early, "reordered"},
		{METRIC_shaped_corrupt, "corrupted"},
		{METRIC_shaped_refused, "not taken back by the kernel"}};

	if (!s->rules[index].shapes || !count(s, METRIC_shaped_taken, index))
		return;
	fprintf(to, "%sof %llu packets", before, count(s, METRIC_shaped_taken, index));
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (count(s, all[i].metric, index))
			fprintf(to, ", %llu %s", count(s, all[i].metric, index), all[i].text);
	fputc('\n', to);
}

void print_taken(const struct snapshot *s, unsigned int index, const char *before, FILE *to)
{
	const struct snapshot_rule *rule = &s->rules[index];
	uint64_t held = count(s, METRIC_held_most, index);

	/* That it began is no injection to speak of if it never had anything. */
	if (!rule->takes || (!held && !count(s, METRIC_injected, rule->first_binding)))
		return;
	if (held)
		fprintf(to, "%sheld %.1f MiB at the most", before, held / 1048576.0);
	else
		fprintf(to, "%sheld nothing", before);
	if (count(s, METRIC_backed_off, index))
		fprintf(to, ", gave some back %llu times", count(s, METRIC_backed_off, index));
	fputc('\n', to);
}

bool shows_binding(const struct snapshot *s, const struct snapshot_rule *rule, unsigned int i)
{
	for (unsigned int k = 0; i == 0 && k < rule->n_bindings; k++)
		if (snapshot_count(s, METRIC_eligible, rule->first_binding + k))
			return snapshot_count(s, METRIC_eligible, rule->first_binding);
	return i == 0 || snapshot_count(s, METRIC_eligible, rule->first_binding + i);
}

void print_silent(unsigned int n, const char *before, FILE *to)
{
	if (n)
		fprintf(to, "%sand %s of this rule that %s never reached\n", before,
			plural(n, "point"), n == 1 ? "was" : "were");
}

bool measures_operations(const struct snapshot *s)
{
	return s->n_phases > 1 || snapshot_sum(s, METRIC_operations);
}

static void print_rule(const struct snapshot *s, unsigned int index, FILE *to)
{
	const struct snapshot_rule *rule = &s->rules[index];
	unsigned int silent = 0;
	char before[80];

	if (rule->refused) {
		fprintf(to, "  %-10s left out: %s: " LEFT_OUT "\n", phase_of(s, rule), rule->text);
		return;
	}
	for (unsigned int i = 0; i < rule->n_bindings; i++) {
		unsigned int row = rule->first_binding + i;

		if (shows_binding(s, rule, i))
			print_row(s, rule, row, to);
		else
			silent++;
	}
	snprintf(before, sizeof(before), "  %-10s ", phase_of(s, rule));
	print_silent(silent, before, to);
	print_delays(s, index, "             ", to);
	print_shaped(s, index, "             ", to);
	print_taken(s, index, "             ", to);
}

static void print_phase(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct snapshot_phase *p = &s->phases[i];
	char failed[256];

	fprintf(to, "  %-10s %-9s %7.1f %9llu %8s %9s %9s %9s %9s %8s %9s\n", p->name,
		role_names[p->role], snapshot_value(s, METRIC_seconds, i),
		count(s, METRIC_operations, i),
		shown(100 * snapshot_value(s, METRIC_success_rate, i), "%.2f%%"),
		shown(snapshot_value(s, METRIC_latency_avg, i), "%.2f"),
		shown(snapshot_value(s, METRIC_p50, i), "%.2f"),
		shown(snapshot_value(s, METRIC_p99, i), "%.2f"),
		shown(snapshot_value(s, METRIC_latency_max, i), "%.2f"),
		shown(snapshot_value(s, METRIC_throughput, i), "%.1f"),
		shown(snapshot_value(s, METRIC_recovery, i), "%.0f"));
	if (snapshot_count(s, METRIC_failed, i))
		fprintf(to, "  %-10s failed: %s\n", "",
			failures_text(&p->failures, failed, sizeof(failed)));
	if (snapshot_count(s, METRIC_unfinished, i))
		fprintf(to, "  %-10s unfinished: %llu, ended with the experiment\n", "",
			count(s, METRIC_unfinished, i));
}

void print_head(const struct snapshot *s, unsigned int width, FILE *to)
{
	char line[400];

	snprintf(line, sizeof(line), "%s (experiment %s, seed %llu, Linux %s, ready in %.0f ms)",
		s->name, s->id, (unsigned long long)s->seed, s->kernel,
		snapshot_value(s, METRIC_ready, 0));
	fputc('\n', to);
	text_wrap(line, 0, 0, width ?: ~0u, to);
	if (s->about)
		text_wrap(s->about, 0, 0, width ?: ~0u, to);
}

static void print_verdict(const struct snapshot *s, FILE *to)
{
	fprintf(to, "verdict: %s (%s)\n", verdict_name(s->judgement.verdict), s->judgement.reason);
}

void print_foot(const struct snapshot *s, unsigned int width, FILE *to)
{
	if (count(s, METRIC_lost, 0) || count(s, METRIC_missed, 0))
		fprintf(to, "\n%s lost (the counters are exact all the same), %s missed\n",
			plural(count(s, METRIC_lost, 0), "event"),
			plural(count(s, METRIC_missed, 0), "call"));
	for (unsigned int i = 0; i < s->n_notes; i++)
		text_wrap(s->notes[i], fprintf(to, "%snote: ", i ? "" : "\n"), 6, width ?: ~0u, to);
	fputc('\n', to);
	print_verdict(s, to);
}

static void print_phases(const struct snapshot *s, FILE *to)
{
	if (!measures_operations(s))
		return;
	fprintf(to, "\n  %-10s %-9s %7s %9s %8s %9s %9s %9s %9s %8s %9s\n", "phase", "role",
		"seconds", "ops", "success", "avg ms", "p50 ms", "p99 ms", "worst ms", "ops/s",
		"recov ms");
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].reached)
			print_phase(s, i, to);
}

static void print_rules(const struct snapshot *s, FILE *to)
{
	if (!s->n_rules)
		return;
	fprintf(to, "\n  %-10s %-10s %-*s %-*s %-14s %9s %9s %9s  %s\n", "phase", "target",
		fault_width(s), "fault", point_width(s), "point", "mechanism", "eligible",
		"matched", "injected", "suppressed");
	for (unsigned int i = 0; i < s->n_rules; i++)
		print_rule(s, i, to);
}

int write_table(const struct snapshot *s, FILE *to)
{
	print_head(s, 0, to);
	print_rules(s, to);
	print_phases(s, to);
	print_workloads(s, to);
	print_measured(s, 0, to);
	print_probes(s, 0, to);
	print_targets_and_logs(s, to);
	print_expectations(s, 0, to);
	print_slo(s, to);
	print_trend(s, to);
	print_foot(s, 0, to);
	return 0;
}

int write_verdict(const struct snapshot *s, FILE *to)
{
	print_verdict(s, to);
	return 0;
}
