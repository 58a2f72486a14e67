// SPDX-License-Identifier: GPL-2.0
/* jinx(1) and jinx-scenario(5), made of the rows of verbs, options and keys. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/names.h"
#include "verbs/lists.h"
#include "verbs/verbs.h"

/* Text of a line, in which roff would take \ and a . or ' at the beginning for its own. */
static void put(const char *text, FILE *to)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else if (*text == '\'')
			fputs("\\(aq", to);
		else if (*text == '^')
			fputs("\\(ha", to);
		else if (*text == '~')
			fputs("\\(ti", to);
		else if (*text == '\n')
			fputs("\n.br\n", to);
		else
			fputc(*text, to);
	}
}

static void put_line(const char *before, const char *text, const char *after, FILE *to)
{
	fputs(before, to);
	put(text, to);
	fputs(after, to);
	fputc('\n', to);
}

static void put_sentence(const char *text, const char *fallback, FILE *to)
{
	char line[400];

	snprintf(line, sizeof(line), "%c%s", toupper((unsigned char)*text), text + 1);
	if (fallback)
		text_append(line, sizeof(line), " (default: %s)", fallback);
	text_append(line, sizeof(line), "%s", line[strlen(line) - 1] == '?' ? "" : ".");
	put_line("", line, "", to);
}

static void put_option(const struct verb_option *o, FILE *to)
{
	fputs(".TP\n\\fB\\-\\-", to);
	put(o->name, to);
	fputs("\\fR", to);
	if (o->placeholder)
		put_line(" \\fI", o->placeholder, "\\fR", to);
	else
		fputc('\n', to);
	put_sentence(o->about, o->fallback, to);
}

static void put_verb(const struct verb *verb, FILE *to)
{
	struct verb_options known;
	char usage[MAX_USAGE];

	put_line(".SS jinx ", verb->name, "", to);
	put_line("\\fBjinx ", verb->name, "\\fR", to);
	put_line("", verb_usage(verb, usage, sizeof(usage)), "", to);
	fputs(".PP\n", to);
	put_sentence(verb->about, NULL, to);
	options_of(verb, &known);
	for (size_t i = 0; i < known.n; i++)
		if (known.all[i].shown)
			put_option(&known.all[i], to);
	fputs(".PP\nExamples:\n.PP\n.nf\n", to);
	for (const char *const *e = verb->examples; *e; e++) {
		fprintf(to, "jinx %s", verb->name);
		put_line(**e ? " " : "", *e, "", to);
	}
	fputs(".fi\n", to);
}

static void put_head(const char *name, const char *section, const char *about, FILE *to)
{
	fprintf(to,
		".\\\" Made by `make docs` of the rows in the program.\n"
		".TH %s %s \"\" \"jinx " JINX_VERSION "\"\n.SH NAME\n%s \\- %s\n",
		name, section, name, about);
}

static const char exit_codes[] =
	".SH EXIT STATUS\n"
	".TP\n.B 0\nheld: faults fired, the experiment ran to its end, and every expectation is "
	"true; or observed\n"
	".TP\n.B 1\ndeviated: an expectation is false\n"
	".TP\n.B 2\nbad usage, a faulty scenario, or a target that does not exist\n"
	".TP\n.B 3\nunsupported: this kernel can\\(aqt do a rule of the scenario; nothing ran\n"
	".TP\n.B 4\naborted by a guard, \\fBjinx stop\\fR, SIGINT, SIGTERM or SIGHUP\n"
	".TP\n.B 5\ninconclusive: no fault fired, an expectation is unknown, or the workload was "
	"not steady before any fault\n"
	".TP\n.B 6\nfailed: jinx itself\n";

void manual_print(FILE *to)
{
	struct verb verbs[MAX_VERBS];
	size_t n = verbs_all(verbs);

	put_head("jinx", "1", "inject faults into processes, in the kernel", to);
	fputs(".SH SYNOPSIS\n\\fBjinx\\fR \\fIVERB\\fR [\\fIOPTION\\fR...]\n"
	      ".br\n\\fBjinx\\fR \\fIVERB\\fR \\fB\\-\\-help\\fR\n"
	      ".SH DESCRIPTION\n"
	      "jinx makes system calls of chosen processes fail or take longer, drops their "
	      "packets, or\n"
	      "sends them signals. eBPF programs inject the faults. jinx loads them at the start; "
	      "they are\n"
	      "gone when it ends. A target is a cgroup, a systemd unit, a container, a pod, a "
	      "process or a\n"
	      "command. Each call is counted: how many matched, how many got the fault, and why "
	      "the others\n"
	      "did not.\n.SH VERBS\n",
		to);
	for (size_t i = 0; i < n; i++)
		put_verb(&verbs[i], to);
	fputs(exit_codes, to);
	fputs(".SH FILES\n.TP\n.I /run/jinx.stop\nWhile it exists no experiment starts, and those "
	      "that\n"
	      "run end.\n.SH SEE ALSO\n.BR jinx\\-scenario (5)\n",
		to);
}

static void put_key(enum block block, const struct key *k, FILE *to)
{
	char faults[120];

	fputs(".TP\n\\fB", to);
	put(k->name, to);
	put_line("\\fR: \\fI", value_rows[k->value].placeholder, "\\fR", to);
	put_sentence(k->about, k->fallback, to);
	if (block == BLOCK_FAULT)
		put_line("Belongs to ", list_faults_with(k, faults, sizeof(faults)), ".", to);
	if (k->required || k->one_of)
		put_line("", k->required ? "Required." : "Exactly one of these is given.", "", to);
	if (!k->example)
		return;
	fputs(".br\nExample: ", to);
	put(k->name, to);
	fputs(": ", to);
	put_line(k->value == VALUE_BLOCK ? "{" : "", k->example, k->value == VALUE_BLOCK ? "}" : "",
		to);
}

void scenario_manual_print(FILE *to)
{
	put_head("jinx\\-scenario", "5", "scenarios of jinx", to);
	fputs(".SH DESCRIPTION\nA scenario is a YAML file with targets, workloads and a timeline "
	      "of phases, each\n"
	      "with its faults. \\fBjinx check\\fR shows what this kernel would make of it, "
	      "\\fBjinx run\\fR\n"
	      "runs it.\n.SH EXAMPLE\n.nf\n"
	      "jinx: 1\n"
	      "target: {unit: nginx}\n"
	      "timeline:\n"
	      "  \\- {phase: baseline, for: 10s}\n"
	      "  \\- phase: slow\n"
	      "    for: 30s\n"
	      "    faults:\n"
	      "      \\- {delay: 50ms, on: connect, when: {chance: 10%}}\n"
	      "  \\- {phase: recovery, for: 10s}\n"
	      ".fi\n",
		to);
	for (int b = 0; b < NR_BLOCKS; b++) {
		const struct key *keys[MAX_KEYS];
		size_t n = block_keys(b, keys);

		put_line(".SH KEYS OF ", block_rows[b]->name, "", to);
		for (size_t i = 0; i < n; i++)
			put_key(b, keys[i], to);
	}
	fputs(".SH SEE ALSO\n.BR jinx (1)\n", to);
}
