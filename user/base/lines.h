/* SPDX-License-Identifier: GPL-2.0 */
/* Text that comes in pieces, by lines. */
#ifndef JINX_LINES_H
#define JINX_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A longer line is cut there, and its rest is the next one. */
#define MAX_LINE 4096

struct lines {
	size_t n;
	char text[MAX_LINE];
};

typedef void (*line_function)(const char *line, size_t size, void *context);

/* Calls f for each line that is whole by now; \r ends one too, and empty ones are left out. */
void lines_take(struct lines *l, const char *text, size_t size, line_function f, void *context);
/* What is left at the end is a line. */
void lines_end(struct lines *l, line_function f, void *context);

#endif
