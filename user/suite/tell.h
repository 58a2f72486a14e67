/* SPDX-License-Identifier: GPL-2.0 */
#ifndef JINX_TELL_H
#define JINX_TELL_H

#include "suite/item.h"

/* An item has ended: a line. */
void tell_end(const struct items *items, const struct item *it, FILE *to);
/* Which ones are under way: a line on standard error, if that is a terminal. NULL clears it. */
void tell_progress(const struct items *items);
/* At the end: how many of each category came to what, and which are unsupported and why. */
void tell_all(const struct items *items, FILE *to);
/* The combinations of one scenario beside each other: what its expectations came to. */
void tell_matrix(const struct items *items, FILE *to);
/* A JUnit file: a suite an item, a case an expectation, and one for the whole; with `prove` that
 * alone. 0 or -errno. */
int tell_junit(const struct items *items, bool prove, FILE *to);
/* The reports of all, in a list. 0 or -errno. */
int tell_json(const struct items *items, FILE *to);

#endif
