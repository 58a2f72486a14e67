// SPDX-License-Identifier: GPL-2.0
/* docs/keys.md, made of the rows of keys and options. */
#include <string.h>

#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "verbs/lists.h"
#include "verbs/usage.h"

/* A cell of a table, in which | would end it. */
static void print_cell(const char *text, bool code, FILE *to)
{
	fputs(code && *text ? " `" : " ", to);
	for (; *text; text++)
		fprintf(to, *text == '|' ? "\\|" : "%c", *text);
	fputs(code ? "` |" : " |", to);
}

static void print_key(enum block block, const struct key *k, FILE *to)
{
	char text[120];

	fputc('|', to);
	print_cell(k->name, true, to);
	print_cell(value_rows[k->value].placeholder, true, to);
	if (block == BLOCK_FAULT)
		print_cell(list_faults_with(k, text, sizeof(text)), false, to);
	print_cell(k->required || k->missing ? "yes"
		   : k->one_of		     ? "one of these"
					     : "no",
		false, to);
	print_cell(k->fallback ?: "", false, to);
	fputs(" ", to);
	if (k->option)
		fprintf(to, "`--%s`", k->option);
	for (const struct choice *c = k->choices; c && c->option; c++)
		fprintf(to, "%s`--%s`", c == k->choices ? "" : " ", c->option);
	fputs(" |", to);
	snprintf(text, sizeof(text), "%s", k->about);
	print_cell(text, false, to);
	if (k->example)
		fprintf(to, k->value == VALUE_BLOCK ? " `%s: {%s}` |" : " `%s: %s` |", k->name,
			k->example);
	else
		fputs(" |", to);
	fputc('\n', to);
}

static void print_block(enum block block, FILE *to)
{
	bool of_faults = block == BLOCK_FAULT;
	const struct key *keys[MAX_KEYS];
	size_t n = block_keys(block, keys);

	fprintf(to, "\n## %s\n\n| key | value |%s required | default | option | | example |\n",
		block_rows[block]->name, of_faults ? " belongs to |" : "");
	fprintf(to, "|---|---|%s---|---|---|---|---|\n", of_faults ? "---|" : "");
	for (size_t i = 0; i < n; i++)
		print_key(block, keys[i], to);
}

static void print_verb(const struct verb *verb, FILE *to)
{
	struct verb_options known;
	char usage[MAX_USAGE];

	verb_usage(verb, usage, sizeof(usage));
	fprintf(to, "\n## jinx %s\n\n```\njinx %s %s\n```\n", verb->name, verb->name, usage);
	options_of(verb, &known);
	fputs("\n```sh\n", to);
	for (const char *const *e = verb->examples; *e; e++)
		fprintf(to, "jinx %s%s%s\n", verb->name, **e ? " " : "", *e);
	fputs("```\n", to);
	if (!known.n)
		return;
	fputs("\n| option | default | |\n|---|---|---|\n", to);
	for (size_t i = 0; i < known.n; i++) {
		const struct verb_option *o = &known.all[i];
		char left[80];

		if (!o->shown)
			continue;
		option_shown(o, left, sizeof(left));
		fputc('|', to);
		print_cell(left, true, to);
		print_cell(o->fallback ?: "", false, to);
		print_cell(o->about, false, to);
		fputc('\n', to);
	}
}

void reference_print(FILE *to)
{
	struct verb verbs[MAX_VERBS];
	size_t n = verbs_all(verbs);

	fputs("<!-- Made by `make docs` of the rows in the program. -->\n"
	      "# Keys and options\n\n"
	      "All keys of scenarios and all options of the command line, in brief. "
	      "[scenario.md](scenario.md)\nexplains them; "
	      "[scenario.schema.json](scenario.schema.json) is for editors.\n",
		to);
	for (int b = 0; b < NR_BLOCKS; b++)
		print_block(b, to);
	for (size_t i = 0; i < n; i++)
		print_verb(&verbs[i], to);
}
