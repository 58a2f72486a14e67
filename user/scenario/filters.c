// SPDX-License-Identifier: GPL-2.0
/* The values of where: which calls and packets a rule means. */
#include "scenario/filters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

int filter_full(struct error *why, const char *what)
{
	return complain(why, "more than %d values of \"%s\"", MAX_FILTERS, what);
}

int parse_fd_kind(const char *text, struct where *w, struct error *why)
{
	for (int i = 0; i < NR_FD_KINDS; i++) {
		if (strcmp(text, fd_kind_names[i]))
			continue;
		w->filter.asks |= FILTER_FD;
		w->fd_kinds |= 1u << i;
		return 0;
	}
	return complain_unknown(why, "kind of descriptor", text, fd_kind_names, NR_FD_KINDS);
}

int parse_thread(const char *text, struct where *w, struct error *why)
{
	static const char *const words[] = {"main", "other"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(text, words[i]))
			continue;
		w->filter.asks |= FILTER_THREAD;
		w->filter.thread |= THREAD_MAIN + i;
		return 0;
	}
	return complain_unknown(why, "kind of thread", text, words, ARRAY_SIZE(words));
}

/* Decimal, or hexadecimal with 0x. */
static bool read_value(const char *text, uint64_t *ret)
{
	char *end;

	if (strncmp(text, "0x", 2))
		return whole_number(text, ret);
	if (!text[2] || text[2] == '-' || text[2] == '+')
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 16);
	return !errno && !*end;
}

int parse_argument(unsigned int argument, const char *text, struct where *w, struct error *why)
{
	/* Longer ones before their beginnings. */
	static const struct {
		const char *sign;
		enum comparison comparison;
	} signs[] = {{"==", IS_EQUAL}, {"!=", IS_NOT}, {"<=", IS_AT_MOST}, {">=", IS_AT_LEAST},
		{"<", IS_LESS}, {">", IS_MORE}, {"&", HAS_BITS}, {"", IS_EQUAL}};
	struct argument_test t = {.argument = argument};
	uint64_t value = 0;

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t length = strlen(signs[i].sign);

		if (strncmp(text, signs[i].sign, length))
			continue;
		t.comparison = signs[i].comparison;
		if (read_value(text + length + strspn(text + length, " "), &value))
			break;
		return complain(
			why, "\"%s\": expected a number (>= 4096, 0x80, & 0x400)", quoted(text));
	}
	if (w->filter.n_arguments == MAX_FILTERS)
		return filter_full(why, "arg");
	t.value = value;
	w->filter.asks |= FILTER_ARGUMENT;
	w->filter.arguments[w->filter.n_arguments++] = t;
	return 0;
}

int parse_stack(const char *text, struct where *w, struct error *why)
{
	struct stack_spec *s = &w->stacks[w->n_stacks];
	const char *colon = *text == '/' ? strrchr(text, ':') : NULL;
	const char *symbol = colon ? colon + 1 : text;

	if (w->n_stacks == MAX_FILTERS)
		return filter_full(why, "stack");
	if (!*symbol || strchr(symbol, '/') || strchr(symbol, ':') ||
		(!colon && !strcmp(symbol, "*")))
		return complain(why,
			"\"%s\" is no function: /program/or/library:function, or a function of "
			"the kernel",
			quoted(text));
	w->n_stacks++;
	w->filter.asks |= FILTER_STACK;
	s->file = colon ? strndup(text, colon - text) : NULL;
	s->symbol = strdup(symbol);
	return s->symbol && (s->file || !colon) ? 0 : complain(why, "out of memory");
}
