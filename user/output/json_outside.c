// SPDX-License-Identifier: GPL-2.0
/* The JSON report of what was measured from outside. */
#include <math.h>

#include "output/json_sections.h"
#include "report/json.h"

static json_t *load_json(const struct snapshot *s, unsigned int workload, unsigned int phase)
{
	const struct failures *f = &s->workloads[workload].failures[phase];
	unsigned int row = workload * s->n_phases + phase;
	json_t *one = json_pack("{s:s}", "phase", s->phases[phase].name);

	set_metrics(one, s, METRIC_load_operations, METRIC_load_unfinished, row);
	json_object_set_new(one, "failures", failures_json(f));
	json_object_set_new(one, "last_failure", last_failure_json(f));
	set_metrics(one, s, METRIC_load_latency, METRIC_load_success_rate, row);
	return one;
}

static json_t *verify_json(const struct snapshot *s, unsigned int i)
{
	const struct verified *v = &s->workloads[i].verified;
	json_t *one;

	if (!v->asked)
		return json_null();
	if (!v->known)
		return json_pack("{s:o}", "why", json_foreign(v->why));
	one = json_object();
	set_metrics(one, s, METRIC_acknowledged, METRIC_data_loss_window, i);
	return one;
}

static json_t *workload_json(const struct snapshot *s, unsigned int i, json_t *phases)
{
	const struct snapshot_workload *w = &s->workloads[i];
	json_t *one = json_pack("{s:s, s:s, s:s, s:o}", "name", w->name, "kind", w->kind, "loop",
		w->rate ? "open" : "closed", "rate", w->rate ? json_real(w->rate) : json_null());

	set_metrics(one, s, METRIC_load_late, METRIC_load_dropped, i);
	json_object_set_new(one, "verify", verify_json(s, i));
	json_object_set_new(one, "phases", phases);
	return one;
}

json_t *workloads_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_workloads; i++) {
		json_t *phases = json_array();

		for (unsigned int p = 0; p < s->n_phases; p++)
			if (s->phases[p].reached)
				json_array_append_new(phases, load_json(s, i, p));
		json_array_append_new(all, workload_json(s, i, phases));
	}
	return all;
}

static json_t *why_json(const char *why)
{
	return *why ? json_foreign(why) : json_null();
}

json_t *probes_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_probes; i++) {
		const struct snapshot_probe *p = &s->probes[i];
		json_t *one = json_pack("{s:s, s:s}", "name", p->name, "kind", p->kind);

		set_metrics(one, s, METRIC_probe_runs, METRIC_probe_outage, i);
		json_object_set_new(one, "how", failures_json(&p->failures));
		json_object_set_new(one, "last_failure", last_failure_json(&p->failures));
		json_object_set_new(one, "why_unknown", why_json(p->why));
		set_metrics(one, s, METRIC_probe_latency, METRIC_probe_success_rate, i);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *logs_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_logs; i++) {
		const struct snapshot_log *l = &s->logs[i];
		json_t *one = json_pack("{s:s}", "name", l->name);

		set_metrics(one, s, METRIC_log_lines, METRIC_log_lines, i);
		json_object_set_new(one, "cut", json_boolean(l->kept.cut));
		json_object_set_new(one, "why", why_json(l->why));
		json_array_append_new(all, one);
	}
	return all;
}

/* A whole number, or null. */
static json_t *whole_json(const struct snapshot *s, enum metric_id m, unsigned int i)
{
	double v = snapshot_value(s, m, i);

	return isnan(v) ? json_null() : json_integer(v);
}

/* Of those targets that the kernel tells of. */
json_t *pressure_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_targets * s->n_phases; i++) {
		const struct snapshot_phase *p = &s->phases[i % s->n_phases];
		json_t *one;

		if (!p->reached || isnan(snapshot_value(s, METRIC_pressure_cpu, i)))
			continue;
		one = json_pack(
			"{s:s, s:s}", "target", s->targets[i / s->n_phases].name, "phase", p->name);
		set_metrics(one, s, METRIC_pressure_cpu, METRIC_pressure_io, i);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *targets_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_targets; i++) {
		json_t *one;

		if (!s->targets[i].looked)
			continue;
		one = json_pack("{s:s, s:b}", "name", s->targets[i].name,
			metrics[METRIC_alive].name, snapshot_value(s, METRIC_alive, i) == 1);
		for (enum metric_id m = METRIC_exit_code; m < METRIC_cpu_seconds; m++)
			if (m != METRIC_alive)
				json_object_set_new(one, metrics[m].name, whole_json(s, m, i));
		set_metrics(one, s, METRIC_cpu_seconds, METRIC_longest_absence, i);
		json_array_append_new(all, one);
	}
	return all;
}
