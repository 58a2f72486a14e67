// SPDX-License-Identifier: GPL-2.0
#include "history/sql.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>

int sql_failed(sqlite3 *db, struct error *why)
{
	int code = sqlite3_errcode(db), err;

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		err = -ENOMEM;
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err = -EBUSY;
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		err = -EACCES;
		break;
	case SQLITE_FULL:
		err = -ENOSPC;
		break;
	default:
		err = -EIO;
	}
	return error_set(why, err, "%s", sqlite3_errmsg(db));
}

static int bind_one(sqlite3_stmt *st, int i, char type, va_list *args)
{
	const void *bytes;

	switch (type) {
	case 't':
		return sqlite3_bind_text(st, i, va_arg(*args, const char *), -1, SQLITE_TRANSIENT);
	case 'i':
		return sqlite3_bind_int64(st, i, va_arg(*args, int64_t));
	case 'd':
		return sqlite3_bind_double(st, i, va_arg(*args, double));
	case 'b':
		bytes = va_arg(*args, const void *);
		return sqlite3_bind_blob(st, i, bytes, va_arg(*args, int), SQLITE_TRANSIENT);
	default:
		return SQLITE_MISUSE;
	}
}

static int prepare(sqlite3 *db, sqlite3_stmt **ret, struct error *why, const char *sql,
	const char *types, va_list *args)
{
	int code = sqlite3_prepare_v2(db, sql, -1, ret, NULL), i = 0;

	for (; *types && code == SQLITE_OK; types++)
		code = bind_one(*ret, ++i, *types, args);
	if (code == SQLITE_OK)
		return 0;
	sqlite3_finalize(*ret); /* of NULL: nothing */
	*ret = NULL;
	return sql_failed(db, why);
}

int sql_prepare(
	sqlite3 *db, sqlite3_stmt **ret, struct error *why, const char *sql, const char *types, ...)
{
	va_list args;
	int err;

	va_start(args, types);
	err = prepare(db, ret, why, sql, types, &args);
	va_end(args);
	return err;
}

int sql_step(sqlite3_stmt *st, struct error *why)
{
	int code = sqlite3_step(st);

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : sql_failed(sqlite3_db_handle(st), why);
}

int sql_run(sqlite3 *db, struct error *why, const char *sql, const char *types, ...)
{
	_cleanup_statement_ sqlite3_stmt *st = NULL;
	va_list args;
	int err;

	va_start(args, types);
	err = prepare(db, &st, why, sql, types, &args);
	va_end(args);
	err = err ?: sql_step(st, why);
	return err < 0 ? err : 0;
}

const char *sql_text(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column) ?: "";
}
