// SPDX-License-Identifier: GPL-2.0
/* The final table, for people. */
#include <math.h>
#include <string.h>

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

static void print_row(
	const struct snapshot *s, const struct snapshot_rule *rule, unsigned int row, FILE *to)
{
	const struct snapshot_binding *b = &s->bindings[row];
	char suppressed[160];

	suppressed_text(b->by_reason, suppressed, sizeof(suppressed));
	fprintf(to, "  %-10s %-10s %-20s %-16s %-14s %9llu %9llu %9llu  %s\n", phase_of(s, rule),
		s->targets[rule->target].name, rule->fault, b->point, b->mechanism,
		count(s, METRIC_eligible, row), count(s, METRIC_matched, row),
		count(s, METRIC_injected, row), suppressed);
}

static void print_delays(const struct snapshot *s, unsigned int index, FILE *to)
{
	fprintf(to,
		"  %-10s delayed to the end %llu, cut short %llu; overshoot p50 %s us, p99 %s "
		"us\n",
		"", count(s, METRIC_slept, index), count(s, METRIC_cut_short, index),
		shown(snapshot_value(s, METRIC_late_p50, index), "%.1f"),
		shown(snapshot_value(s, METRIC_late_p99, index), "%.1f"));
}

/* Points of a group that were never called would drown the others. */
static void print_rule(const struct snapshot *s, unsigned int index, FILE *to)
{
	const struct snapshot_rule *rule = &s->rules[index];
	unsigned int silent = 0;

	if (rule->refused) {
		fprintf(to, "  %-10s left out: %s: %s\n", phase_of(s, rule), rule->text,
			rule->reason);
		return;
	}
	for (unsigned int i = 0; i < rule->n_bindings; i++) {
		unsigned int row = rule->first_binding + i;

		if (snapshot_count(s, METRIC_eligible, row) || rule->n_bindings == 1)
			print_row(s, rule, row, to);
		else
			silent++;
	}
	if (silent)
		fprintf(to, "  %-10s and %u points of this rule that were never reached\n",
			phase_of(s, rule), silent);
	if (rule->sleeps)
		print_delays(s, index, to);
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

static void print_head(const struct snapshot *s, FILE *to)
{
	fprintf(to, "\n%s (experiment %s, seed %llu, Linux %s, ready in %.0f ms)\n", s->name, s->id,
		(unsigned long long)s->seed, s->kernel, snapshot_value(s, METRIC_ready, 0));
	if (s->about)
		fprintf(to, "%s\n", s->about);
}

/* "2000 ENOSPC, 3 EINTR"; "-" when there are none. */
static void errors_text(const __u64 errors[METER_ERRORS], char *ret, size_t size)
{
	size_t used = 0;

	snprintf(ret, size, "-");
	for (int e = 1; e < METER_ERRORS && used < size; e++)
		if (errors[e])
			used += snprintf(ret + used, size - used, "%s%llu %s", used ? ", " : "",
				(unsigned long long)errors[e], errno_name(e));
	if (errors[0] && used < size)
		snprintf(ret + used, size - used, "%s%llu others", used ? ", " : "",
			(unsigned long long)errors[0]);
}

static void print_calls(const struct snapshot *s, unsigned int i, unsigned int phase, FILE *to)
{
	const struct snapshot_calls *c = &s->calls[i];
	unsigned int at = snapshot_calls_index(s, i, phase);
	char errors[160];

	errors_text(c->errors[phase], errors, sizeof(errors));
	fprintf(to, "  %-10s %-10s %-16s %9llu %10s %10s %10s %10s %10s  %s\n",
		s->phases[phase].name, s->targets[c->target].name, c->point,
		count(s, METRIC_calls, at), shown(snapshot_value(s, METRIC_call_avg, at), "%.1f"),
		shown(snapshot_value(s, METRIC_call_p50, at), "%.1f"),
		shown(snapshot_value(s, METRIC_call_p99, at), "%.1f"),
		shown(snapshot_value(s, METRIC_call_max, at), "%.1f"),
		shown(snapshot_value(s, METRIC_natural_p99, at), "%.1f"), errors);
	if (snapshot_count(s, METRIC_calls_unfinished, at))
		fprintf(to, "  %-10s %-10s %-16s unfinished: %llu\n", "", "", "",
			count(s, METRIC_calls_unfinished, at));
}

/* Phase by phase within a point, so that what a fault did to it stands in one place. */
static void print_all_calls(const struct snapshot *s, FILE *to)
{
	unsigned int silent = 0;

	for (unsigned int i = 0; i < s->n_calls; i++) {
		if (!snapshot_calls_made(s, i)) {
			silent++;
			continue;
		}
		for (unsigned int p = 0; p < s->n_phases; p++)
			if (s->phases[p].reached)
				print_calls(s, i, p, to);
	}
	if (silent)
		fprintf(to, "  %-10s %s%u measured points that were never called\n", "",
			silent < s->n_calls ? "and " : "", silent);
}

static void print_measured(const struct snapshot *s, FILE *to)
{
	if (!s->n_calls)
		return;
	fprintf(to, "\n  %-10s %-10s %-16s %9s %10s %10s %10s %10s %10s  %s\n", "phase", "target",
		"calls of", "calls", "avg us", "p50 us", "p99 us", "worst us", "natural p99",
		"errors");
	print_all_calls(s, to);
}

static void print_foot(const struct snapshot *s, FILE *to)
{
	if (count(s, METRIC_lost, 0) || count(s, METRIC_missed, 0))
		fprintf(to,
			"\n%llu events lost (the counters are exact all the same), %llu calls "
			"missed\n",
			count(s, METRIC_lost, 0), count(s, METRIC_missed, 0));
	for (unsigned int i = 0; i < s->n_notes; i++)
		fprintf(to, "%snote: %s\n", i ? "" : "\n", s->notes[i]);
	fprintf(to, "\nverdict: %s (%s)\n", verdict_name(s->judgement.verdict),
		s->judgement.reason);
}

static void print_rules(const struct snapshot *s, FILE *to)
{
	if (!s->n_rules)
		return;
	fprintf(to, "\n  %-10s %-10s %-20s %-16s %-14s %9s %9s %9s  %s\n", "phase", "target",
		"fault", "point", "mechanism", "eligible", "matched", "injected", "suppressed");
	for (unsigned int i = 0; i < s->n_rules; i++)
		print_rule(s, i, to);
}

int write_table(const struct snapshot *s, FILE *to)
{
	print_head(s, to);
	print_rules(s, to);
	fprintf(to, "\n  %-10s %-9s %7s %9s %8s %9s %9s %9s %9s %8s %9s\n", "phase", "role",
		"seconds", "ops", "success", "avg ms", "p50 ms", "p99 ms", "worst ms", "ops/s",
		"recov ms");
	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].reached)
			print_phase(s, i, to);
	print_workloads(s, to);
	print_measured(s, to);
	print_foot(s, to);
	return 0;
}
