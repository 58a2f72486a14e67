// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON Schema of the report (draft 2020-12), with the metrics' rows for its numbers. Readers
 * have to ignore keys that they don't know, so it forbids none.
 */
#include "output/report_schema.h"

#include <string.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "expect/expect.h"
#include "measure/metrics.h"
#include "measure/role.h"
#include "measure/verdict.h"
#include "scenario/names.h"

/*
 * type: one of JSON Schema's; "?" behind it: or null; "[name]" and "{name}": an array of objects of
 * that name, and one of them; "counts": how often, by name.
 */
struct field {
	const char *name, *type, *about;
};

struct range {
	enum metric_id first, last;
};

#define FIELDS(...) ((const struct field[]){__VA_ARGS__, {}})
#define NO_RANGE                       \
	{                              \
		NR_METRICS, NR_METRICS \
	}

/* An object of the report: what it has by name, and the metrics that it has. */
static const struct object {
	const char *name;
	const struct field *fields;
	struct range ranges[2];
} objects[] = {
	{"report",
		FIELDS({"jinx", "version", "the version of this format"},
			{"id", "string", "as in jinx ps"}, {"name", "string", "the scenario's"},
			{"verdict", "verdict"}, {"reason", "string", "why that verdict"},
			{"seed", "integer", "the same seed replays"},
			{"kernel", "string", "its release"}, {"host", "string"},
			{"not_steady", "string?", "why nothing can be said of what the faults did"},
			{"started", "time", "UTC"}, {"expectations", "[expectation]"},
			{"guards", "[guard]"}, {"slo", "{slo}?", "null: none is promised"},
			{"phases", "[phase]"}, {"workloads", "[workload]"}, {"probes", "[probe]"},
			{"logs", "[log]"}, {"targets", "[target]"}, {"pressure", "[pressure]"},
			{"taken", "[taken]"},
			{"rules", "[rule]", "a row for each rule at each of its points"},
			{"delays", "[delays]"}, {"shaped", "[shaped]"}, {"calls", "[calls]"},
			{"unmeasured", "[unmeasured]"}, {"commands", "[command]"},
			{"left_out", "[left_out]"}, {"notes", "strings"}),
		{{METRIC_ready, METRIC_missed}, {METRIC_time_to_impact, METRIC_missing}}},
	{"expectation",
		FIELDS({"name", "string"}, {"that", "string", "as it was written"},
			{"understood", "string"}, {"result", "truth"},
			{"value", "number?", "in `unit`; null: none, or infinite"},
			{"bound", "number?"}, {"relation", "string"}, {"unit", "string"},
			{"value_text", "string"}, {"bound_text", "string"},
			{"n", "integer", "how many the value is of"},
			{"interval", "interval", "95 %, by Wilson"},
			{"why", "string?", "why it is unknown"},
			{"criteria", "string?", "the set that it comes from"},
			{"optional", "boolean"}),
		{NO_RANGE, NO_RANGE}},
	{"guard",
		FIELDS({"stop", "string"}, {"fired", "boolean"},
			{"at_s", "number?", "since the first phase began"}, {"value", "number?"},
			{"value_text", "string?"}),
		{NO_RANGE, NO_RANGE}},
	{"slo",
		FIELDS({"success", "number", "the share that has to be good"},
			{"latency_ms", "number?", "what is slower isn't"},
			{"window_seconds", "integer"}, {"phases", "[slo_phase]"},
			{"faults", "{slo_use}", "of all phases with faults together"}),
		{NO_RANGE, NO_RANGE}},
	{"slo_phase",
		FIELDS({"phase", "string"}, {"operations", "integer"},
			{"bad_operations", "integer"}, {"burn_rate", "number?"},
			{"budget_used", "number?"},
			{"page_after_s", "number?", "null: never, or nobody knows"}),
		{NO_RANGE, NO_RANGE}},
	{"slo_use",
		FIELDS({"operations", "integer"}, {"bad_operations", "integer"},
			{"burn_rate", "number?"}, {"budget_used", "number?"},
			{"page_after_s", "number?", "null: never, or nobody knows"}),
		{NO_RANGE, NO_RANGE}},
	{"phase",
		FIELDS({"name", "string"}, {"role", "role"}, {"failures", "counts"},
			{"last_failure", "string?"}),
		{{METRIC_seconds, METRIC_unfinished}, {METRIC_latency, METRIC_success_rate}}},
	{"workload",
		FIELDS({"name", "string"}, {"kind", "string"}, {"loop", "loop"},
			{"rate", "number?", "operations planned a second"}, {"verify", "{verify}?"},
			{"phases", "[load]"}),
		{{METRIC_load_late, METRIC_load_dropped}, NO_RANGE}},
	{"load", FIELDS({"phase", "string"}, {"failures", "counts"}, {"last_failure", "string?"}),
		{{METRIC_load_operations, METRIC_load_unfinished},
			{METRIC_load_latency, METRIC_load_success_rate}}},
	{"probe",
		FIELDS({"name", "string"}, {"kind", "string"}, {"how", "counts"},
			{"last_failure", "string?"}, {"why_unknown", "string?"}),
		{{METRIC_probe_runs, METRIC_probe_outage},
			{METRIC_probe_latency, METRIC_probe_success_rate}}},
	{"log",
		FIELDS({"name", "string"}, {"cut", "boolean"},
			{"why", "string?", "why it can't be read"}),
		{{METRIC_log_lines, METRIC_log_lines}, NO_RANGE}},
	{"target",
		FIELDS({"name", "string"}, {"alive", "boolean"}, {"exit_code", "integer?"},
			{"signal", "integer?"}, {"restarts", "integer?"},
			{"oom_kills", "integer?"}),
		{{METRIC_cpu_seconds, METRIC_longest_absence}, NO_RANGE}},
	{"rule",
		FIELDS({"rule", "integer", "the number of the fault in the scenario"},
			{"text", "string"}, {"phase", "string"}, {"target", "string"},
			{"fault", "fault"}, {"point", "string"}, {"mechanism", "string"},
			{"suppressed", "counts"}),
		{{METRIC_eligible, METRIC_injected}, NO_RANGE}},
	{"delays", FIELDS({"rule", "integer"}), {{METRIC_slept, METRIC_late_max}, NO_RANGE}},
	{"shaped", FIELDS({"rule", "integer"}),
		{{METRIC_shaped_taken, METRIC_shaped_refused}, NO_RANGE}},
	{"pressure", FIELDS({"target", "string"}, {"phase", "string"}),
		{{METRIC_pressure_cpu, METRIC_pressure_io}, NO_RANGE}},
	{"taken", FIELDS({"rule", "integer"}), {{METRIC_held_most, METRIC_backed_off}, NO_RANGE}},
	{"calls",
		FIELDS({"phase", "string"}, {"target", "string"}, {"point", "string"},
			{"mechanism", "string"}, {"errnos", "counts"}),
		{{METRIC_calls, METRIC_calls_unfinished},
			{METRIC_call_latency, METRIC_natural_max}}},
	{"unmeasured", FIELDS({"point", "string"}, {"reason", "string"}), {NO_RANGE, NO_RANGE}},
	{"command", FIELDS({"target", "string"}, {"exit_code", "integer?"}), {NO_RANGE, NO_RANGE}},
	{"left_out", FIELDS({"rule", "integer"}, {"text", "string"}, {"reason", "string"}),
		{NO_RANGE, NO_RANGE}},
};

static json_t *type(const char *name)
{
	return json_pack("{s:s}", "type", name);
}

static json_t *words(const char *const names[], size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_string(names[i]));
	return json_pack("{s:o}", "enum", all);
}

static json_t *verdict_words(void)
{
	static const enum verdict all[] = {VERDICT_HELD, VERDICT_OBSERVED, VERDICT_DEVIATED,
		VERDICT_ABORTED, VERDICT_INCONCLUSIVE, VERDICT_FAILED};
	const char *names[ARRAY_SIZE(all)];

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		names[i] = verdict_name(all[i]);
	return words(names, ARRAY_SIZE(all));
}

/* What has a name of its own here. */
static json_t *special(const char *name)
{
	if (!strcmp(name, "version"))
		return json_pack("{s:i}", "const", 1);
	if (!strcmp(name, "verdict"))
		return verdict_words();
	if (!strcmp(name, "truth"))
		return words(truth_names, 3);
	if (!strcmp(name, "role"))
		return words(role_names, NR_ROLES);
	if (!strcmp(name, "fault"))
		return words(fault_names, NR_FAULTS);
	if (!strcmp(name, "loop"))
		return json_pack("{s:[s, s]}", "enum", "open", "closed");
	if (!strcmp(name, "time"))
		return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	if (!strcmp(name, "strings"))
		return json_pack("{s:s, s:o}", "type", "array", "items", type("string"));
	if (!strcmp(name, "interval"))
		return json_pack("{s:[s, s], s:o, s:i, s:i}", "type", "array", "null", "items",
			type("number"), "minItems", 2, "maxItems", 2);
	if (!strcmp(name, "counts"))
		return json_pack("{s:s, s:{s:s, s:i}}", "type", "object", "additionalProperties",
			"type", "integer", "minimum", 0);
	return NULL;
}

static json_t *reference(const char *name, size_t length)
{
	char path[60];

	snprintf(path, sizeof(path), "#/$defs/%.*s", (int)length, name);
	return json_pack("{s:s}", "$ref", path);
}

/* What it may be, but for null. */
static json_t *plain(const char *name, size_t length)
{
	char word[40];

	if (*name == '[')
		return json_pack(
			"{s:s, s:o}", "type", "array", "items", reference(name + 1, length - 2));
	if (*name == '{')
		return reference(name + 1, length - 2);
	snprintf(word, sizeof(word), "%.*s", (int)length, name);
	return special(word) ?: type(word);
}

static json_t *field_schema(const struct field *f)
{
	size_t length = strlen(f->type);
	bool nullable = f->type[length - 1] == '?';
	json_t *s = plain(f->type, length - nullable);

	if (nullable)
		s = json_pack("{s:[o, o]}", "anyOf", s, type("null"));
	if (f->about)
		json_object_set_new(s, "description", json_string(f->about));
	return s;
}

static json_t *metric_schema(enum metric_id m)
{
	json_t *s = metrics[m].kind == METRIC_COUNTER
			    ? json_pack("{s:s, s:i}", "type", "integer", "minimum", 0)
			    : json_pack("{s:[s, s]}", "type", "number", "null");
	char about[300];

	snprintf(about, sizeof(about), "%s (%s)", metrics[m].about, metrics[m].unit);
	json_object_set_new(s, "description", json_string(about));
	return s;
}

static void put(json_t *properties, json_t *required, const char *name, json_t *s)
{
	json_object_set_new(properties, name, s);
	json_array_append_new(required, json_string(name));
}

static void put_range(json_t *properties, json_t *required, struct range r)
{
	for (int m = r.first; m < NR_METRICS && m <= (int)r.last; m++)
		if (metrics[m].kind != METRIC_HISTOGRAM)
			put(properties, required, metrics[m].name, metric_schema(m));
}

static json_t *object_schema(const struct object *o)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct field *f = o->fields; f->name; f++)
		put(properties, required, f->name, field_schema(f));
	for (size_t i = 0; i < ARRAY_SIZE(o->ranges); i++)
		put_range(properties, required, o->ranges[i]);
	return json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties, "required",
		required);
}

/* Of a verification that could not be had there is the reason alone. */
static json_t *verify_schema(void)
{
	json_t *properties = json_object(), *required = json_array();

	put_range(
		properties, required, (struct range){METRIC_acknowledged, METRIC_data_loss_window});
	return json_pack("{s:[{s:s, s:o, s:o}, {s:s, s:{s:{s:s}}, s:[s]}]}", "anyOf", "type",
		"object", "properties", properties, "required", required, "type", "object",
		"properties", "why", "type", "string", "required", "why");
}

json_t *report_schema_make(void)
{
	json_t *all = object_schema(&objects[0]), *definitions = json_object();

	for (size_t i = 1; i < ARRAY_SIZE(objects); i++)
		json_object_set_new(definitions, objects[i].name, object_schema(&objects[i]));
	json_object_set_new(definitions, "verify", verify_schema());
	json_object_set_new(all, "$defs", definitions);
	json_object_set_new(
		all, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(all, "$id", json_string("urn:jinx:report:1"));
	json_object_set_new(all, "title", json_string("A jinx report"));
	return all;
}
