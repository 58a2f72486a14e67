// SPDX-License-Identifier: GPL-2.0
/* The part of a snapshot that was measured from outside: workloads, probes and logs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "measure/measure.h"
#include "measure/snapshot.h"

static const char *const kinds[] = {[ASK_EXEC] = "exec",
	[ASK_HTTP] = "http",
	[ASK_TCP] = "tcp",
	[ASK_FILE] = "file",
	[ASK_LINES] = "lines"};

static void count(struct snapshot *s, enum metric_id m, unsigned int index, uint64_t n)
{
	s->numbers[m].counts[index] = n;
}

static void value(struct snapshot *s, enum metric_id m, unsigned int index, double v)
{
	s->numbers[m].values[index] = v;
}

static bool take_workload(struct snapshot *s, const struct measure *m, unsigned int i)
{
	const struct workload *spec = &m->scenario->workloads[i];
	const struct workload_report *from = &m->workloads[i];
	struct snapshot_workload *to = &s->workloads[i];
	const struct verified *v = &from->verified;

	*to = (struct snapshot_workload){.name = strdup(spec->name),
		.kind = strdup(kinds[spec->ask.kind]),
		.rate = spec->interval_ns ? 1e9 / spec->interval_ns : 0,
		.failures = calloc(s->n_phases + 1, sizeof(*to->failures)),
		.samples = samples_share(&from->samples),
		.verified = *v};
	for (unsigned int p = 0; to->failures && p < s->n_phases; p++)
		to->failures[p] = from->phases[p].failures;
	count(s, METRIC_load_late, i, from->late);
	count(s, METRIC_load_dropped, i, from->dropped);
	count(s, METRIC_acknowledged, i, v->acknowledged);
	count(s, METRIC_found, i, v->found);
	count(s, METRIC_load_lost, i, v->lost);
	count(s, METRIC_duplicated, i, v->duplicated);
	count(s, METRIC_unexpected, i, v->unexpected);
	count(s, METRIC_recovered, i, v->recovered);
	value(s, METRIC_data_loss_window, i, v->known ? v->loss_window_s * 1e3 : NAN);
	return to->name && to->kind && to->failures;
}

static bool take_probe(struct snapshot *s, const struct measure *m, unsigned int i)
{
	const struct probe_spec *spec = &m->scenario->probes[i];
	const struct probe_report *from = &m->probes[i];
	struct snapshot_probe *to = &s->probes[i];
	const struct histogram *h = &from->latency;
	uint64_t asked = from->ok + from->failed;

	*to = (struct snapshot_probe){.name = strdup(spec->name),
		.kind = strdup(kinds[spec->ask.kind]),
		.history = samples_share(&from->history),
		.failures = from->failures,
		.outage_ns = from->outage_ns,
		.why = strdup(from->why)};
	count(s, METRIC_probe_runs, i, from->runs);
	count(s, METRIC_probe_ok, i, from->ok);
	count(s, METRIC_probe_failed, i, from->failed);
	count(s, METRIC_probe_unknown, i, from->unknown);
	count(s, METRIC_probe_skipped, i, from->skipped);
	count(s, METRIC_probe_consecutive, i, from->max_consecutive);
	count(s, METRIC_probe_outages, i, from->outages);
	s->numbers[METRIC_probe_latency].histograms[i] = *h;
	value(s, METRIC_probe_outage, i,
		asked ? probe_longest_outage(from, s->taken_ns) / 1e6 : NAN);
	value(s, METRIC_probe_p50, i, h->count ? histogram_quantile(h, 0.5) / 1e6 : NAN);
	value(s, METRIC_probe_p99, i, h->count ? histogram_quantile(h, 0.99) / 1e6 : NAN);
	value(s, METRIC_probe_success_rate, i, asked ? (double)from->ok / asked : NAN);
	return to->name && to->kind && to->why;
}

static bool take_log(struct snapshot *s, const struct measure *m, unsigned int i)
{
	struct snapshot_log *to = &s->logs[i];

	*to = (struct snapshot_log){.name = strdup(m->scenario->logs[i].name),
		.kept = kept_share(&m->logs[i].kept),
		.why = strdup(m->logs[i].why)};
	count(s, METRIC_log_lines, i, to->kept.n_lines);
	return to->name && to->why;
}

bool snapshot_take_outside(struct snapshot *s, const struct measure *m)
{
	bool complete = true;

	s->taken_ns = monotonic_ns();
	s->workloads = calloc(s->n_workloads + 1, sizeof(*s->workloads));
	s->probes = calloc(s->n_probes + 1, sizeof(*s->probes));
	s->logs = calloc(s->n_logs + 1, sizeof(*s->logs));
	if (!s->workloads || !s->probes || !s->logs)
		return false;
	for (unsigned int i = 0; i < s->n_workloads; i++)
		complete &= take_workload(s, m, i);
	for (unsigned int i = 0; i < s->n_probes; i++)
		complete &= take_probe(s, m, i);
	for (unsigned int i = 0; i < s->n_logs; i++)
		complete &= take_log(s, m, i);
	return complete;
}

void snapshot_free_outside(struct snapshot *s)
{
	for (unsigned int i = 0; s->workloads && i < s->n_workloads; i++) {
		free(s->workloads[i].name);
		free(s->workloads[i].kind);
		free(s->workloads[i].failures);
		samples_done(&s->workloads[i].samples);
	}
	for (unsigned int i = 0; s->probes && i < s->n_probes; i++) {
		free(s->probes[i].name);
		free(s->probes[i].kind);
		free(s->probes[i].why);
		samples_done(&s->probes[i].history);
	}
	for (unsigned int i = 0; s->logs && i < s->n_logs; i++) {
		free(s->logs[i].name);
		free(s->logs[i].why);
		kept_done(&s->logs[i].kept);
	}
	free(s->workloads);
	free(s->probes);
	free(s->logs);
}
