// SPDX-License-Identifier: GPL-2.0
/* What each family of families.def has: labels and values, of a snapshot. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "output/exposing.h"
#include "scenario/names.h"

static void label_experiment(struct exposing *e, unsigned int index)
{
	char seed[24];

	(void)index;
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)e->s->seed);
	label(e, "id", e->s->id);
	label(e, "seed", seed);
	label(e, "kernel", e->s->kernel);
	label(e, "host", e->s->host);
	label(e, "version", e->moment->version);
}

static void label_phase(struct exposing *e, unsigned int i)
{
	label(e, "phase", e->s->phases[i].name);
	label(e, "role", role_names[e->s->phases[i].role]);
}

static void label_rule(struct exposing *e, unsigned int i)
{
	const struct snapshot_rule *r = &e->s->rules[i];

	label_number(e, "rule", i + 1);
	label(e, "phase", e->s->phases[r->phase].name);
	label(e, "target", e->s->targets[r->target].name);
	label(e, "fault", r->kind);
}

static void label_binding(struct exposing *e, unsigned int i)
{
	const struct snapshot_binding *b = &e->s->bindings[i];

	label_rule(e, b->rule);
	label(e, "point", b->point);
	label(e, "mechanism", b->mechanism);
}

static void label_calls(struct exposing *e, unsigned int i)
{
	const struct snapshot_calls *c = &e->s->calls[i / e->s->n_phases];

	label_phase(e, i % e->s->n_phases);
	label(e, "target", e->s->targets[c->target].name);
	label(e, "point", c->point);
	label(e, "mechanism", c->mechanism);
}

static void label_workload(struct exposing *e, unsigned int i)
{
	label(e, "workload", e->s->workloads[i].name);
}

/* Of a workload in a phase. */
static void label_load(struct exposing *e, unsigned int i)
{
	label_workload(e, i / e->s->n_phases);
	label_phase(e, i % e->s->n_phases);
}

static void label_probe(struct exposing *e, unsigned int i)
{
	label(e, "probe", e->s->probes[i].name);
}

static void label_target(struct exposing *e, unsigned int i)
{
	label(e, "target", e->s->targets[i].name);
}

static void label_log(struct exposing *e, unsigned int i)
{
	label(e, "log", e->s->logs[i].name);
}

static void label_expectation(struct exposing *e, unsigned int i)
{
	label(e, "expectation", e->s->expectations[i].name);
}

static void label_guard(struct exposing *e, unsigned int i)
{
	label(e, "guard", e->s->guards[i].text);
}

static void counters(struct exposing *e, enum metric_id m, label_function f)
{
	for (unsigned int i = 0; i < snapshot_size(e->s, metrics[m].scope); i++)
		sample(e, f, i, snapshot_value(e->s, m, i));
}

static void expose_experiment(struct exposing *e)
{
	sample(e, label_experiment, 0, 1);
}

static void expose_start(struct exposing *e)
{
	sample(e, NULL, 0, e->s->began_at);
}

static void expose_running(struct exposing *e)
{
	sample(e, NULL, 0, e->moment->running);
}

static void expose_phase(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_phases; i++)
		state(e, NULL, 0, e->s->phases[i].name, (int)i == e->moment->phase);
}

static void expose_injecting(struct exposing *e)
{
	int phase = e->moment->phase;

	sample(e, NULL, 0, phase >= 0 && e->s->phases[phase].role == ROLE_INJECT);
}

static void expose_verdict(struct exposing *e)
{
	static const enum verdict all[] = {VERDICT_HELD, VERDICT_OBSERVED, VERDICT_DEVIATED,
		VERDICT_ABORTED, VERDICT_INCONCLUSIVE, VERDICT_FAILED};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		state(e, NULL, 0, verdict_name(all[i]),
			!e->moment->running && e->s->judgement.verdict == all[i]);
}

static void expose_expectation(struct exposing *e)
{
	for (unsigned int i = 0; !e->moment->running && i < e->s->n_expectations; i++)
		for (int t = TRUTH_FALSE; t <= TRUTH_TRUE; t++)
			state(e, label_expectation, i, truth_names[t],
				(int)e->s->expectations[i].judged.truth == t);
}

/* Guards may say the same of other phases: one sample, as two of one name are wrong. */
static void expose_guard(struct exposing *e)
{
	const struct snapshot_guard *all = e->s->guards;

	for (unsigned int i = 0; i < e->s->n_guards; i++) {
		bool fired = false, said = false;

		for (unsigned int k = 0; k < e->s->n_guards; k++)
			if (!strcmp(all[k].text, all[i].text)) {
				fired |= all[k].fired;
				said |= k < i;
			}
		if (!said)
			sample(e, label_guard, i, fired);
	}
}

static void expose_eligible(struct exposing *e)
{
	counters(e, METRIC_eligible, label_binding);
}

static void expose_matched(struct exposing *e)
{
	counters(e, METRIC_matched, label_binding);
}

static void expose_injected(struct exposing *e)
{
	counters(e, METRIC_injected, label_binding);
}

/* A binding and a reason. */
static void label_suppressed(struct exposing *e, unsigned int i)
{
	label_binding(e, i / NR_REASONS);
	label(e, "reason", reason_names[i % NR_REASONS]);
}

static void expose_suppressed(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_bindings; i++)
		for (unsigned int r = REASON_INJECTED + 1; r < NR_REASONS; r++)
			if (e->s->bindings[i].by_reason[r])
				sample(e, label_suppressed, i * NR_REASONS + r,
					e->s->bindings[i].by_reason[r]);
}

static void expose_lost(struct exposing *e)
{
	counters(e, METRIC_lost, NULL);
}

static void expose_missed(struct exposing *e)
{
	counters(e, METRIC_missed, NULL);
}

static void expose_overshoot(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_rules; i++)
		if (e->s->rules[i].sleeps)
			histogram_short(
				e, label_rule, i, &e->s->numbers[METRIC_late].histograms[i]);
}

static void expose_cut_short(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_rules; i++)
		if (e->s->rules[i].sleeps)
			sample(e, label_rule, i, snapshot_count(e->s, METRIC_cut_short, i));
}

/* Of the points of a group most are never called; they would drown the others. */
static bool was_called(const struct exposing *e, unsigned int i)
{
	return e->s->phases[i % e->s->n_phases].reached &&
	       snapshot_calls_made(e->s, i / e->s->n_phases);
}

static void expose_calls(struct exposing *e)
{
	for (unsigned int i = 0; i < snapshot_size(e->s, METRIC_OF_CALLS); i++)
		if (was_called(e, i))
			histogram_short(e, label_calls, i,
				&e->s->numbers[METRIC_call_latency].histograms[i]);
}

/* Calls in a phase, and an errno; 0: one that has no name. */
static void label_call_error(struct exposing *e, unsigned int i)
{
	label_calls(e, i / METER_ERRORS);
	label(e, "errno", i % METER_ERRORS ? errno_name(i % METER_ERRORS) : "others");
}

static void expose_call_errors(struct exposing *e)
{
	for (unsigned int i = 0; i < snapshot_size(e->s, METRIC_OF_CALLS); i++)
		for (unsigned int error = 0; was_called(e, i) && error < METER_ERRORS; error++) {
			const struct snapshot_calls *c = &e->s->calls[i / e->s->n_phases];
			__u64 n = c->errors[i % e->s->n_phases][error];

			if (n)
				sample(e, label_call_error, i * METER_ERRORS + error, n);
		}
}

static void label_ok(struct exposing *e, unsigned int i)
{
	label_load(e, i);
	label(e, "result", "ok");
}

static void label_failed(struct exposing *e, unsigned int i)
{
	label_load(e, i);
	label(e, "result", "failed");
}

static void label_indeterminate(struct exposing *e, unsigned int i)
{
	label_load(e, i);
	label(e, "result", "indeterminate");
}

static void expose_operations(struct exposing *e)
{
	const struct snapshot *s = e->s;

	for (unsigned int i = 0; i < snapshot_size(s, METRIC_OF_WORKLOAD); i++) {
		uint64_t unknown = snapshot_count(s, METRIC_load_indeterminate, i);

		sample(e, label_ok, i, snapshot_count(s, METRIC_load_succeeded, i));
		sample(e, label_failed, i, snapshot_count(s, METRIC_load_failed, i) - unknown);
		sample(e, label_indeterminate, i, unknown);
	}
}

static void expose_duration(struct exposing *e)
{
	for (unsigned int i = 0; i < snapshot_size(e->s, METRIC_OF_WORKLOAD); i++)
		histogram_long(e, label_load, i, &e->s->numbers[METRIC_load_latency].histograms[i]);
}

static void expose_late(struct exposing *e)
{
	counters(e, METRIC_load_late, label_workload);
}

static void expose_dropped(struct exposing *e)
{
	counters(e, METRIC_load_dropped, label_workload);
}

static void expose_recovery(struct exposing *e)
{
	for (unsigned int i = 0; !e->moment->running && i < e->s->n_phases; i++)
		if (e->s->phases[i].role == ROLE_RECOVER)
			sample(e, label_phase, i, snapshot_value(e->s, METRIC_recovery, i) / 1e3);
}

static void expose_probe(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_probes; i++)
		if (snapshot_count(e->s, METRIC_probe_ok, i) ||
			snapshot_count(e->s, METRIC_probe_failed, i))
			sample(e, label_probe, i, !e->s->probes[i].outage_ns);
}

static void label_probe_ok(struct exposing *e, unsigned int i)
{
	label_probe(e, i);
	label(e, "result", "ok");
}

static void label_probe_failed(struct exposing *e, unsigned int i)
{
	label_probe(e, i);
	label(e, "result", "failed");
}

static void label_probe_unknown(struct exposing *e, unsigned int i)
{
	label_probe(e, i);
	label(e, "result", "unknown");
}

static void expose_probe_runs(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_probes; i++) {
		sample(e, label_probe_ok, i, snapshot_count(e->s, METRIC_probe_ok, i));
		sample(e, label_probe_failed, i, snapshot_count(e->s, METRIC_probe_failed, i));
		sample(e, label_probe_unknown, i, snapshot_count(e->s, METRIC_probe_unknown, i));
	}
}

static void expose_probe_duration(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_probes; i++)
		histogram_long(
			e, label_probe, i, &e->s->numbers[METRIC_probe_latency].histograms[i]);
}

static void expose_log_lines(struct exposing *e)
{
	counters(e, METRIC_log_lines, label_log);
}

static void expose_alive(struct exposing *e)
{
	counters(e, METRIC_alive, label_target);
}

static void expose_restarts(struct exposing *e)
{
	counters(e, METRIC_restarts, label_target);
}

static void expose_oom_kills(struct exposing *e)
{
	counters(e, METRIC_oom_kills, label_target);
}

static void expose_cpu(struct exposing *e)
{
	counters(e, METRIC_cpu_seconds, label_target);
}

static void expose_slo_success(struct exposing *e)
{
	if (e->s->slo_success > 0)
		sample(e, NULL, 0, e->s->slo_success);
}

static void expose_burn_rate(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_phases; i++)
		sample(e, label_phase, i, e->slo.phases[i].burn_rate);
}

static void expose_budget_used(struct exposing *e)
{
	for (unsigned int i = 0; i < e->s->n_phases; i++)
		sample(e, label_phase, i, e->slo.phases[i].budget_used);
}

void (*const expose[NR_FAMILIES])(struct exposing *e) = {
#define FAMILY(id, name, type, unit, help) expose_##id,
#include "output/families.def"
#undef FAMILY
};
