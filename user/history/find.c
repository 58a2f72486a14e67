// SPDX-License-Identifier: GPL-2.0
/* Runs that are remembered, and what there is of each. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "history/own.h"
#include "report/json.h"

static void run_done(struct run *r)
{
	char *all[] = {r->id, r->series, r->name, r->variant, r->namespace, r->started, r->host,
		r->kernel, r->version, r->verdict, r->reason};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		free(all[i]);
}

void runs_free(struct runs *r)
{
	for (size_t i = 0; i < r->n; i++)
		run_done(&r->all[i]);
	free(r->all);
	*r = (struct runs){};
}

/* In the order of the columns below. */
static int read_run(sqlite3_stmt *st, struct run *ret)
{
	char **texts[] = {&ret->id, &ret->series, &ret->name, &ret->variant, &ret->namespace,
		&ret->started, &ret->host, &ret->kernel, &ret->version, &ret->verdict,
		&ret->reason};
	bool all = true;

	ret->n = sqlite3_column_int64(st, 0);
	ret->seed = sqlite3_column_int64(st, 1);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		all &= (*texts[i] = strdup(sql_text(st, 2 + i))) != NULL;
	return all ? 0 : -ENOMEM;
}

static bool has_label(struct history *h, int64_t run, const struct label *l)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	struct error why;

	return !sql_prepare(h->db, &st, &why,
		       "select 1 from labels where run = ? and key = ? and value = ?", "itt", run,
		       l->key, l->value) &&
	       sql_step(st, &why) > 0;
}

static bool has_labels(struct history *h, int64_t run, const struct labels *all)
{
	for (unsigned int i = 0; all && i < all->n; i++)
		if (!has_label(h, run, &all->all[i]))
			return false;
	return true;
}

static int take(sqlite3_stmt *st, struct runs *ret)
{
	struct run *all = realloc(ret->all, (ret->n + 1) * sizeof(*all));

	if (!all)
		return -ENOMEM;
	ret->all = all;
	all[ret->n] = (struct run){};
	return read_run(st, &all[ret->n++]);
}

static void reverse(struct runs *r)
{
	for (size_t i = 0; i < r->n / 2; i++) {
		struct run other = r->all[i];

		r->all[i] = r->all[r->n - 1 - i];
		r->all[r->n - 1 - i] = other;
	}
}

int history_find(struct history *h, const struct run_filter *f, struct runs *ret, struct error *why)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	int more, err = sql_prepare(h->db, &st, why,
			  "select n, seed, id, series, name, variant, namespace, started, host, "
			  "kernel, version, "
			  "verdict, reason from runs where (?1 is null or name = ?1) and (?2 is "
			  "null or variant = "
			  "?2) and (?3 is null or namespace = ?3) and (?4 is null or id = ?4) and "
			  "(?5 is null or "
			  "series = ?5) and (?6 = 0 or n < ?6) order by n desc",
			  "ttttti", f->name, f->variant, f->namespace, f->id, f->series, f->before);

	*ret = (struct runs){};
	while (!err && (!f->last || (int64_t)ret->n < f->last) && (more = sql_step(st, why))) {
		if (more < 0)
			err = more;
		else if (has_labels(h, sqlite3_column_int64(st, 0), f->labels) && take(st, ret))
			err = error_set(why, -ENOMEM, "out of memory");
	}
	if (err)
		runs_free(ret);
	reverse(ret);
	return err;
}

/* All runs of a series are one thing. */
static int find_series(struct history *h, const struct run_filter *within, const char *series,
	struct runs *ret, struct error *why)
{
	struct run_filter f = *within;

	f.series = series;
	return history_find(h, &f, ret, why);
}

/* The last series but so many. */
static int find_last(struct history *h, const struct run_filter *within, unsigned long back,
	struct runs *ret, struct error *why)
{
	const char *series = NULL;
	struct runs all;
	int err = history_find(h, within, &all, why);

	for (size_t i = all.n; !err && i-- > 0;) {
		if (i + 1 < all.n && !strcmp(all.all[i].series, all.all[i + 1].series))
			continue;
		series = all.all[i].series;
		if (!back--)
			break;
		series = NULL;
	}
	if (!err && series)
		err = find_series(h, within, series, ret, why);
	runs_free(&all);
	return err;
}

static bool is_last(const char *text, unsigned long *ret_back)
{
	char *end;

	*ret_back = 0;
	if (!strcmp(text, "last"))
		return true;
	if (strncmp(text, "last~", 5) || !isdigit((unsigned char)text[5]))
		return false;
	*ret_back = strtoul(text + 5, &end, 10);
	return !*end;
}

static int find_labelled(struct history *h, const char *text, const struct run_filter *within,
	struct runs *ret, struct error *why)
{
	struct run_filter f = *within;
	struct labels own = {};
	int err = labels_add(&own, text, why);

	f.labels = &own;
	err = err ?: history_find(h, &f, ret, why);
	labels_free(&own);
	return err;
}

/* An id is short, and the latest run with it is meant. */
static int find_id(struct history *h, const char *id, const struct run_filter *within,
	struct runs *ret, struct error *why)
{
	struct run_filter f = *within;
	struct runs one;
	int err;

	f.id = id;
	f.last = 1;
	err = history_find(h, &f, &one, why);
	if (!err && one.n)
		err = find_series(h, within, one.all[0].series, ret, why);
	runs_free(&one);
	return err;
}

int history_select(struct history *h, const char *text, const struct run_filter *within,
	struct runs *ret, struct error *why)
{
	unsigned long back;
	int err;

	*ret = (struct runs){};
	if (strchr(text, '='))
		err = find_labelled(h, text, within, ret, why);
	else if (is_last(text, &back))
		err = find_last(h, within, back, ret, why);
	else
		err = find_id(h, text, within, ret, why);
	if (!err && !ret->n)
		err = error_set(
			why, -ENOENT, "there is no run \"%.60s\" (jinx history lists them)", text);
	return err;
}

bool history_value(struct history *h, int64_t run, const char *name, struct figure *ret)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	struct error why;

	if (sql_prepare(h->db, &st, &why,
		    "select value, dimension, better from metrics where run = ? and name = ?", "it",
		    run, name) ||
		sql_step(st, &why) <= 0)
		return false;
	*ret = (struct figure){name, sqlite3_column_double(st, 0), sqlite3_column_int(st, 1),
		sqlite3_column_int(st, 2)};
	return true;
}

static int add_name(const char *name, char ***all, size_t *n)
{
	char **more;

	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*all)[i], name))
			return 0;
	more = realloc(*all, (*n + 1) * sizeof(**all));
	if (!more)
		return -ENOMEM;
	*all = more;
	more[*n] = strdup(name);
	return more[*n] ? (++*n, 0) : -ENOMEM;
}

int history_value_names(
	struct history *h, const struct runs *r, char ***ret, size_t *ret_n, struct error *why)
{
	int err = 0, more;

	*ret = NULL;
	*ret_n = 0;
	for (size_t i = 0; i < r->n && !err; i++) {
		_cleanup_statement_ sqlite3_stmt *st = NULL;

		err = sql_prepare(h->db, &st, why,
			"select name from metrics where run = ? order by place", "i", r->all[i].n);
		while (!err && (more = sql_step(st, why))) {
			if (more < 0)
				err = more;
			else if (add_name(sql_text(st, 0), ret, ret_n))
				err = error_set(why, -ENOMEM, "out of memory");
		}
	}
	return err;
}

char *history_report(struct history *h, int64_t run, const char *format)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	struct error why;
	uLongf size;
	char *text;

	if (sql_prepare(h->db, &st, &why,
		    "select size, deflated from reports where run = ? and format = ?", "it", run,
		    format) ||
		sql_step(st, &why) <= 0)
		return NULL;
	size = sqlite3_column_int64(st, 0);
	text = size < UINT32_MAX ? malloc(size + 1) : NULL;
	if (!text || uncompress((unsigned char *)text, &size, sqlite3_column_blob(st, 1),
			     sqlite3_column_bytes(st, 1)) != Z_OK) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}

json_t *history_labels(struct history *h, int64_t run)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	json_t *all = json_object();
	struct error why;

	if (sql_prepare(h->db, &st, &why,
		    "select key, value from labels where run = ? order by key", "i", run))
		return all;
	while (sql_step(st, &why) > 0)
		json_object_set_new(all, sql_text(st, 0), json_foreign(sql_text(st, 1)));
	return all;
}
