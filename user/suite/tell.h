/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_TELL_H
#define JINX_TELL_H

#include "suite/item.h"

/* "databases/redis-slow [delay=1s]", fit for a terminal. Returns ret. */
const char *tell_name(const struct item *it, char *ret, size_t size);
/* An item has ended: a line. */
void tell_end(const struct items *items, const struct item *it, FILE *to);
/* Which ones are under way: a line on standard error, if that is a terminal. NULL clears it. */
void tell_progress(const struct items *items);
/* At the end: how many of each category came to what, and which are unsupported and why. */
void tell_all(const struct items *items, FILE *to);
/* At the end of a gameday: each with its verdict, and why it went no further (NULL: it did). */
void tell_gameday(const struct items *items, const char *name, const char *stopped, FILE *to);
/*
 * At the end: operations, success, latency, throughput and recovery by phase, of those with the tag
 * benchmark, or with `of_all` of all that have a workload. Nothing if there is none.
 */
void tell_figures(const struct items *items, bool of_all, FILE *to);
/* The combinations of one scenario beside each other: what its expectations came to. */
void tell_matrix(const struct items *items, FILE *to);
/* A JUnit file: a suite an item, a case an expectation, and one for the whole; with `prove` that
 * alone. 0 or -errno. */
int tell_junit(const struct items *items, bool prove, FILE *to);
/* The reports of all, in a list. 0 or -errno. */
int tell_json(const struct items *items, FILE *to);

#endif
