// SPDX-License-Identifier: GPL-2.0
/* Tables of the documents that repeat bpf/'s .def tables say the same as these. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/names.h"

#define MAX_ROWS 64
#define MAX_CELLS 8

struct table {
	unsigned int n;
	char lines[MAX_ROWS][1024];
	char *cells[MAX_ROWS][MAX_CELLS]; /* in lines; NULL after the last one */
};

static char *trimmed(char *text)
{
	text += strspn(text, " ");
	for (size_t n = strlen(text); n && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
	return text;
}

/* "| a | b |" */
static void split(char *line, char *cells[MAX_CELLS])
{
	char *end = strrchr(line, '|');
	unsigned int n = 0;

	*end = '\0';
	for (char *rest = line + 1, *cell; n < MAX_CELLS - 1 && (cell = strsep(&rest, "|"));)
		cells[n++] = trimmed(cell);
	cells[n] = NULL;
}

/* The rows of the table below the line `header` of a document. */
static void read_table(const char *file, const char *header, struct table *ret)
{
	char path[512], line[sizeof(ret->lines[0])];
	_cleanup_file_ FILE *f = NULL;
	bool found = false;

	snprintf(path, sizeof(path), "%s/%s", JINX_SOURCE_DIR, file);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s", path);
	ret->n = 0;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!found) {
			found = !strncmp(line, header, strlen(header));
			continue;
		}
		if (line[0] != '|')
			break;
		if (!strncmp(line, "|---", 4))
			continue;
		assert_in_range(ret->n, 0, MAX_ROWS - 1);
		memcpy(ret->lines[ret->n], line, sizeof(line));
		split(ret->lines[ret->n], ret->cells[ret->n]);
		ret->n++;
	}
	if (!ret->n)
		fail_msg("%s: no table \"%s\"", file, header);
}

/* `name`, with or without `` around it, is one of the names in the cell, which commas part. */
static bool cell_names(const char *cell, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = cell; (at = strstr(at, name)); at += length) {
		char before = at == cell ? ' ' : at[-1], after = at[length];

		if (strchr(" `", before) && (!after || strchr(" `,", after)))
			return true;
	}
	return false;
}

static int row_of(const struct table *t, const char *name)
{
	for (unsigned int i = 0; i < t->n; i++)
		if (cell_names(t->cells[i][0], name))
			return i;
	return -1;
}

/* The row, which must exist. */
static unsigned int must_have(const struct table *t, const char *where, const char *name)
{
	int row = row_of(t, name);

	if (row < 0)
		fail_msg("%s: the table has no row for %s", where, name);
	return row;
}

static unsigned int count_names(const char *cell)
{
	unsigned int n = 1;

	for (; (cell = strchr(cell, ',')); cell++)
		n++;
	return n;
}

/* As many names as there should be: none is of something that exists no more, or stands twice. */
static void has_no_others(const struct table *t, const char *where, unsigned int wanted)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < t->n; i++)
		n += count_names(t->cells[i][0]);
	if (n != wanted)
		fail_msg("%s: the table has %u names, wanted %u", where, n, wanted);
}

static void same_text(const char *where, const char *name, const char *got, const char *wanted)
{
	if (!got || strcmp(got, wanted))
		fail_msg("%s: %s: \"%s\", wanted \"%s\"", where, name, got ?: "", wanted);
}

static void reasons(void **state)
{
	static struct table t;

	(void)state;
	read_table("docs/report.md", "| reason |", &t);
	for (size_t i = REASON_INJECTED + 1; i < NR_REASONS; i++) {
		unsigned int row = must_have(&t, "report.md", reason_names[i]);

		same_text("report.md", reason_names[i], t.cells[row][1], reason_abouts[i]);
	}
	has_no_others(&t, "report.md", NR_REASONS - REASON_INJECTED - 1);
}

/* Where a decision is explained: all but what is found out later, at the thread's next call. */
static void decisions(void **state)
{
	static const char *const ids[] = {
#define REASON(id, name, about) "REASON_" #id,
#include "../../bpf/reasons.def"
	};
	static struct table t;

	(void)state;
	read_table("docs/architecture.md", "| reason |", &t);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (strcmp(ids[i], "REASON_RECURSION"))
			must_have(&t, "architecture.md", ids[i]);
	must_have(&t, "architecture.md", "REASON_INJECTED");
	has_no_others(&t, "architecture.md", ARRAY_SIZE(ids));
}

static void faults(void **state)
{
	static struct table keys, fields;

	(void)state;
	read_table("docs/scenario.md", "| key | belongs to |", &keys);
	/* Several tables have its head; this is the first row of the one that is meant. */
	read_table("docs/report.md", "| `rule` | integer | the number of the fault in the scenario",
		&fields);
	for (size_t i = 0; i < NR_FAULTS; i++) {
		must_have(&keys, "scenario.md", fault_names[i]);
		if (!cell_names(fields.cells[must_have(&fields, "report.md", "fault")][2],
			    fault_names[i]))
			fail_msg("report.md: `fault` can't be %s", fault_names[i]);
	}
}

/* The rows of a fault's ladders, with a rule that has the ladder. */
static const struct {
	const char *name;
	struct fault_spec fault;
} ladders[] = {
	{"`fail`", {.fault = FAULT_FAIL}},
	{"`fail` with `at: exit`", {.fault = FAULT_FAIL, .at = AT_EXIT}},
	{"`delay`", {.fault = FAULT_DELAY}},
	{"`delay` with `at: exit`", {.fault = FAULT_DELAY, .at = AT_EXIT}},
	{"`hang`", {.fault = FAULT_HANG}},
	{"`jitter`", {.fault = FAULT_JITTER}},
	{"`jitter` with `preempt`", {.fault = FAULT_JITTER, .preempt_ns = 1}},
	{"`jitter` with `one_core` or `priorities`", {.fault = FAULT_JITTER, .one_core = true}},
	{"`kill`, of a signal that ends processes", {.fault = FAULT_KILL, .signal = SIGKILL}},
	{"`kill`, of another one", {.fault = FAULT_KILL, .signal = SIGSTOP}},
	{"`kill` with `at: exit`", {.fault = FAULT_KILL, .signal = SIGKILL, .at = AT_EXIT}},
	{"`kill` without `on`", {.fault = FAULT_KILL, .signal = SIGKILL, .whole = true}},
	{"`suspend`", {.fault = FAULT_SUSPEND}},
	{"`reset`", {.fault = FAULT_RESET}},
	{"`leak`", {.fault = FAULT_LEAK}},
	{"`corrupt`", {.fault = FAULT_CORRUPT}},
	{"`corrupt` with `lose`", {.fault = FAULT_CORRUPT, .corruption = {.kind = CORRUPT_LOSE}}},
	{"`corrupt` with `short`", {.fault = FAULT_CORRUPT, .corruption = {.kind = CORRUPT_SHORT}}},
	{"`corrupt` with `end`", {.fault = FAULT_CORRUPT, .corruption = {.kind = CORRUPT_END}}},
	{"`drop`", {.fault = FAULT_DROP}},
	{"`partition`", {.fault = FAULT_PARTITION}},
	{"`pause`", {.fault = FAULT_PAUSE}},
	{"`shape`", {.fault = FAULT_SHAPE}},
	{"`dns`", {.fault = FAULT_DNS}},
	{"`respond`", {.fault = FAULT_RESPOND}},
	{"`exhaust`", {.fault = FAULT_EXHAUST}},
	{"`restrict`, of CPU time", {.fault = FAULT_RESTRICT, .limit = {.resource = RESOURCE_CPU}}},
	{"`restrict`, of anything else",
		{.fault = FAULT_RESTRICT, .limit = {.resource = RESOURCE_MEMORY}}},
	{"`skew`", {.fault = FAULT_SKEW}},
	{"`skew` of a `zone` alone", {.fault = FAULT_SKEW, .skew = {.zone = "Asia/Tokyo"}}},
};

static void ladders_best_first(void **state)
{
	bool seen[NR_FAULTS] = {};
	static struct table t;

	(void)state;
	read_table("docs/kernels.md", "| fault | mechanisms, best first |", &t);
	assert_int_equal(t.n, ARRAY_SIZE(ladders));
	for (unsigned int i = 0; i < t.n; i++) {
		const enum mechanism *steps;
		unsigned int n = kind_of(&ladders[i].fault)->ladder(&ladders[i].fault, &steps);
		char wanted[500] = "";

		for (unsigned int k = 0; k < n; k++)
			snprintf(wanted + strlen(wanted), sizeof(wanted) - strlen(wanted), "%s%s",
				k ? ", " : "", mechanisms[steps[k]].name);
		same_text("kernels.md", "row", t.cells[i][0], ladders[i].name);
		same_text("kernels.md", ladders[i].name, t.cells[i][1], wanted);
		seen[ladders[i].fault.fault] = true;
	}
	for (size_t i = 0; i < NR_FAULTS; i++)
		if (!seen[i])
			fail_msg("kernels.md: no ladder of %s", fault_names[i]);
}

static void mechanisms_everywhere(void **state)
{
	static const struct {
		const char *file, *header;
	} tables[] = {
		{"docs/kernels.md", "| mechanism | 6.1 stock |"},
		{"docs/kernels.md", "| mechanism | attaches to |"},
		{"docs/privileges.md", "| mechanism | needs |"},
	};
	static struct table t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		read_table(tables[i].file, tables[i].header, &t);
		for (size_t m = 0; m < NR_MECHANISMS; m++)
			must_have(&t, tables[i].file, mechanisms[m].name);
		has_no_others(&t, tables[i].file, NR_MECHANISMS);
	}
}

/* In two tables: those that sleep have one of their own. */
static void mechanisms_and_programs(void **state)
{
	static struct table t;

	(void)state;
	read_table("docs/architecture.md", "| mechanism | program |", &t);
	for (size_t m = 0; m < NR_MECHANISMS; m++)
		must_have(&t, "architecture.md", mechanisms[m].name);
	has_no_others(&t, "architecture.md", NR_MECHANISMS);
	read_table("docs/architecture.md", "| mechanism | decides | sleeps |", &t);
	for (size_t m = 0; m < NR_MECHANISMS; m++)
		if (mechanisms[m].flags & (SLEEPS | SPINS))
			must_have(&t, "architecture.md", mechanisms[m].name);
}

static void privileges_of_mechanisms(void **state)
{
	static struct table t;

	(void)state;
	read_table("docs/privileges.md", "| mechanism | needs |", &t);
	for (size_t m = 0; m < NR_MECHANISMS; m++) {
		unsigned int row = must_have(&t, "privileges.md", mechanisms[m].name);
		char needs[200];

		for (int c = 0; c <= CAP_LAST_CAP; c++) {
			bool needed = mechanisms[m].needs & 1ull << c;

			privileges_text(1ull << c, needs, sizeof(needs));
			if (cell_names(t.cells[row][1], needs) != needed)
				fail_msg("privileges.md: %s %s %s", mechanisms[m].name,
					needed ? "takes" : "does not take", needs);
		}
	}
}

/* What the documents promise of a kernel is what the cases there insist on (tests/cases/lib.sh). */
static void kernels_have_them(void **state)
{
	static const char *const kernels[] = {"[6.1]", "[6.12]", "[newest]", "[error-injection]"};
	static struct table t;
	char path[512], line[512];
	_cleanup_file_ FILE *f = NULL;
	unsigned int seen = 0;

	(void)state;
	read_table("docs/kernels.md", "| mechanism | 6.1 stock |", &t);
	snprintf(path, sizeof(path), "%s/tests/cases/lib.sh", JINX_SOURCE_DIR);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *list = trimmed(line + strspn(line, "\t")), *quote = strchr(list, '"');

		for (size_t k = 0; k < ARRAY_SIZE(kernels); k++) {
			if (strncmp(list, kernels[k], strlen(kernels[k])) || !quote)
				continue;
			seen++;
			quote[1 + strcspn(quote + 1, "\"")] = '\0';
			for (size_t m = 0; m < NR_MECHANISMS; m++) {
				const char *cell = t.cells[must_have(
					&t, "kernels.md", mechanisms[m].name)][k + 1];

				if (cell_names(quote + 1, mechanisms[m].name) ==
					!!strncmp(cell, "yes", 3))
					fail_msg("kernels.md: %s on %s: \"%s\"", mechanisms[m].name,
						kernels[k], cell);
			}
		}
	}
	assert_int_equal(seen, ARRAY_SIZE(kernels));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons),
		cmocka_unit_test(decisions),
		cmocka_unit_test(faults),
		cmocka_unit_test(ladders_best_first),
		cmocka_unit_test(mechanisms_everywhere),
		cmocka_unit_test(mechanisms_and_programs),
		cmocka_unit_test(privileges_of_mechanisms),
		cmocka_unit_test(kernels_have_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
