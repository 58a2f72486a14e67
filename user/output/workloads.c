// SPDX-License-Identifier: GPL-2.0
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

void print_workloads(const struct snapshot *s, FILE *to)
{
	if (!s->names_workloads)
		return;
	fprintf(to, "\n  %-10s %-10s %9s %8s %9s %9s %9s %9s %8s\n", "workload", "phase", "ops",
		"success", "avg ms", "p50 ms", "p99 ms", "worst ms", "ops/s");
	for (unsigned int i = 0; i < s->n_workloads; i++)
		for (unsigned int p = 0; p < s->n_phases; p++)
			if (s->phases[p].reached)
				print_load(s, i, p, to);
}
