// SPDX-License-Identifier: GPL-2.0
#include "output/otlp.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"

/* Their numbers in trace.proto. */
enum span_kind { SPAN_KIND_INTERNAL = 1 };
enum status_code { STATUS_CODE_ERROR = 2 };

struct ids {
	char trace[33], root[17], parent[17]; /* parent "": the root has none */
};

/* splitmix64 */
static uint64_t mixed(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/* Of the experiment's id and its start, so that two runs with one seed have two; none is zero. */
static uint64_t number(const struct otlp_trace *t, unsigned int which)
{
	uint64_t x = t->s->began_ns + t->epoch_ns;

	for (const char *c = t->s->id; *c; c++)
		x = mixed(x ^ (unsigned char)*c);
	return mixed(x + which) ?: 1;
}

#define HEX "0123456789abcdef"

static bool is_id(const char *text, size_t n)
{
	return strspn(text, HEX) >= n && strspn(text, "0") < n;
}

/* "00-TRACE-SPAN-FLAGS" */
static void choose_ids(const struct otlp_trace *t, struct ids *ret)
{
	const char *p = t->traceparent;

	*ret = (struct ids){};
	if (p && strlen(p) == 55 && !strncmp(p, "00-", 3) && p[35] == '-' && p[52] == '-' &&
		is_id(p + 3, 32) && is_id(p + 36, 16) && strspn(p + 53, HEX) == 2) {
		memcpy(ret->trace, p + 3, 32);
		memcpy(ret->parent, p + 36, 16);
	} else {
		snprintf(ret->trace, sizeof(ret->trace), "%016llx%016llx",
			(unsigned long long)number(t, 0), (unsigned long long)number(t, 1));
	}
	snprintf(ret->root, sizeof(ret->root), "%016llx", (unsigned long long)number(t, 2));
}

static void put_text(json_t *attributes, const char *key, const char *value)
{
	json_array_append_new(attributes, json_pack("{s:s, s:{s:o}}", "key", key, "value",
						  "stringValue", json_foreign(value)));
}

/* 64-bit numbers are text there. */
static void put_number(json_t *attributes, const char *key, uint64_t value)
{
	json_array_append_new(
		attributes, json_pack("{s:s, s:{s:o}}", "key", key, "value", "intValue",
				    json_sprintf("%llu", (unsigned long long)value)));
}

struct span {
	const char *id, *parent; /* parent "": none */
	const char *kind, *name;
	uint64_t from_ns, to_ns;
};

static json_t *nanoseconds(const struct otlp_trace *t, uint64_t monotonic_ns)
{
	return json_sprintf("%llu", (unsigned long long)(monotonic_ns + t->epoch_ns));
}

/* Takes the attributes. */
static json_t *span_json(const struct otlp_trace *t, const struct ids *ids, const struct span *one,
	json_t *attributes)
{
	json_t *name = json_foreign(one->name),
	       *ret = json_pack("{s:s, s:s, s:o, s:i, s:o, s:o, s:o}", "traceId", ids->trace,
		       "spanId", one->id, "name",
		       json_sprintf("%s %s", one->kind, json_string_value(name)), "kind",
		       SPAN_KIND_INTERNAL, "startTimeUnixNano", nanoseconds(t, one->from_ns),
		       "endTimeUnixNano", nanoseconds(t, one->to_ns), "attributes", attributes);

	json_decref(name);
	if (*one->parent)
		json_object_set_new(ret, "parentSpanId", json_string(one->parent));
	return ret;
}

static json_t *root_json(const struct otlp_trace *t, const struct ids *ids)
{
	const struct snapshot *s = t->s;
	enum verdict v = s->judgement.verdict;
	const struct span one = {
		ids->root, ids->parent, "experiment", s->name, s->began_ns, t->ended_ns};
	json_t *attributes = json_array(), *ret;

	put_text(attributes, "jinx.id", s->id);
	put_text(attributes, "jinx.verdict", verdict_name(v));
	put_text(attributes, "jinx.reason", s->judgement.reason);
	put_number(attributes, "jinx.injected", snapshot_sum(s, METRIC_injected));
	put_number(attributes, "jinx.bursts_left_out_injected", t->bursts->left);
	ret = span_json(t, ids, &one, attributes);
	if (v == VERDICT_DEVIATED || v == VERDICT_FAILED)
		json_object_set_new(ret, "status",
			json_pack("{s:i, s:o}", "code", STATUS_CODE_ERROR, "message",
				json_foreign(s->judgement.reason)));
	return ret;
}

static void phase_id(const struct otlp_trace *t, unsigned int phase, char ret[17])
{
	snprintf(ret, 17, "%016llx", (unsigned long long)number(t, 3 + phase));
}

static json_t *phase_json(const struct otlp_trace *t, const struct ids *ids, unsigned int i)
{
	const struct snapshot_phase *p = &t->s->phases[i];
	json_t *attributes = json_array();
	char id[17];

	phase_id(t, i, id);
	put_text(attributes, "jinx.phase", p->name);
	put_text(attributes, "jinx.role", role_names[p->role]);
	put_number(attributes, "jinx.operations", snapshot_count(t->s, METRIC_operations, i));
	put_number(attributes, "jinx.operations.failed", snapshot_count(t->s, METRIC_failed, i));
	return span_json(t, ids,
		&(struct span){id, ids->root, "phase", p->name, p->began_ns, p->ended_ns},
		attributes);
}

static json_t *burst_json(const struct otlp_trace *t, const struct ids *ids, unsigned int i)
{
	const struct burst *b = &t->bursts->all[i];
	const struct snapshot_rule *rule = &t->s->rules[b->rule];
	const struct snapshot_phase *p = &t->s->phases[rule->phase];
	/* The looks around it are up to 100 ms away, in other phases perhaps. */
	uint64_t from_ns = b->from_ns > p->began_ns ? b->from_ns : p->began_ns,
		 to_ns = b->to_ns < p->ended_ns ? b->to_ns : p->ended_ns;
	json_t *attributes = json_array();
	char id[17], parent[17];

	phase_id(t, rule->phase, parent);
	snprintf(id, sizeof(id), "%016llx", (unsigned long long)number(t, 3 + t->s->n_phases + i));
	put_number(attributes, "jinx.rule", b->rule + 1);
	put_text(attributes, "jinx.fault", rule->text);
	put_text(attributes, "jinx.target", t->s->targets[rule->target].name);
	put_number(attributes, "jinx.injected", b->injected);
	return span_json(t, ids,
		&(struct span){id, parent, "burst", rule->text, from_ns,
			to_ns < from_ns ? from_ns : to_ns},
		attributes);
}

static json_t *resource_json(const struct otlp_trace *t)
{
	json_t *attributes = json_array();

	put_text(attributes, "service.name", "jinx");
	put_text(attributes, "service.version", t->version);
	put_text(attributes, "host.name", t->s->host);
	put_text(attributes, "os.type", "linux");
	put_text(attributes, "os.version", t->s->kernel);
	return json_pack("{s:o}", "attributes", attributes);
}

static json_t *spans_json(const struct otlp_trace *t)
{
	json_t *all = json_array();
	struct ids ids;

	choose_ids(t, &ids);
	json_array_append_new(all, root_json(t, &ids));
	for (unsigned int i = 0; i < t->s->n_phases; i++)
		if (t->s->phases[i].reached)
			json_array_append_new(all, phase_json(t, &ids, i));
	for (unsigned int i = 0; i < t->bursts->n; i++)
		json_array_append_new(all, burst_json(t, &ids, i));
	return all;
}

char *otlp_text(const struct otlp_trace *t)
{
	json_t *all = json_pack("{s:[{s:o, s:[{s:{s:s, s:s}, s:o}]}]}", "resourceSpans", "resource",
		resource_json(t), "scopeSpans", "scope", "name", "jinx", "version", t->version,
		"spans", spans_json(t));
	char *ret = all ? json_dumps(all, JSON_COMPACT) : NULL;

	json_decref(all);
	return ret;
}
