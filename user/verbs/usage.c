// SPDX-License-Identifier: GPL-2.0
#include "verbs/usage.h"

#include <ctype.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "faults/kind.h"
#include "measure/verdict.h"

#define WIDTH 79
#define INDENT 25 /* of what options do */

void usage_print_all(FILE *to)
{
	struct verb all[MAX_VERBS];
	size_t n = verbs_all(all);
	char arguments[80];

	fputs("jinx " JINX_VERSION ": a fault injector for Linux, in the kernel, by cgroup\n\n",
		to);
	for (size_t i = 0; i < n; i++)
		fprintf(to, "  jinx %-9s %-28s %s\n", all[i].name,
			verb_arguments(&all[i], arguments, sizeof(arguments)), all[i].about);
	fputs("\njinx VERB --help shows the options of each.\n\n"
	      "Exit codes: 0 held, 1 deviated, 2 bad usage or scenario, 3 unsupported on this\n"
	      "kernel, 4 aborted, 5 inconclusive (no fault fired), 6 jinx itself failed.\n",
		to);
}

/* What stands on the left, and behind it, or in the next line, what it does. */
static void print_item(const char *left, const char *text, FILE *to)
{
	int used = fprintf(to, "  %s", left);

	if (used + 2 > INDENT)
		fprintf(to, "\n%*s", INDENT, "");
	else
		fprintf(to, "%*s", INDENT - used, "");
	text_wrap(text, INDENT, INDENT, WIDTH, to);
}

static void print_option(const struct verb_option *o, FILE *to)
{
	char left[80], text[240];

	option_shown(o, left, sizeof(left));
	snprintf(text, sizeof(text), "%s", o->about);
	if (o->fallback)
		text_append(text, sizeof(text), " (%s)", o->fallback);
	if (o->example)
		text_append(text, sizeof(text),
			*o->example != '"' && strpbrk(o->example, " *") ? ": \"%s\"" : ": %s",
			o->example);
	print_item(left, text, to);
}

static void print_head(const struct verb_options *all, enum heading h, FILE *to)
{
	bool any = false;

	for (size_t i = 0; i < all->n; i++) {
		if (!all->all[i].shown || all->all[i].heading != h)
			continue;
		if (!any)
			fprintf(to, "\n%s\n", heading_names[h]);
		any = true;
		print_option(&all->all[i], to);
	}
	if (any && h == HEAD_TARGET)
		print_item("-- COMMAND [ARGUMENT...]", "a program that jinx starts", to);
}

static void print_examples(const struct verb *verb, FILE *to)
{
	fputs("\nexamples\n", to);
	for (const char *const *e = verb->examples; *e; e++)
		fprintf(to, "  jinx %s%s%s\n", verb->name, **e ? " " : "", *e);
}

/* What the verb's operand may be. Functions are no points of what changes a call's bytes. */
static void print_calls(const struct verb *verb, FILE *to)
{
	if (verb->measures || (verb->quick && fault_kinds[verb->fault]->flags & TAKES_ON &&
				      !fault_kinds[verb->fault]->not_at))
		fputs("CALLS are system calls, groups (%network), functions (user:FILE:NAME,\n"
		      "kernel:NAME), tracepoints and probes, with commas: see jinx list points.\n",
			to);
}

void usage_print(const struct verb *verb, FILE *to)
{
	struct verb_options all;
	char usage[MAX_USAGE];

	fprintf(to, "usage: jinx %s %s\n", verb->name, verb_usage(verb, usage, sizeof(usage)));
	fprintf(to, "%c%s.\n", toupper((unsigned char)verb->about[0]), verb->about + 1);
	print_calls(verb, to);
	options_of(verb, &all);
	for (int h = 0; h < NR_HEADS; h++)
		print_head(&all, h, to);
	print_examples(verb, to);
}

int usage_point_to(const struct verb *verb)
{
	fprintf(stderr, "Try 'jinx %s --help'.\n", verb->name);
	return EXIT_USAGE;
}

int usage_wrong_operands(const struct verb *verb)
{
	char usage[MAX_USAGE];

	verb_usage(verb, usage, sizeof(usage));
	log_error("usage: jinx %s %s", verb->name, usage);
	return usage_point_to(verb);
}
