/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs that have ended, in an SQLite file: what they came to, the numbers that they are compared
 * by, and their reports as they were. Several may write at a time; what was being written when its
 * writer died isn't there.
 */
#ifndef JINX_HISTORY_H
#define JINX_HISTORY_H

#include <jansson.h>

#include "base/error.h"
#include "history/values.h"
#include "output/output.h"

#define MAX_LABELS 16

/* "release=1.4": what a run is told apart by. */
struct label {
	char *key, *value;
};

struct labels {
	struct label all[MAX_LABELS];
	unsigned int n;
};

/* Adds KEY=VALUE. 0 or -EINVAL with why->message. */
int labels_add(struct labels *l, const char *text, struct error *why);
void labels_free(struct labels *l);

/* What the snapshot doesn't know of a run. */
struct run_tags {
	const char *variant; /* "delay=100ms": of a matrix; "" */
	const char *series;  /* the runs of one --repeat have the same; NULL: it is the only one */
	const char *namespace; /* whose histories are kept apart */
	const struct labels *labels;
	const char *version; /* jinx's */
};

struct history;

/*
 * Opens the file, and makes it and its folders unless `only_read`. 0 or -errno with why->message;
 * -ENOENT: there is none.
 */
int history_open(const char *path, bool only_read, struct history **ret, struct error *why);
void history_close(struct history *h);

/* Where it is when nobody says: below $XDG_STATE_HOME or ~/.local/state. Returns ret; NULL: no
 * home. */
const char *history_default_path(char *ret, size_t size);

/* Remembers a run. 0 or -errno with why->message. */
int history_add(struct history *h, const struct snapshot *s, const struct run_tags *tags,
	struct error *why);

/* Earlier runs of the same scenario and variant, and then this one. NULL: there were none. The
 * caller's.
 */
struct trend *history_trend(
	struct history *h, const struct snapshot *s, const struct run_tags *tags);

/* A run that is remembered. */
struct run {
	int64_t n; /* counts them; the later the larger */
	char *id, *series, *name, *variant, *namespace, *started, *host, *kernel, *version,
		*verdict, *reason;
	int64_t seed;
};

struct runs {
	struct run *all;
	size_t n;
};

/* Which ones; NULL and zero: whatever it is. */
struct run_filter {
	const char *name, *variant, *namespace, *id, *series;
	const struct labels *labels; /* all of them */
	int64_t before;		     /* older than this one */
	int64_t last;		     /* so many at most, the latest */
};

/* Oldest first. 0 or -errno with why->message; *ret is the caller's, for runs_free(). */
int history_find(
	struct history *h, const struct run_filter *f, struct runs *ret, struct error *why);
void runs_free(struct runs *r);

/*
 * Runs as the command line names them: the id of one, which means its whole series; "last",
 * "last~2": the last series but two; KEY=VALUE: all with that label. The filter narrows what it is
 * looked for in. None is -ENOENT.
 */
int history_select(struct history *h, const char *text, const struct run_filter *within,
	struct runs *ret, struct error *why);

/* A value of a run by name. False: it has none. */
bool history_value(struct history *h, int64_t run, const char *name, struct figure *ret);

/* The names of all values of runs, in the order in which they were remembered. The caller's array.
 */
int history_value_names(
	struct history *h, const struct runs *r, char ***ret, size_t *ret_n, struct error *why);

/* A report as it was, by its format's name ("html"). NULL: there is none. The caller's. */
char *history_report(struct history *h, int64_t run, const char *format);

/* Forgets all but the last runs. How many it has forgotten, or -errno with why->message. */
int64_t history_prune(struct history *h, int64_t last, struct error *why);

/* Labels as JSON. The caller's. */
json_t *history_labels(struct history *h, int64_t run);

/* Runs with all that there is of them, for another history. NULL with why->message. */
json_t *history_export(struct history *h, const struct runs *r, struct error *why);
/* Takes over what it does not have. The number of runs, or -errno with why->message. */
int history_import(struct history *h, const json_t *from, struct error *why);

#endif
