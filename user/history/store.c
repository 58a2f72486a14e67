// SPDX-License-Identifier: GPL-2.0
/* The file, and what is added to it. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "history/own.h"

/* Another writer has so long. */
#define PATIENCE_MS 10000
#define VERSION 1
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
#define MAX_LABEL 200

static const char schema[] =
	"begin immediate;"
	"create table runs(n integer primary key autoincrement, id text not null, series text not "
	"null,"
	" name text not null, variant text not null, namespace text not null, started text not "
	"null,"
	" host text not null, kernel text not null, version text not null, seed integer not null,"
	" verdict text not null, reason text not null, unique(id, started));"
	"create table labels(run integer not null references runs(n) on delete cascade,"
	" key text not null, value text not null, primary key(run, key)) without rowid;"
	"create table metrics(run integer not null references runs(n) on delete cascade,"
	" place integer not null, name text not null, value real, dimension integer not null,"
	" better integer not null, primary key(run, name)) without rowid;"
	"create table reports(run integer not null references runs(n) on delete cascade,"
	" format text not null, size integer not null, deflated blob not null,"
	" primary key(run, format));"
	"pragma user_version = 1;"
	"commit;";

int labels_add(struct labels *l, const char *text, struct error *why)
{
	const char *equals = strchr(text, '=');
	struct label *to = &l->all[l->n];

	if (!equals || equals == text || !equals[1] || (size_t)(equals - text) > MAX_LABEL ||
		strlen(equals + 1) > MAX_LABEL || strspn(text, LETTERS) != (size_t)(equals - text))
		return error_set(why, -EINVAL,
			"a label is KEY=VALUE, the key of letters, digits, - _ and ., and neither "
			"of "
			"more than %d, not \"%.40s\"",
			MAX_LABEL, text);
	if (l->n == MAX_LABELS)
		return error_set(why, -EINVAL, "there can't be more than %d labels", MAX_LABELS);
	for (unsigned int i = 0; i < l->n; i++)
		if (strlen(l->all[i].key) == (size_t)(equals - text) &&
			!strncmp(l->all[i].key, text, equals - text))
			return error_set(why, -EINVAL, "label %s is there already", l->all[i].key);
	to->key = strndup(text, equals - text);
	to->value = strdup(equals + 1);
	if (to->key && to->value) {
		l->n++;
		return 0;
	}
	free(to->key);
	free(to->value);
	return error_set(why, -ENOMEM, "out of memory");
}

void labels_free(struct labels *l)
{
	for (unsigned int i = 0; i < l->n; i++) {
		free(l->all[i].key);
		free(l->all[i].value);
	}
	l->n = 0;
}

const char *history_default_path(char *ret, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const struct passwd *user;

	/* The specification wants relative ones ignored. */
	if (state && *state == '/') {
		snprintf(ret, size, "%s/jinx/history.db", state);
		return ret;
	}
	if (!home || *home != '/') {
		user = getpwuid(geteuid());
		home = user ? user->pw_dir : NULL;
	}
	if (!home)
		return NULL;
	snprintf(ret, size, "%s/.local/state/jinx/history.db", home);
	return ret;
}

static int make_folders(const char *path, struct error *why)
{
	_cleanup_free_ char *part = strdup(path);

	for (char *slash = part ? strchr(part + 1, '/') : NULL; slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0700) && errno != EEXIST)
			return error_set(why, -errno, "%s", strerror(errno));
		*slash = '/';
	}
	return part ? 0 : error_set(why, -ENOMEM, "out of memory");
}

static int version_of(sqlite3 *db, int64_t *ret, struct error *why)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	int err = sql_prepare(db, &st, why, "pragma user_version", "");

	err = err ?: sql_step(st, why);
	*ret = err > 0 ? sqlite3_column_int64(st, 0) : 0;
	return err < 0 ? err : 0;
}

static int run_script(sqlite3 *db, const char *script, struct error *why)
{
	return sqlite3_exec(db, script, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_failed(db, why);
}

/* Two may find an empty file at the same time: the second one finds what the first one has made. */
static int make_tables(sqlite3 *db, struct error *why)
{
	int64_t version;
	int err = version_of(db, &version, why);

	if (!err && !version && run_script(db, schema, why)) {
		struct error then;

		(void)sqlite3_exec(db, "rollback", NULL, NULL, NULL); /* there may be nothing to */
		err = version_of(db, &version, &then);
		if (err || !version)
			return -EIO;
	} else if (!err && version > VERSION) {
		err = error_set(
			why, -EINVAL, "it is of a later jinx (format %lld)", (long long)version);
	}
	return err;
}

static int check_tables(sqlite3 *db, struct error *why)
{
	int64_t version;
	int err = version_of(db, &version, why);

	if (!err && version != VERSION)
		err = error_set(why, -EINVAL,
			version ? "it is of another jinx (format %lld)"
				: "it is no history of jinx",
			(long long)version);
	return err;
}

/* The file's name stands before what is wrong with it. */
static int name_file(const char *path, int err, struct error *why)
{
	char message[sizeof(why->message)];

	snprintf(message, sizeof(message), "%s", why->message);
	return error_set(why, err, "%s: %.300s", path, message);
}

/* A pipe would be waited for. One in memory has no file. */
static int check_file(const char *path, bool only_read, struct error *why)
{
	struct stat st;

	if (!strcmp(path, ":memory:"))
		return 0;
	if (stat(path, &st))
		return only_read ? error_set(why, -errno, "%s", strerror(errno)) : 0;
	return S_ISREG(st.st_mode) ? 0 : error_set(why, -EINVAL, "it is no file");
}

/* For its owner alone, whatever the umask is. */
static int open_database(struct history *h, const char *path, bool only_read, struct error *why)
{
	int flags = only_read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	mode_t mask = umask(0077);
	int err = sqlite3_open_v2(path, &h->db, flags, NULL) == SQLITE_OK ? 0
									  : sql_failed(h->db, why);

	if (!err) {
		sqlite3_busy_timeout(h->db, PATIENCE_MS);
		err = only_read ? check_tables(h->db, why) : make_tables(h->db, why);
	}
	umask(mask);
	return err ?: run_script(h->db, "pragma foreign_keys = on", why);
}

int history_open(const char *path, bool only_read, struct history **ret, struct error *why)
{
	struct history *h = calloc(1, sizeof(*h));
	int err;

	*ret = NULL;
	if (!h)
		return error_set(why, -ENOMEM, "out of memory");
	err = check_file(path, only_read, why);
	if (!err && !only_read)
		err = make_folders(path, why);
	if (!err)
		err = open_database(h, path, only_read, why);
	if (!err) {
		*ret = h;
		return 0;
	}
	err = name_file(path, err, why);
	history_close(h);
	return err;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	sqlite3_close(h->db);
	free(h);
}

int add_report(
	struct history *h, int64_t run, const char *format, const char *text, struct error *why)
{
	size_t size = strlen(text);
	uLongf deflated = compressBound(size);
	_cleanup_free_ unsigned char *bytes = malloc(deflated);

	if (!bytes || compress2(bytes, &deflated, (const unsigned char *)text, size, 9) != Z_OK)
		return error_set(why, -ENOMEM, "out of memory");
	return sql_run(h->db, why, "insert into reports values (?, ?, ?, ?)", "itib", run, format,
		(int64_t)size, bytes, (int)deflated);
}

int add_value(
	struct history *h, int64_t run, size_t place, const struct figure *v, struct error *why)
{
	return sql_run(h->db, why, "insert into metrics values (?, ?, ?, ?, ?, ?)", "iitdii", run,
		(int64_t)place, v->name, v->value, (int64_t)v->dimension, (int64_t)v->better);
}

int add_label(struct history *h, int64_t run, const char *key, const char *value, struct error *why)
{
	return sql_run(h->db, why, "insert into labels values (?, ?, ?)", "itt", run, key, value);
}

int add_run(struct history *h, struct run *r, struct error *why)
{
	int err = sql_run(h->db, why,
		"insert into runs(id, series, name, variant, namespace, started, host, kernel, "
		"version, seed, verdict, reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"tttttttttitt", r->id, r->series, r->name, r->variant, r->namespace, r->started,
		r->host, r->kernel, r->version, r->seed, r->verdict, r->reason);

	r->n = sqlite3_last_insert_rowid(h->db);
	return err;
}

static int add_formatted(struct history *h, int64_t run, const struct output_format *f,
	const struct snapshot *s, struct error *why)
{
	_cleanup_free_ char *text = output_text(f, s);
	/* The table has bytes as they came; the others have none that this changes. */
	_cleanup_free_ char *shown = text ? printable_copy(text, "\n\t") : NULL;

	return shown ? add_report(h, run, f->name, shown, why)
		     : error_set(why, -ENOMEM, "out of memory");
}

static int add_all(
	struct history *h, const struct snapshot *s, const struct run_tags *tags, struct error *why)
{
	char started[sizeof(s->started_at) + 1];
	struct run r = {.id = (char *)s->id,
		.series = (char *)(tags->series ?: s->id),
		.name = s->name,
		.variant = (char *)tags->variant,
		.namespace = (char *)tags->namespace,
		.started = started,
		.host = (char *)s->host,
		.kernel = s->kernel,
		.version = (char *)tags->version,
		.seed = (int64_t)s->seed,
		.verdict = (char *)verdict_name(s->judgement.verdict),
		.reason = (char *)s->judgement.reason};
	struct figure values[MAX_VALUES];
	size_t n = values_of(s, values);
	int err;

	snprintf(started, sizeof(started), "%sZ", s->started_at);
	err = add_run(h, &r, why);

	for (size_t i = 0; i < n && !err; i++)
		err = add_value(h, r.n, i, &values[i], why);
	for (unsigned int i = 0; tags->labels && i < tags->labels->n && !err; i++)
		err = add_label(h, r.n, tags->labels->all[i].key, tags->labels->all[i].value, why);
	for (int i = 0; i < NR_OUTPUTS && !err; i++)
		err = add_formatted(h, r.n, &output_formats[i], s, why);
	return err ?: add_formatted(h, r.n, &output_table, s, why);
}

int history_begin(struct history *h, struct error *why)
{
	return run_script(h->db, "begin immediate", why);
}

int history_end(struct history *h, int err, struct error *why)
{
	err = err ?: run_script(h->db, "commit", why);
	if (err)
		(void)sqlite3_exec(
			h->db, "rollback", NULL, NULL, NULL); /* err says what went wrong */
	return err;
}

int history_add(
	struct history *h, const struct snapshot *s, const struct run_tags *tags, struct error *why)
{
	int err = history_begin(h, why);

	return err ?: history_end(h, add_all(h, s, tags, why), why);
}

int64_t history_prune(struct history *h, int64_t last, struct error *why)
{
	int err = sql_run(h->db, why,
		"delete from runs where n not in (select n from runs order by n desc limit ?)", "i",
		last);
	int64_t n = sqlite3_changes(h->db);

	/* Where the disk is full there is no room for it; the file has room again all the same. */
	if (!err)
		(void)run_script(h->db, "vacuum", why);
	return err ?: n;
}
