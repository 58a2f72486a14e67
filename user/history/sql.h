/* SPDX-License-Identifier: GPL-2.0 */
/* SQLite, as the history uses it. */
#ifndef JINX_SQL_H
#define JINX_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Prepares a statement and binds what it has `?` for: `types` has a letter each, t: text (NULL:
 * null), i: int64_t, d: double, b: bytes and their number (const void *, int). 0 or -errno with
 * why->message.
 */
int sql_prepare(sqlite3 *db, sqlite3_stmt **ret, struct error *why, const char *sql,
	const char *types, ...);

/* One that gives no rows. 0 or -errno with why->message. */
int sql_run(sqlite3 *db, struct error *why, const char *sql, const char *types, ...);

/* The next row. 1; 0: there is none; -errno with why->message. */
int sql_step(sqlite3_stmt *st, struct error *why);

/* "" where it is null. Valid until the next step. */
const char *sql_text(sqlite3_stmt *st, int column);

/* -errno for what the database says of its last call. */
int sql_failed(sqlite3 *db, struct error *why);

static inline void sql_finalize(sqlite3_stmt **st)
{
	sqlite3_finalize(*st); /* which says again what the last step said */
}
#define _cleanup_statement_ __attribute__((cleanup(sql_finalize)))

#endif
