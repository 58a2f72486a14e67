/* SPDX-License-Identifier: GPL-2.0 */
/* Command lines of the quick verbs, as tests read them. */
#ifndef QUICK_LINES_H
#define QUICK_LINES_H

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "scenario/names.h"
#include "verbs/verbs.h"

#define MAX_WORDS 48

#define TARGET "--for 1s --cgroup /a"
#define FAIL "fail read --errno EIO " TARGET

static struct call call;
static struct verb verb;
static struct error why;

/* Reads a command line of words with single spaces; a word in '' may have some. */
static int read_line(const char *line)
{
	static char text[500];
	char *words[MAX_WORDS], *p = text;
	int n = 0;

	scenario_free(call.made.s);
	memset(&call, 0, sizeof(call));
	memset(&why, 0, sizeof(why));
	snprintf(text, sizeof(text), "%s", line);
	while (p && *p) {
		bool in_quotes = *p == '\'';

		words[n++] = p += in_quotes;
		p = strchr(p, in_quotes ? '\'' : ' ');
		if (p)
			*p++ = '\0';
		if (p && in_quotes && *p)
			p++;
		assert_true(n < MAX_WORDS);
	}
	words[n] = NULL;
	assert_true(verb_find(words[0], &verb));
	call.verb = &verb;
	options_init(&call.o, &verb, 1);
	return quick_read(&call, n, words, &why);
}

#endif
