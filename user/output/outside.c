// SPDX-License-Identifier: GPL-2.0
/* The table's parts of what was measured from outside. */
#include "output/sections.h"

#include <math.h>

const char *shown(double value, const char *format)
{
	static char texts[16][16];
	static unsigned int next;
	char *ret = texts[next++ % 16];

	if (isnan(value))
		return "-";
	snprintf(ret, sizeof(texts[0]), format, value);
	return ret;
}

static void print_load(
	const struct snapshot *s, unsigned int workload, unsigned int phase, FILE *to)
{
	const struct snapshot_workload *w = &s->workloads[workload];
	unsigned int row = workload * s->n_phases + phase;
	char failed[256];

	fprintf(to, "  %-10s %-10s %9llu %8s %9s %9s %9s %9s %8s\n", w->name, s->phases[phase].name,
		(unsigned long long)snapshot_count(s, METRIC_load_operations, row),
		shown(100 * snapshot_value(s, METRIC_load_success_rate, row), "%.2f%%"),
		shown(snapshot_value(s, METRIC_load_latency_avg, row), "%.2f"),
		shown(snapshot_value(s, METRIC_load_p50, row), "%.2f"),
		shown(snapshot_value(s, METRIC_load_p99, row), "%.2f"),
		shown(snapshot_value(s, METRIC_load_latency_max, row), "%.2f"),
		shown(snapshot_value(s, METRIC_load_throughput, row), "%.1f"));
	if (snapshot_count(s, METRIC_load_failed, row))
		fprintf(to, "  %-10s failed: %s\n", "",
			failures_text(&w->failures[phase], failed, sizeof(failed)));
}

static void print_phases(const struct snapshot *s, FILE *to)
{
	fprintf(to, "\n  %-10s %-10s %9s %8s %9s %9s %9s %9s %8s\n", "workload", "phase", "ops",
		"success", "avg ms", "p50 ms", "p99 ms", "worst ms", "ops/s");
	for (unsigned int i = 0; i < s->n_workloads; i++)
		for (unsigned int p = 0; p < s->n_phases; p++)
			if (s->phases[p].reached)
				print_load(s, i, p, to);
}

/* How it was measured, where that isn't what it is without a word. */
static void print_loop(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct snapshot_workload *w = &s->workloads[i];

	if (w->rate)
		fprintf(to,
			"  %-10s open loop, %g/s: latencies count from the planned start; %llu "
			"late, "
			"%llu dropped\n",
			w->name, w->rate,
			(unsigned long long)snapshot_count(s, METRIC_load_late, i),
			(unsigned long long)snapshot_count(s, METRIC_load_dropped, i));
	else if (s->names_workloads)
		fprintf(to, "  %-10s closed loop: a stall keeps the next operations waiting\n",
			w->name);
}

static void print_verified(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct verified *v = &s->workloads[i].verified;

	if (v->asked && !v->known)
		fprintf(to, "  %-10s verify: unknown: %s\n", s->workloads[i].name, v->why);
	if (v->known)
		fprintf(to,
			"  %-10s verify: %llu acknowledged, %llu found: %llu lost, %llu "
			"duplicated, "
			"%llu unexpected; loss window %.0f ms\n",
			s->workloads[i].name, (unsigned long long)v->acknowledged,
			(unsigned long long)v->found, (unsigned long long)v->lost,
			(unsigned long long)v->duplicated, (unsigned long long)v->unexpected,
			v->loss_window_s * 1e3);
}

void print_workloads(const struct snapshot *s, FILE *to)
{
	if (s->names_workloads)
		print_phases(s, to);
	for (unsigned int i = 0; i < s->n_workloads; i++) {
		print_loop(s, i, to);
		print_verified(s, i, to);
	}
}

static void print_probe(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct snapshot_probe *p = &s->probes[i];
	char failed[256];

	fprintf(to, "  %-10s %-5s %7llu %8s %7llu %9llu %10llu %9s %9s %9s\n", p->name, p->kind,
		(unsigned long long)snapshot_count(s, METRIC_probe_runs, i),
		shown(100 * snapshot_value(s, METRIC_probe_success_rate, i), "%.2f%%"),
		(unsigned long long)snapshot_count(s, METRIC_probe_outages, i),
		(unsigned long long)snapshot_count(s, METRIC_probe_unknown, i),
		(unsigned long long)snapshot_count(s, METRIC_probe_consecutive, i),
		shown(snapshot_value(s, METRIC_probe_outage, i), "%.0f"),
		shown(snapshot_value(s, METRIC_probe_p50, i), "%.2f"),
		shown(snapshot_value(s, METRIC_probe_p99, i), "%.2f"));
	if (p->failures.n)
		fprintf(to, "  %-10s failed: %s\n", "",
			failures_text(&p->failures, failed, sizeof(failed)));
	if (*p->why)
		fprintf(to, "  %-10s could not be asked: %s\n", "", p->why);
}

void print_probes(const struct snapshot *s, FILE *to)
{
	if (s->n_probes)
		fprintf(to, "\n  %-10s %-5s %7s %8s %7s %9s %10s %9s %9s %9s\n", "probe", "kind",
			"runs", "success", "outages", "unknown", "in a row", "longest", "p50 ms",
			"p99 ms");
	for (unsigned int i = 0; i < s->n_probes; i++)
		print_probe(s, i, to);
}

/* Those that nothing happened to are not worth a line. */
static void print_target(const struct snapshot *s, unsigned int i, FILE *to)
{
	double restarts = snapshot_value(s, METRIC_restarts, i);
	double killed = snapshot_value(s, METRIC_oom_kills, i);

	if (restarts > 0)
		fprintf(to, "\n  target %s was started anew %.0f times\n", s->targets[i].name,
			restarts);
	if (killed > 0)
		fprintf(to, "\n  target %s: %.0f processes were killed for want of memory\n",
			s->targets[i].name, killed);
}

static void print_log(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct snapshot_log *l = &s->logs[i];

	fprintf(to, "  log %s: %llu lines%s%s%s\n", l->name,
		(unsigned long long)snapshot_count(s, METRIC_log_lines, i),
		l->kept.cut ? ", and more that there was no room for" : "", *l->why ? "; " : "",
		l->why);
}

void print_targets_and_logs(const struct snapshot *s, FILE *to)
{
	for (unsigned int i = 0; i < s->n_targets; i++)
		print_target(s, i, to);
	if (s->n_logs)
		fprintf(to, "\n");
	for (unsigned int i = 0; i < s->n_logs; i++)
		print_log(s, i, to);
}
