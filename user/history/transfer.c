// SPDX-License-Identifier: GPL-2.0
/* Runs from one history to another, as JSON. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "history/own.h"
#include "report/json.h"

#define FORMAT "jinx_history"

/* JSON has no infinite numbers. */
static json_t *number(double v)
{
	return isfinite(v) ? json_real(v) : json_string(v > 0 ? "inf" : "-inf");
}

static bool read_number(const json_t *from, double *ret)
{
	const char *text = json_string_value(from);

	if (text && (!strcmp(text, "inf") || !strcmp(text, "-inf")))
		*ret = *text == '-' ? -INFINITY : INFINITY;
	else
		*ret = json_number_value(from);
	return text ? isinf(*ret) : json_is_number(from);
}

static json_t *values_json(struct history *h, int64_t run, struct error *why)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	json_t *all = json_array();
	int more, err = sql_prepare(h->db, &st, why,
			  "select name, value, dimension, better from metrics where run = ? order "
			  "by place",
			  "i", run);

	while (!err && (more = sql_step(st, why))) {
		if (more < 0)
			err = more;
		else
			json_array_append_new(all, json_pack("{s:o, s:o, s:i, s:i}", "name",
							   json_foreign(sql_text(st, 0)), "value",
							   number(sqlite3_column_double(st, 1)),
							   "dimension", sqlite3_column_int(st, 2),
							   "better", sqlite3_column_int(st, 3)));
	}
	return all;
}

static json_t *reports_json(struct history *h, int64_t run, struct error *why)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	json_t *all = json_object();

	if (sql_prepare(h->db, &st, why, "select format from reports where run = ?", "i", run))
		return all;
	while (sql_step(st, why) > 0) {
		_cleanup_free_ char *text = history_report(h, run, sql_text(st, 0));

		if (text)
			json_object_set_new(all, sql_text(st, 0), json_string(text));
	}
	return all;
}

json_t *history_export(struct history *h, const struct runs *r, struct error *why)
{
	json_t *all = json_array();

	why->message[0] = '\0';
	for (size_t i = 0; i < r->n; i++) {
		const struct run *run = &r->all[i];
		json_t *one = json_pack(
			"{s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:s, s:s, s:I, s:s, s:o}", "id",
			run->id, "series", run->series, "name", json_foreign(run->name), "variant",
			json_foreign(run->variant), "namespace", json_foreign(run->namespace),
			"started", run->started, "host", json_foreign(run->host), "kernel",
			run->kernel, "version", run->version, "seed", (json_int_t)run->seed,
			"verdict", run->verdict, "reason", json_foreign(run->reason));

		json_object_set_new(one, "labels", history_labels(h, run->n));
		json_object_set_new(one, "values", values_json(h, run->n, why));
		json_object_set_new(one, "reports", reports_json(h, run->n, why));
		json_array_append_new(all, one);
	}
	if (!why->message[0])
		return json_pack("{s:i, s:o}", FORMAT, 1, "runs", all);
	json_decref(all);
	return NULL;
}

static const char *text_of(const json_t *from, const char *key)
{
	return json_string_value(json_object_get(from, key));
}

static bool is_there(struct history *h, const struct run *r)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	struct error why;

	return !sql_prepare(h->db, &st, &why, "select 1 from runs where id = ? and started = ?",
		       "tt", r->id, r->started) &&
	       sql_step(st, &why) > 0;
}

static int import_values(struct history *h, int64_t run, const json_t *from, struct error *why)
{
	const json_t *v;
	size_t i;
	int err = 0;

	json_array_foreach(from, i, v)
	{
		struct figure value = {.name = text_of(v, "name"),
			.dimension = json_integer_value(json_object_get(v, "dimension")),
			.better = json_integer_value(json_object_get(v, "better"))};

		if (!value.name || !read_number(json_object_get(v, "value"), &value.value) ||
			value.dimension > DIMENSION_RATE)
			return error_set(why, -EINVAL, "value %zu is none", i + 1);
		err = err ?: add_value(h, run, i, &value, why);
	}
	return err;
}

static int import_parts(struct history *h, int64_t run, const json_t *from, struct error *why)
{
	int err = import_values(h, run, json_object_get(from, "values"), why);
	const char *key;
	json_t *value;

	json_object_foreach(json_object_get(from, "labels"), key,
		value) if (!err && json_is_string(value)) err =
		add_label(h, run, key, json_string_value(value), why);
	json_object_foreach(json_object_get(from, "reports"), key,
		value) if (!err && json_is_string(value)) err =
		add_report(h, run, key, json_string_value(value), why);
	return err;
}

/* 1: it is new; 0: it was there. */
static int import_run(struct history *h, const json_t *from, struct error *why)
{
	char message[sizeof(why->message)];
	struct run r = {.seed = json_integer_value(json_object_get(from, "seed"))};
	const struct {
		const char *key;
		char **to;
	} texts[] = {{"id", &r.id}, {"series", &r.series}, {"name", &r.name},
		{"variant", &r.variant}, {"namespace", &r.namespace}, {"started", &r.started},
		{"host", &r.host}, {"kernel", &r.kernel}, {"version", &r.version},
		{"verdict", &r.verdict}, {"reason", &r.reason}};
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		*texts[i].to = (char *)text_of(from, texts[i].key); /* it is only read */
		if (!*texts[i].to)
			return error_set(why, -EINVAL, "a run has no \"%s\"", texts[i].key);
	}
	if (!*r.id || strlen(r.id) >= 8 || r.id[strspn(r.id, "0123456789abcdef")])
		return error_set(why, -EINVAL, "a run's id is none: \"%.20s\"", r.id);
	if (is_there(h, &r))
		return 0;
	err = add_run(h, &r, why);
	err = err ?: import_parts(h, r.n, from, why);
	if (!err)
		return 1;
	snprintf(message, sizeof(message), "%s", why->message);
	return error_set(why, err, "run %s: %.400s", r.id, message);
}

int history_import(struct history *h, const json_t *from, struct error *why)
{
	const json_t *runs = json_object_get(from, "runs"), *one;
	int n = 0, err;
	size_t i;

	if (json_integer_value(json_object_get(from, FORMAT)) != 1 || !json_is_array(runs))
		return error_set(why, -EINVAL, "it is no exported history");
	err = history_begin(h, why);
	if (err)
		return err;
	json_array_foreach(runs, i, one)
	{
		err = import_run(h, one, why);
		if (err < 0)
			break;
		n += err;
	}
	err = history_end(h, err < 0 ? err : 0, why);
	return err ?: n;
}
