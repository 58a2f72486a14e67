// SPDX-License-Identifier: GPL-2.0
/* The report as JSON: docs/report.md is the reference. */
#include "faults/kind.h"
#include "report/json.h"

#include <math.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "report/report.h"

json_t *json_foreign(const char *text)
{
	_cleanup_free_ char *shown = printable_copy(text, "");

	return shown ? json_string(shown) : NULL;
}

static json_t *real(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

/* How operations failed, and how often: {"exit 7": 12, "timeout": 1}. */
static json_t *failures_json(const struct failures *f)
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

static json_t *last_failure_json(const struct failures *f)
{
	char text[32];

	return f->n ? json_string(failure_text(&f->last, text, sizeof(text))) : json_null();
}

static json_t *phase_json(const struct report *r, unsigned int i)
{
	const struct phase_report *p = &r->phases[i];
	struct headline h;

	report_headline(p, &h);
	return json_pack("{s:s, s:s, s:f, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
		"name", r->scenario->phases[i].name, "role", role_names[p->role], "seconds",
		p->duration_ns / 1e9, "total_operations", (json_int_t)h.total_operations,
		"successful_operations", (json_int_t)h.successful_operations, "failed_operations",
		(json_int_t)h.failed_operations, "unfinished_operations", (json_int_t)p->unfinished,
		"failures", failures_json(&p->failures), "last_failure",
		last_failure_json(&p->failures), "avg_latency_ms", real(h.avg_latency_ms),
		"max_latency_ms", real(h.max_latency_ms), "recovery_time_ms",
		real(h.recovery_time_ms), "throughput_ops_per_sec", real(h.throughput_ops_per_sec),
		"p50_ms", real(h.p50_ms), "p95_ms", real(h.p95_ms), "p99_ms", real(h.p99_ms),
		"success_rate", real(h.success_rate));
}

static json_t *binding_json(const struct report *r, unsigned int row)
{
	const struct binding *b = &r->plan->bindings[row];
	const struct fault_spec *f = r->plan->rules[b->rule].fault;
	const struct counters *c = &r->counters[row];
	json_t *suppressed = json_object();
	char text[160];

	for (int reason = REASON_INJECTED + 1; reason < NR_REASONS; reason++)
		if (c->by_reason[reason])
			json_object_set_new(suppressed, reason_names[reason],
				json_integer(c->by_reason[reason]));
	fault_describe(f, text, sizeof(text));
	return json_pack("{s:i, s:o, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:o}", "rule",
		(int)b->rule, "text", json_foreign(text), "phase",
		r->scenario->phases[f->phase].name, "target", r->scenario->targets[f->target].name,
		"fault", fault_names[f->fault], "point", points[b->point].name, "mechanism",
		mechanisms[b->mechanism].name, "eligible", (json_int_t)c->eligible, "matched",
		(json_int_t)c->matched, "injected", (json_int_t)c->by_reason[REASON_INJECTED],
		"suppressed", suppressed);
}

static json_t *commands_json(const struct report *r)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < r->scenario->n_targets; i++) {
		const struct target_spec *t = &r->scenario->targets[i];
		int code = report_exit_code(&r->commands[i]);

		if (t->kind == TARGET_COMMAND)
			json_array_append_new(
				all, json_pack("{s:s, s:o}", "target", t->name, "exit_code",
					     code < 0 ? json_null() : json_integer(code)));
	}
	return all;
}

static json_t *delays_json(const struct report *r)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < r->plan->n_rules; i++) {
		const struct sleeps *s = &r->sleeps[i];
		struct lateness late;

		if (r->plan->rules[i].refused || !makes_sleep(r->plan->rules[i].fault))
			continue;
		report_lateness(s, &late);
		json_array_append_new(
			all, json_pack("{s:i, s:I, s:I, s:o, s:o, s:o, s:o}", "rule", (int)i,
				     "slept", (json_int_t)s->slept, "cut_short",
				     (json_int_t)s->cut_short, "late_avg_us", real(late.avg_us),
				     "late_p50_us", real(late.p50_us), "late_p99_us",
				     real(late.p99_us), "late_max_us", real(late.max_us)));
	}
	return all;
}

static json_t *left_out_json(const struct report *r)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < r->plan->n_rules; i++) {
		char text[160];

		if (!r->plan->rules[i].refused)
			continue;
		fault_describe(r->plan->rules[i].fault, text, sizeof(text));
		json_array_append_new(all,
			json_pack("{s:i, s:o, s:o}", "rule", (int)i, "text", json_foreign(text),
				"reason", json_foreign(r->plan->rules[i].reason)));
	}
	return all;
}

char *report_json(const struct report *r)
{
	json_t *phases = json_array(), *rules = json_array(), *notes = json_array(), *all;
	char *text, *ret = NULL;

	for (unsigned int i = 0; i < r->scenario->n_phases; i++)
		if (r->phases[i].reached)
			json_array_append_new(phases, phase_json(r, i));
	for (unsigned int i = 0; i < r->plan->n_bindings; i++)
		json_array_append_new(rules, binding_json(r, i));
	for (unsigned int i = 0; i < r->n_notes; i++)
		json_array_append_new(notes, json_foreign(r->notes[i]));
	all = json_pack(
		"{s:i, s:s, s:o, s:s, s:o, s:I, s:s, s:f, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o}",
		"jinx", 1, "id", r->id, "name", json_foreign(r->scenario->name), "verdict",
		verdict_name(r->verdict), "reason", json_foreign(r->reason), "seed",
		(json_int_t)r->seed, "kernel", r->caps->release, "ready_ms", r->ready_ns / 1e6,
		"phases", phases, "rules", rules, "delays", delays_json(r), "commands",
		commands_json(r), "left_out", left_out_json(r), "events_lost",
		(json_int_t)r->events_lost, "missed", (json_int_t)r->missed, "notes", notes);
	text = all ? json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
	json_decref(all);
	if (text && asprintf(&ret, "%s\n", text) < 0)
		ret = NULL;
	free(text);
	return ret;
}
