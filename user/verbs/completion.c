// SPDX-License-Identifier: GPL-2.0
/* Completion for bash and zsh, made of the rows of verbs, options and points. */
#include <string.h>

#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "verbs/lists.h"
#include "verbs/verbs.h"

static void put_points(FILE *to)
{
	for (size_t g = 0; g < n_groups; g++)
		fprintf(to, "%s ", groups[g].name);
	for (size_t i = 0; i < NR_POINTS; i++)
		if (points[i].syscall_nr >= 0)
			fprintf(to, "%s ", points[i].name);
}

static bool takes_calls(const struct verb *verb)
{
	return verb->measures ||
	       (verb->quick && fault_kinds[verb->fault]->flags & CALLS_COME_FIRST);
}

/* What an option's value is completed with: one of these, calls, or files. */
static void put_values(const struct verb_option *o, FILE *to)
{
	const char *words = o->key ? value_rows[o->key->value].words : NULL;

	if (o->key && o->key->value == VALUE_CALLS)
		fputs("COMPREPLY=($(compgen -W \"$calls\" -- \"$word\"))", to);
	else if (words) {
		fputs("COMPREPLY=($(compgen -W \"", to);
		for (; *words; words++)
			fputc(*words == '|' ? ' ' : *words, to);
		fputs("\" -- \"$word\"))", to);
	} else if (!strcmp(o->placeholder, "FILE"))
		fputs("COMPREPLY=($(compgen -f -- \"$word\"))", to);
	else
		fputs("COMPREPLY=()", to);
}

static void put_verb(const struct verb *verb, FILE *to)
{
	struct verb_options known;
	char names[240] = "";

	options_of(verb, &known);
	fprintf(to, "\t%s)\n\t\tcase $previous in\n", verb->name);
	for (size_t i = 0; i < known.n; i++)
		if (known.all[i].shown && known.all[i].placeholder) {
			fprintf(to, "\t\t--%s) ", known.all[i].name);
			put_values(&known.all[i], to);
			fputs("; return ;;\n", to);
		}
	fputs("\t\t*) ;;\n\t\tesac\n\t\toptions=\"--help", to);
	for (size_t i = 0; i < known.n; i++)
		if (known.all[i].shown)
			fprintf(to, " --%s", known.all[i].name);
	fputs("\"\n\t\toperands=\"", to);
	if (!strcmp(verb->name, "list")) {
		list_names(names, sizeof(names));
		for (char *c = names; (c = strpbrk(c, "|\n"));)
			*c = ' ';
		fputs(names, to);
	} else if (takes_calls(verb)) {
		fputs("$calls", to);
	}
	fprintf(to, "\"\n\t\tfiles=%s ;;\n", verb->takes & TAKES_FILE ? "yes" : "");
}

void completion_print(FILE *to)
{
	struct verb verbs[MAX_VERBS];
	size_t n = verbs_all(verbs);

	fputs("# Completion of jinx for bash; for zsh by bashcompinit. Made by `make docs` of the "
	      "rows in the program.\n"
	      "_jinx()\n{\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options "
	      "operands files calls i\n"
	      "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\tCOMPREPLY=($(compgen -W \"",
		to);
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s ", verbs[i].name);
	fputs("--help --version\" -- \"$word\"))\n\t\treturn\n\tfi\n"
	      "\t# what follows -- is a command's\n"
	      "\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
	      "\t\tif [ \"${COMP_WORDS[i]}\" = -- ]; then COMPREPLY=($(compgen -c -f -- "
	      "\"$word\")); return; fi\n"
	      "\tdone\n\tcalls=\"",
		to);
	put_points(to);
	fputs("\"\n\tcase ${COMP_WORDS[1]} in\n", to);
	for (size_t i = 0; i < n; i++)
		put_verb(&verbs[i], to);
	fputs("\t*) return ;;\n\tesac\n"
	      "\tcase $word in\n"
	      "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
	      "\t*)\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$operands\" -- \"$word\"))\n"
	      "\t\tif [ -n \"$files\" ]; then COMPREPLY+=($(compgen -f -- \"$word\")); fi ;;\n"
	      "\tesac\n}\n"
	      "complete -o filenames -F _jinx jinx\n",
		to);
}

void zsh_completion_print(FILE *to)
{
	fputs("#compdef jinx\n"
	      "# Made by `make docs`. The bash completion does it.\n"
	      "autoload -U +X bashcompinit && bashcompinit\n",
		to);
	completion_print(to);
	fputs("_bash_complete -o filenames -F _jinx jinx\n", to);
}
