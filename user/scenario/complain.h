/* SPDX-License-Identifier: GPL-2.0 */
/* Messages about what a user wrote. */
#ifndef JINX_COMPLAIN_H
#define JINX_COMPLAIN_H

#include "scenario/scenario.h"

/* Takes a complaint up, if there is one, and empties it. */
void complaints_add(struct complaints *all, struct error *why);

/* By their places in the file. Returns -EINVAL if there are any, else 0. */
int complaints_sort(struct complaints *all);

/* Fills the message and returns -EINVAL. */
int complain(struct error *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with what was probably meant: `; did you mean "openat"?` where a word is near. */
int complain_unknown(
	struct error *why, const char *what, const char *word, const char *const *words, size_t n);

/*
 * What the user wrote, printable() and cut after 60 bytes. Of the last four results each stays
 * valid.
 */
const char *quoted(const char *text);

/* network.c: each node that is named is there. 0 or -EINVAL with *why. */
int validate_nodes(const struct scenario *s, struct error *why);

/* workloads.c, probes.c, logs.c: what holds wherever a scenario comes from. */
int validate_outside(const struct scenario *s, struct error *why);

#endif
