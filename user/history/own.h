/* SPDX-License-Identifier: GPL-2.0 */
/* The history's own: store.c writes, find.c and transfer.c read. */
#ifndef JINX_HISTORY_OWN_H
#define JINX_HISTORY_OWN_H

#include "history/history.h"
#include "history/sql.h"

struct history {
	sqlite3 *db;
};

/* All of what is written from one to the other is there, or nothing. */
int history_begin(struct history *h, struct error *why);
int history_end(struct history *h, int err, struct error *why);

/* r->n is set. */
int add_run(struct history *h, struct run *r, struct error *why);
int add_label(
	struct history *h, int64_t run, const char *key, const char *value, struct error *why);
int add_value(
	struct history *h, int64_t run, size_t place, const struct figure *v, struct error *why);
int add_report(
	struct history *h, int64_t run, const char *format, const char *text, struct error *why);

#endif
