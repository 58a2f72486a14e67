/* SPDX-License-Identifier: GPL-2.0 */
/* Text from outside: names of files, of processes and of cgroups are bytes of somebody's choice. */
#ifndef JINX_TEXT_H
#define JINX_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Copies text as it may be shown on a terminal and stand in JSON: control characters, except those
 * in `keep`, and bytes that are not UTF-8 become \xNN. Cut at a whole character where `size` bytes
 * are not enough. Returns the length.
 */
size_t printable(const char *text, const char *keep, char *ret, size_t size);

/* The same, never cut, to be freed. NULL: out of memory. */
char *printable_copy(const char *text, const char *keep);

/* Adds to a text in a buffer of `size` bytes, cut where there is no more room. */
void text_append(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Prints text in lines of at most `width` columns, of which the first begins at `column` and the
 * others at `indent`; and a newline.
 */
void text_wrap(const char *text, size_t column, size_t indent, size_t width, FILE *to);

/* Of a terminal, in columns; of anything else $COLUMNS, or 0. */
unsigned int terminal_width(int fd);

/* Reads $TERM, which a run takes out of its environment. */
void terminal_learn(void);

/* A terminal on which lines can be drawn anew: not one of which $TERM says that it is dumb. */
bool terminal_redraws(int fd);

/* "1 rule", "2 rules". Of the last four results each stays valid. */
const char *plural(unsigned long long n, const char *one);

#endif
