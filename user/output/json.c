// SPDX-License-Identifier: GPL-2.0
/* The report as JSON: docs/report.md is the reference. */
#include <errno.h>
#include <math.h>

#include "base/cleanup.h"
#include "output/json_sections.h"
#include "output/output.h"
#include "output/sections.h"
#include "report/json.h"
#include "scenario/names.h"

void set_metrics(json_t *object, const struct snapshot *s, enum metric_id first,
	enum metric_id last, unsigned int index)
{
	for (enum metric_id m = first; m <= last; m++) {
		json_t *number;

		if (metrics[m].kind == METRIC_HISTOGRAM)
			continue;
		if (metrics[m].kind == METRIC_COUNTER)
			number = json_integer(snapshot_count(s, m, index));
		else if (isnan(snapshot_value(s, m, index)))
			number = json_null();
		else
			number = json_real(snapshot_value(s, m, index));
		json_object_set_new(object, metrics[m].name, number);
	}
}

json_t *failures_json(const struct failures *f)
{
	json_t *all = json_object();
	char text[32];

	for (unsigned int i = 0; i < f->n; i++)
		json_object_set_new(all, failure_text(&f->all[i], text, sizeof(text)),
			json_integer(f->all[i].operations));
	if (f->others)
		json_object_set_new(all, "others", json_integer(f->others));
	return all;
}

json_t *last_failure_json(const struct failures *f)
{
	char text[32];

	return f->n ? json_string(failure_text(&f->last, text, sizeof(text))) : json_null();
}

static json_t *phases_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_phases; i++) {
		const struct snapshot_phase *p = &s->phases[i];
		json_t *one;

		if (!p->reached)
			continue;
		one = json_pack("{s:s, s:s}", "name", p->name, "role", role_names[p->role]);
		set_metrics(one, s, METRIC_seconds, METRIC_unfinished, i);
		json_object_set_new(one, "failures", failures_json(&p->failures));
		json_object_set_new(one, "last_failure", last_failure_json(&p->failures));
		set_metrics(one, s, METRIC_latency, METRIC_success_rate, i);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *suppressed_json(const __u64 by_reason[])
{
	json_t *all = json_object();

	for (int reason = REASON_INJECTED + 1; reason < NR_REASONS; reason++)
		if (by_reason[reason])
			json_object_set_new(
				all, reason_names[reason], json_integer(by_reason[reason]));
	return all;
}

static json_t *bindings_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_bindings; i++) {
		const struct snapshot_binding *b = &s->bindings[i];
		const struct snapshot_rule *rule = &s->rules[b->rule];
		json_t *one = json_pack("{s:i, s:o, s:s, s:s, s:s, s:s, s:s}", "rule", (int)b->rule,
			"text", json_foreign(rule->text), "phase", s->phases[rule->phase].name,
			"target", s->targets[rule->target].name, "fault", rule->kind, "point",
			b->point, "mechanism", b->mechanism);

		set_metrics(one, s, METRIC_eligible, METRIC_injected, i);
		json_object_set_new(one, "suppressed", suppressed_json(b->by_reason));
		json_array_append_new(all, one);
	}
	return all;
}

/* How calls failed, and how often: {"ENOSPC": 20}. */
static json_t *errors_json(const __u64 errors[METER_ERRORS])
{
	json_t *all = json_object();

	for (int e = 1; e < METER_ERRORS; e++)
		if (errors[e])
			json_object_set_new(all, errno_name(e), json_integer(errors[e]));
	if (errors[0])
		json_object_set_new(all, "others", json_integer(errors[0]));
	return all;
}

/* Of the points of a group most are never called; they would drown the others. */
static json_t *calls_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_calls * s->n_phases; i++) {
		const struct snapshot_calls *c = &s->calls[i / s->n_phases];
		unsigned int phase = i % s->n_phases;
		json_t *one;

		if (!s->phases[phase].reached || !snapshot_calls_made(s, i / s->n_phases))
			continue;
		one = json_pack("{s:s, s:s, s:s, s:s}", "phase", s->phases[phase].name, "target",
			s->targets[c->target].name, "point", c->point, "mechanism", c->mechanism);
		set_metrics(one, s, METRIC_calls, METRIC_calls_unfinished, i);
		json_object_set_new(one, "errnos", errors_json(c->errors[phase]));
		set_metrics(one, s, METRIC_call_latency, METRIC_natural_max, i);
		json_array_append_new(all, one);
	}
	return all;
}

/* Points that were to be measured, and could not. */
static json_t *unmeasured_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_unmeasured; i++)
		json_array_append_new(
			all, json_pack("{s:s, s:o}", "point", s->unmeasured[i].point, "reason",
				     json_foreign(s->unmeasured[i].reason)));
	return all;
}

static json_t *delays_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_rules; i++) {
		json_t *one;

		if (!s->rules[i].sleeps)
			continue;
		one = json_pack("{s:i}", "rule", (int)i);
		set_metrics(one, s, METRIC_slept, METRIC_late_max, i);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *shaped_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_rules; i++) {
		json_t *one;

		if (!s->rules[i].shapes)
			continue;
		one = json_pack("{s:i}", "rule", (int)i);
		set_metrics(one, s, METRIC_shaped_taken, METRIC_shaped_refused, i);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *taken_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_rules; i++) {
		json_t *one;

		if (!s->rules[i].takes)
			continue;
		one = json_pack("{s:i}", "rule", (int)i);
		set_metrics(one, s, METRIC_held_most, METRIC_backed_off, i);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *commands_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_targets; i++) {
		double code = snapshot_value(s, METRIC_exit_code, i);

		if (s->targets[i].is_command)
			json_array_append_new(
				all, json_pack("{s:s, s:o}", "target", s->targets[i].name,
					     metrics[METRIC_exit_code].name,
					     isnan(code) ? json_null() : json_integer(code)));
	}
	return all;
}

static json_t *left_out_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_rules; i++)
		if (s->rules[i].refused)
			json_array_append_new(
				all, json_pack("{s:i, s:o, s:o}", "rule", (int)i, "text",
					     json_foreign(s->rules[i].text), "reason",
					     json_foreign(s->rules[i].reason)));
	return all;
}

static json_t *notes_json(const struct snapshot *s)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < s->n_notes; i++)
		json_array_append_new(all, json_foreign(s->notes[i]));
	return all;
}

static json_t *report_json(const struct snapshot *s)
{
	json_t *all = json_pack("{s:i, s:s, s:o, s:s, s:o, s:I, s:s, s:o}", "jinx", 1, "id", s->id,
		"name", json_foreign(s->name), "verdict", verdict_name(s->judgement.verdict),
		"reason", json_foreign(s->judgement.reason), "seed", (json_int_t)s->seed, "kernel",
		s->kernel, "host", json_foreign(s->host));

	json_object_set_new(
		all, "not_steady", *s->not_steady ? json_foreign(s->not_steady) : json_null());
	json_object_set_new(all, "started", json_sprintf("%sZ", s->started_at));

	set_metrics(all, s, METRIC_ready, METRIC_ready, 0);
	json_object_set_new(all, "expectations", expectations_json(s));
	json_object_set_new(all, "guards", guards_json(s));
	json_object_set_new(all, "slo", slo_json(s));
	set_metrics(all, s, METRIC_time_to_impact, METRIC_missing, 0);
	json_object_set_new(all, "phases", phases_json(s));
	json_object_set_new(all, "workloads", workloads_json(s));
	json_object_set_new(all, "probes", probes_json(s));
	json_object_set_new(all, "logs", logs_json(s));
	json_object_set_new(all, "targets", targets_json(s));
	json_object_set_new(all, "pressure", pressure_json(s));
	json_object_set_new(all, "rules", bindings_json(s));
	json_object_set_new(all, "delays", delays_json(s));
	json_object_set_new(all, "shaped", shaped_json(s));
	json_object_set_new(all, "taken", taken_json(s));
	json_object_set_new(all, "calls", calls_json(s));
	json_object_set_new(all, "unmeasured", unmeasured_json(s));
	json_object_set_new(all, "commands", commands_json(s));
	json_object_set_new(all, "left_out", left_out_json(s));
	set_metrics(all, s, METRIC_lost, METRIC_missed, 0);
	json_object_set_new(all, "notes", notes_json(s));
	return all;
}

int write_json(const struct snapshot *s, FILE *to)
{
	json_t *all = report_json(s);
	_cleanup_free_ char *text =
		all ? json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;

	json_decref(all);
	if (!text)
		return -ENOMEM;
	fprintf(to, "%s\n", text);
	return 0;
}
