// SPDX-License-Identifier: GPL-2.0
#include "scenario/complain.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/names.h"

#define LONGEST_WORD 64

int complain(struct error *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	verror_set(why, -EINVAL, format, args);
	va_end(args);
	return -EINVAL;
}

/* As several faults of a preset may have it. */
static bool was_said(const struct complaints *all, const struct error *why)
{
	for (unsigned int i = 0; i < all->n; i++)
		if (all->all[i].place.line == why->place.line &&
			all->all[i].place.column == why->place.column &&
			!strcmp(all->all[i].message, why->message))
			return true;
	return false;
}

void complaints_add(struct complaints *all, struct error *why)
{
	if (!*why->message)
		return;
	if (was_said(all, why))
		;
	else if (all->n < MAX_COMPLAINTS)
		all->all[all->n++] = *why;
	else
		all->left++;
	*why = (struct error){};
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = &((const struct error *)a)->place,
			   *y = &((const struct error *)b)->place;

	return x->line != y->line      ? (x->line < y->line ? -1 : 1)
	       : x->column < y->column ? -1
				       : x->column > y->column;
}

int complaints_sort(struct complaints *all)
{
	qsort(all->all, all->n, sizeof(all->all[0]), by_place);
	return all->n ? -EINVAL : 0;
}

const char *quoted(const char *text)
{
	static char results[4][72];
	static unsigned int next;
	char *out = results[next++ % 4], all[256];
	size_t n = printable(text, "", out, 61);

	if (printable(text, "", all, sizeof(all)) > n)
		memcpy(out + n, "...", sizeof("..."));
	return out;
}

int complain_unknown(
	struct error *why, const char *what, const char *word, const char *const *words, size_t n)
{
	const char *near = nearest(word, words, n);

	if (near)
		return complain(
			why, "unknown %s \"%s\"; did you mean \"%s\"?", what, quoted(word), near);
	return complain(why, "unknown %s \"%s\"", what, quoted(word));
}

static unsigned int smallest(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int least = a < b ? a : b;

	return least < c ? least : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Damerau-Levenshtein, the restricted form: two letters exchanged count as one mistake.
 * Case is none, so that "eio" is met with "EIO".
 */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int rows[3][LONGEST_WORD + 1], n = strlen(a), m = strlen(b);

	if (n > LONGEST_WORD || m > LONGEST_WORD)
		return UINT_MAX; /* near to nothing */
	for (unsigned int j = 0; j <= m; j++)
		rows[0][j] = j;
	for (unsigned int i = 1; i <= n; i++) {
		unsigned int *row = rows[i % 3], *last = rows[(i + 2) % 3],
			     *before = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned int j = 1; j <= m; j++) {
			row[j] = smallest(last[j] + 1, row[j - 1] + 1,
				last[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
				same(a[i - 2], b[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return rows[n % 3][m];
}

const char *nearest(const char *word, const char *const *words, size_t n)
{
	unsigned int best = (strlen(word) + 2) / 3 + 1;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned int d = distance(word, words[i]);

		if (d < best) {
			best = d;
			found = words[i];
		}
	}
	return found;
}
