// SPDX-License-Identifier: GPL-2.0
/*
 * The report for pipelines that show JUnit files: a test case an expectation and a rule. GitLab
 * reads the content of a failure and not its message, and of cases of one name the first alone, so
 * both are written, and names are made to differ. docs/report.md says what is what.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/output.h"
#include "output/xml.h"

struct suite {
	const struct snapshot *s;
	FILE *to;
	unsigned int n, failures, errors, skipped;
};

static double seconds(const struct snapshot *s)
{
	double sum = 0;

	for (unsigned int i = 0; i < s->n_phases; i++)
		if (s->phases[i].reached)
			sum += snapshot_value(s, METRIC_seconds, i);
	return sum;
}

static void begin_case(struct suite *j, const char *name, const struct place *place)
{
	char class[100];

	snprintf(class, sizeof(class), "jinx.%s", j->s->name);
	fputs("    <testcase", j->to);
	xml_attribute(j->to, "name", name);
	xml_attribute(j->to, "classname", class);
	fprintf(j->to, " time=\"%.3f\"", seconds(j->s));
	if (place && place->line && j->s->file) {
		xml_attribute(j->to, "file", j->s->file);
		fprintf(j->to, " line=\"%u\"", place->line);
	}
	fputs(">\n", j->to);
	j->n++;
}

static void outcome(struct suite *j, const char *element, const char *type, const char *text)
{
	fprintf(j->to, "      <%s", element);
	if (type)
		xml_attribute(j->to, "type", type);
	xml_attribute(j->to, "message", text);
	fputc('>', j->to);
	xml_text(j->to, text);
	fprintf(j->to, "</%s>\n", element);
	j->failures += !strcmp(element, "failure");
	j->errors += !strcmp(element, "error");
	j->skipped += !strcmp(element, "skipped");
}

static void end_case(struct suite *j)
{
	fputs("    </testcase>\n", j->to);
}

static void put_expectation(struct suite *j, const struct snapshot_expectation *e)
{
	char text[600] = "";

	begin_case(j, e->name, &e->place);
	if (e->judged.truth == TRUTH_UNKNOWN)
		text_append(text, sizeof(text), "unknown: ");
	expectation_text(e, text + strlen(text), sizeof(text) - strlen(text));
	if (e->judged.truth == TRUTH_FALSE)
		outcome(j, "failure", "expectation", text);
	else if (e->judged.truth == TRUTH_UNKNOWN)
		outcome(j, "skipped", NULL, text);
	end_case(j);
}

/* A fault that did not fire proves nothing, and a green line would hide it. */
static void put_rule(struct suite *j, unsigned int index)
{
	const struct snapshot_rule *r = &j->s->rules[index];
	char name[300], text[300];

	snprintf(name, sizeof(name), "rule %u fired: %s", index + 1, r->text);
	begin_case(j, name, NULL);
	if (r->refused) {
		snprintf(text, sizeof(text), "left out: %s", r->reason);
		outcome(j, "skipped", NULL, text);
	} else if (!snapshot_injected_by(j->s, index)) {
		outcome(j, "skipped", NULL, "it did not fire");
	}
	end_case(j);
}

/* The run as a whole: a suite of skipped tests must not look fine. */
static void put_verdict(struct suite *j)
{
	const struct judgement *v = &j->s->judgement;

	begin_case(j, "experiment", NULL);
	if (v->verdict == VERDICT_ABORTED)
		outcome(j, "error", strncmp(v->reason, "guard ", 6) ? "aborted" : "guard",
			v->reason);
	else if (v->verdict == VERDICT_DEVIATED)
		outcome(j, "failure", "deviated", v->reason);
	else if (v->verdict != VERDICT_HELD)
		outcome(j, "error", verdict_name(v->verdict), v->reason);
	end_case(j);
}

static void property(FILE *to, const char *name, const char *value)
{
	fputs("      <property", to);
	xml_attribute(to, "name", name);
	xml_attribute(to, "value", value);
	fputs("/>\n", to);
}

static void put_properties(const struct snapshot *s, FILE *to)
{
	char seed[24];

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)s->seed);
	fputs("    <properties>\n", to);
	property(to, "id", s->id);
	property(to, "seed", seed);
	property(to, "kernel", s->kernel);
	property(to, "verdict", verdict_name(s->judgement.verdict));
	property(to, "reason", s->judgement.reason);
	fputs("    </properties>\n", to);
}

static void put_cases(struct suite *j)
{
	for (unsigned int i = 0; i < j->s->n_expectations; i++)
		put_expectation(j, &j->s->expectations[i]);
	for (unsigned int i = 0; i < j->s->n_rules; i++)
		put_rule(j, i);
	put_verdict(j);
}

static void put_counts(const struct suite *j, FILE *to)
{
	xml_attribute(to, "name", j->s->name);
	fprintf(to, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\"",
		j->n, j->failures, j->errors, j->skipped, seconds(j->s));
	xml_attribute(to, "timestamp", j->s->started_at);
}

int write_junit(const struct snapshot *s, FILE *to)
{
	_cleanup_free_ char *cases = NULL;
	struct suite j = {.s = s};
	size_t size;

	/* The counts stand before the cases. */
	j.to = open_memstream(&cases, &size);
	if (!j.to)
		return -ENOMEM;
	put_cases(&j);
	if (fclose(j.to))
		return -ENOMEM;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", to);
	put_counts(&j, to);
	fputs(">\n  <testsuite", to);
	put_counts(&j, to);
	xml_attribute(to, "hostname", s->host);
	fputs(">\n", to);
	put_properties(s, to);
	fputs(cases, to);
	fputs("  </testsuite>\n</testsuites>\n", to);
	return 0;
}
