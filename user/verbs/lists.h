/* SPDX-License-Identifier: GPL-2.0 */
/* What `jinx list` prints, and what is made of the same rows. */
#ifndef JINX_LISTS_H
#define JINX_LISTS_H

#include <stdio.h>

#include <jansson.h>

#include "base/error.h"

/* The keys of rows that tables show, in their order. */
#define MAX_COLUMNS 5
struct columns {
	const char *keys[MAX_COLUMNS];
};

/* The names of the lists, with | between them and in two lines, added to a text. */
void list_names(char *ret, size_t size);

/* Those that are no places in code, by a pattern of the shell. The caller's. (list_points.c) */
json_t *calls_matching(const char *pattern);

/*
 * The points that there are of a kind, "user:FILE:PATTERN", "kernel:PATTERN" and the like, or of
 * system calls, "open*": an array that is the caller's, and what a table shows of it. 0, or with
 * the reason -EINVAL: the pattern says nothing; -ENOENT: there are none; or another -errno.
 * (list_points.c)
 */
int points_matching(
	const char *pattern, json_t **ret, const struct columns **ret_columns, struct error *why);

/* The JSON Schema (draft 7) of scenarios. The caller's. */
json_t *schema_make(void);
json_t *gameday_schema_make(void);

/* docs/keys.md: all keys and options in tables. */
void reference_print(FILE *to);

/* jinx(1) and jinx-scenario(5), and completion for bash and zsh. */
void manual_print(FILE *to);
void scenario_manual_print(FILE *to);
void completion_print(FILE *to);
void zsh_completion_print(FILE *to);

#endif
