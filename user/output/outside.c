// SPDX-License-Identifier: GPL-2.0
/* The table's parts of what was measured from outside. */
#include <math.h>

#include "base/text.h"
#include "output/sections.h"

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

#define INDENT 13

/* What is said of one of them, wrapped below itself; width 0: never. */
static void print_note(const char *of, const char *text, unsigned int width, FILE *to)
{
	text_wrap(text, fprintf(to, "  %-10s ", of), INDENT, width ?: ~0u, to);
}

/* How it was measured, where that isn't what it is without a word. */
static void print_loop(const struct snapshot *s, unsigned int i, unsigned int width, FILE *to)
{
	const struct snapshot_workload *w = &s->workloads[i];
	char text[160];

	snprintf(text, sizeof(text),
		"open loop, %g/s: latencies count from the planned start; %llu late, %llu dropped",
		w->rate, (unsigned long long)snapshot_count(s, METRIC_load_late, i),
		(unsigned long long)snapshot_count(s, METRIC_load_dropped, i));
	if (w->rate)
		print_note(w->name, text, width, to);
	else if (s->names_workloads)
		print_note(w->name, "closed loop: a stall keeps the next operations waiting", width,
			to);
}

static void print_verified(const struct snapshot *s, unsigned int i, unsigned int width, FILE *to)
{
	const struct verified *v = &s->workloads[i].verified;
	char text[300];

	if (!v->asked && !v->known)
		return;
	snprintf(text, sizeof(text), "verify: unknown: %s", v->why);
	if (v->known)
		snprintf(text, sizeof(text),
			"verify: %llu acknowledged, %llu found: %llu lost, %llu duplicated, %llu "
			"unexpected; loss window %.0f ms",
			(unsigned long long)v->acknowledged, (unsigned long long)v->found,
			(unsigned long long)v->lost, (unsigned long long)v->duplicated,
			(unsigned long long)v->unexpected, v->loss_window_s * 1e3);
	print_note(s->workloads[i].name, text, width, to);
}

void print_workload_notes(const struct snapshot *s, unsigned int width, FILE *to)
{
	for (unsigned int i = 0; i < s->n_workloads; i++) {
		print_loop(s, i, width, to);
		print_verified(s, i, width, to);
	}
}

void print_workloads(const struct snapshot *s, FILE *to)
{
	if (s->names_workloads)
		print_phases(s, to);
	print_workload_notes(s, 0, to);
}

/* A narrow one leaves out how often it could not be asked, which a line of its own says. */
static void print_probe_row(const struct snapshot *s, unsigned int i, unsigned int width, FILE *to)
{
	const struct snapshot_probe *p = &s->probes[i];

	fprintf(to, "  %-10s %-5s %7llu %8s %7llu ", p->name, p->kind,
		(unsigned long long)snapshot_count(s, METRIC_probe_runs, i),
		shown(100 * snapshot_value(s, METRIC_probe_success_rate, i), "%.2f%%"),
		(unsigned long long)snapshot_count(s, METRIC_probe_outages, i));
	if (!width)
		fprintf(to, "%9llu ",
			(unsigned long long)snapshot_count(s, METRIC_probe_unknown, i));
	fprintf(to, "%10llu %9s ",
		(unsigned long long)snapshot_count(s, METRIC_probe_consecutive, i),
		shown(snapshot_value(s, METRIC_probe_outage, i), "%.0f"));
	if (!width)
		fprintf(to, "%9s ", shown(snapshot_value(s, METRIC_probe_p50, i), "%.2f"));
	fprintf(to, "%9s\n", shown(snapshot_value(s, METRIC_probe_p99, i), "%.2f"));
}

static void print_probe(const struct snapshot *s, unsigned int i, unsigned int width, FILE *to)
{
	const struct snapshot_probe *p = &s->probes[i];
	char text[300], failed[256];

	print_probe_row(s, i, width, to);
	if (p->failures.n) {
		snprintf(text, sizeof(text), "failed: %s",
			failures_text(&p->failures, failed, sizeof(failed)));
		print_note("", text, width, to);
	}
	if (*p->why) {
		snprintf(text, sizeof(text), "could not be asked: %s", p->why);
		print_note("", text, width, to);
	}
}

void print_probes(const struct snapshot *s, unsigned int width, FILE *to)
{
	if (s->n_probes)
		fprintf(to, "\n  %-10s %-5s %7s %8s %7s %s%10s %9s %s%9s\n", "probe", "kind",
			"runs", "success", "outages", width ? "" : "  unknown ", "in a row",
			"longest", width ? "" : "   p50 ms ", "p99 ms");
	for (unsigned int i = 0; i < s->n_probes; i++)
		print_probe(s, i, width, to);
}

/* Those that nothing happened to are not worth a line. */
static void print_target(const struct snapshot *s, unsigned int i, FILE *to)
{
	double restarts = snapshot_value(s, METRIC_restarts, i);
	double killed = snapshot_value(s, METRIC_oom_kills, i);

	if (restarts > 0)
		fprintf(to, "\n  target %s: %s\n", s->targets[i].name, plural(restarts, "restart"));
	if (killed > 0)
		fprintf(to, "\n  target %s: %s by the OOM killer\n", s->targets[i].name,
			plural(killed, "kill"));
}

static void print_log(const struct snapshot *s, unsigned int i, FILE *to)
{
	const struct snapshot_log *l = &s->logs[i];

	fprintf(to, "  log %s: %s%s%s%s\n", l->name,
		plural(snapshot_count(s, METRIC_log_lines, i), "line"),
		l->kept.cut ? ", and more that there was no room for" : "", *l->why ? "; " : "",
		l->why);
}

/* Less is no shortage. */
#define LEAST_SHARE 0.05

static bool is_short(const struct snapshot *s, unsigned int row)
{
	for (int m = METRIC_pressure_cpu; m <= METRIC_pressure_io; m++)
		if (s->phases[row % s->n_phases].reached &&
			snapshot_value(s, m, row) >= LEAST_SHARE)
			return true;
	return false;
}

/* Targets and phases in which something ran short. */
static void print_pressure(const struct snapshot *s, FILE *to)
{
	bool any = false;

	for (unsigned int i = 0; i < s->n_targets * s->n_phases; i++) {
		if (!is_short(s, i))
			continue;
		if (!any)
			fprintf(to, "\n  %-10s %-10s %8s %8s %8s  of the time a thread waited\n",
				"target", "phase", "cpu", "memory", "io");
		any = true;
		fprintf(to, "  %-10s %-10s %8s %8s %8s\n", s->targets[i / s->n_phases].name,
			s->phases[i % s->n_phases].name,
			shown(100 * snapshot_value(s, METRIC_pressure_cpu, i), "%.1f%%"),
			shown(100 * snapshot_value(s, METRIC_pressure_memory, i), "%.1f%%"),
			shown(100 * snapshot_value(s, METRIC_pressure_io, i), "%.1f%%"));
	}
}

void print_targets_and_logs(const struct snapshot *s, FILE *to)
{
	print_pressure(s, to);
	for (unsigned int i = 0; i < s->n_targets; i++)
		print_target(s, i, to);
	if (s->n_logs)
		fprintf(to, "\n");
	for (unsigned int i = 0; i < s->n_logs; i++)
		print_log(s, i, to);
}
