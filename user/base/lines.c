// SPDX-License-Identifier: GPL-2.0
#include "base/lines.h"

void lines_end(struct lines *l, line_function f, void *context)
{
	size_t n = l->n;

	l->n = 0;
	if (n)
		f(l->text, n, context);
}

void lines_take(struct lines *l, const char *text, size_t size, line_function f, void *context)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n' || text[i] == '\r') {
			lines_end(l, f, context);
			continue;
		}
		l->text[l->n++] = text[i];
		if (l->n == MAX_LINE)
			lines_end(l, f, context);
	}
}
