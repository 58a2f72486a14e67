// SPDX-License-Identifier: GPL-2.0
/*
 * The report as TAP 14 (testanything.org): a test point an expectation, one a rule, one for the
 * whole. What is unknown is skipped, and the whole fails then; a guard bails out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/output.h"

struct points {
	FILE *to;
	unsigned int n;
};

/* A description ends at '#', unless that is escaped. */
static void put_text(FILE *to, const char *text)
{
	_cleanup_free_ char *shown = printable_copy(text, "");

	for (const char *c = shown ?: ""; *c; c++) {
		if (*c == '#' || *c == '\\')
			fputc('\\', to);
		fputc(*c, to);
	}
}

static void begin(struct points *p, bool ok, const char *name)
{
	fprintf(p->to, "%sok %u - ", ok ? "" : "not ", ++p->n);
	put_text(p->to, name);
}

static void skip(struct points *p, const char *name, const char *reason)
{
	begin(p, true, name);
	fputs(" # SKIP ", p->to);
	put_text(p->to, reason);
	fputc('\n', p->to);
}

/* A string of YAML in double quotes. */
static void put_value(FILE *to, const char *key, const char *value)
{
	_cleanup_free_ char *shown = printable_copy(value, "");

	fprintf(to, "  %s: \"", key);
	for (const char *c = shown ?: ""; *c; c++) {
		if (*c == '"' || *c == '\\')
			fputc('\\', to);
		fputc(*c, to);
	}
	fputs("\"\n", to);
}

static void put_found(FILE *to, const struct snapshot_expectation *e)
{
	const struct judged *j = &e->judged;
	char text[40];

	fputs("  ---\n", to);
	put_value(to, "that", e->text);
	if (e->relation[0]) { /* a program's answer is true or false */
		put_value(to, "found", judged_value_text(j, text, sizeof(text)));
		fprintf(to, "  relation: \"%s\"\n", e->relation);
		put_value(to, "wanted", value_text(j->right, j->dimension, text, sizeof(text)));
		fprintf(to, "  n: %llu\n", (unsigned long long)j->n);
	}
	fputs("  ...\n", to);
}

static void put_expectation(struct points *p, const struct snapshot_expectation *e)
{
	if (e->judged.truth == TRUTH_UNKNOWN) {
		skip(p, e->name, e->judged.why);
		return;
	}
	begin(p, e->judged.truth == TRUTH_TRUE, e->name);
	fputc('\n', p->to);
	put_found(p->to, e);
}

static void put_rule(struct points *p, const struct snapshot *s, unsigned int index)
{
	const struct snapshot_rule *r = &s->rules[index];
	uint64_t injected = snapshot_injected_by(s, index);
	char name[300];

	snprintf(name, sizeof(name), "rule %u fired: %s", index + 1, r->text);
	if (r->refused || !injected) {
		skip(p, name, r->refused ? r->reason : "it did not fire");
		return;
	}
	begin(p, true, name);
	fprintf(p->to, "\n  ---\n  injected: %llu\n  ...\n", (unsigned long long)injected);
}

static void put_whole(struct points *p, const struct snapshot *s)
{
	const struct judgement *v = &s->judgement;
	char name[300];

	snprintf(name, sizeof(name), "%s: %s", s->name, verdict_name(v->verdict));
	begin(p, !verdict_exit(v->verdict), name);
	fputs("\n  ---\n", p->to);
	put_value(p->to, "reason", v->reason);
	put_value(p->to, "id", s->id);
	fprintf(p->to, "  seed: %llu\n", (unsigned long long)s->seed);
	put_value(p->to, "kernel", s->kernel);
	fputs("  ...\n", p->to);
}

int write_tap(const struct snapshot *s, FILE *to)
{
	struct points p = {.to = to};

	fprintf(to, "TAP version 14\n1..%u\n", s->n_expectations + s->n_rules + 1);
	for (unsigned int i = 0; i < s->n_expectations; i++)
		put_expectation(&p, &s->expectations[i]);
	for (unsigned int i = 0; i < s->n_rules; i++)
		put_rule(&p, s, i);
	put_whole(&p, s);
	for (unsigned int i = 0; i < s->n_guards; i++)
		if (s->guards[i].fired) {
			fputs("Bail out! guard ", to);
			put_text(to, s->guards[i].text);
			fputc('\n', to);
		}
	return 0;
}
