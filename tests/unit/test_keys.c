// SPDX-License-Identifier: GPL-2.0
/* Docs that repeat the program's rows have them all, and what is made of them is up to date. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "read_all.h"
#include "base/cleanup.h"
#include "scenario/names.h"
#include "output/report_schema.h"
#include "verbs/lists.h"
#include "verbs/usage.h"

#define WIDTH 80

static char *read_docs(const char *name)
{
	char path[300];
	_cleanup_file_ FILE *f = NULL;

	snprintf(path, sizeof(path), JINX_SOURCE_DIR "/docs/%s", name);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s is not there: make docs", path);
	return read_all(f);
}

/* Whether a table has a row whose first cell has the code. */
static bool has_row(const char *text, const char *code)
{
	char quoted[80];

	snprintf(quoted, sizeof(quoted), "`%s", code);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *found, *cell, *end;

		line += *line == '\n';
		if (*line != '|')
			continue;
		cell = line + 1;
		end = cell + strcspn(cell, "|\n");
		for (found = strstr(cell, quoted); found && found < end;
			found = strstr(found + 1, quoted)) {
			char after = found[strlen(quoted)];

			if (after == '`' || after == ' ')
				return true;
		}
	}
	return false;
}

static void schema_is_up_to_date(void **state)
{
	_cleanup_free_ char *text = read_docs("scenario.schema.json");
	json_t *made = schema_make(), *written = json_loads(text, 0, NULL);

	(void)state;
	assert_non_null(written);
	if (!json_equal(made, written))
		fail_msg("docs/scenario.schema.json is not what the rows say: make docs");
	json_decref(made);
	json_decref(written);
}

static void report_schema_is_up_to_date(void **state)
{
	_cleanup_free_ char *text = read_docs("report.schema.json");
	json_t *made = report_schema_make(), *written = json_loads(text, 0, NULL);

	(void)state;
	if (!json_equal(made, written))
		fail_msg("docs/report.schema.json is not what the rows say: make docs");
	json_decref(made);
	json_decref(written);
}

static void reference_is_up_to_date(void **state)
{
	_cleanup_free_ char *written = read_docs("keys.md");
	_cleanup_free_ char *made = NULL;
	_cleanup_file_ FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	reference_print(f);
	made = read_all(f);
	if (strcmp(made, written))
		fail_msg("docs/keys.md is not what the rows say: make docs");
}

/* A block has a section or a sentence of its own. */
static bool is_explained(const char *text, const struct key *k)
{
	char quoted[80];

	snprintf(quoted, sizeof(quoted), "`%s`", k->name);
	return has_row(text, k->name) || (k->value == VALUE_BLOCK && strstr(text, quoted));
}

static void every_key_is_explained(void **state)
{
	_cleanup_free_ char *text = read_docs("scenario.md"), *of_hooks = read_docs("hooks.md"),
			    *gameday = read_docs("gameday.md");

	(void)state;
	for (int b = 0; b < NR_BLOCKS; b++) {
		const struct key *keys[MAX_KEYS];
		size_t n = block_keys(b, keys);

		/* They are explained in one row each: burst, arg. */
		for (size_t i = 0; b != BLOCK_BURST && b != BLOCK_ARG && i < n; i++)
			if (!is_explained(b == BLOCK_HOOKS			   ? of_hooks
					  : b == BLOCK_GAMEDAY || b == BLOCK_ROUND ? gameday
										   : text,
				    keys[i]))
				fail_msg("docs/scenario.md has no row for \"%s\" of %s",
					keys[i]->name, block_rows[b]->name);
	}
}

static void every_option_is_explained(void **state)
{
	_cleanup_free_ char *text = read_docs("scenario.md");
	struct verb verbs[MAX_VERBS];
	size_t n = verbs_all(verbs);

	(void)state;
	for (size_t v = 0; v < n; v++) {
		struct verb_options known;

		options_of(&verbs[v], &known);
		for (size_t i = 0; verbs[v].takes & TAKES_PLAN && i < known.n; i++) {
			char code[60];

			snprintf(code, sizeof(code), "--%s", known.all[i].name);
			if (!has_row(text, code))
				fail_msg("docs/scenario.md has no row for %s of jinx %s", code,
					verbs[v].name);
		}
	}
}

/* All options of a verb, in lines that fit. */
static void help_has_every_option(void **state)
{
	struct verb verbs[MAX_VERBS];
	size_t n = verbs_all(verbs);

	(void)state;
	for (size_t v = 0; v < n; v++) {
		_cleanup_free_ char *text = NULL;
		_cleanup_file_ FILE *f = tmpfile();
		struct verb_options known;

		assert_non_null(f);
		usage_print(&verbs[v], f);
		text = read_all(f);
		options_of(&verbs[v], &known);
		for (size_t i = 0; i < known.n; i++) {
			char shown[60], option[64], *found;

			snprintf(option, sizeof(option), "\n  %s",
				option_shown(&known.all[i], shown, sizeof(shown)));
			found = strstr(text, option);
			if (known.all[i].shown &&
				(!found || !isspace((unsigned char)found[strlen(option)])))
				fail_msg("jinx %s --help lacks --%s", verbs[v].name,
					known.all[i].name);
			assert_true(!known.all[i].shown || known.all[i].about[0]);
		}
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
			if (strlen(line) > WIDTH)
				fail_msg("jinx %s --help: too long: %s", verbs[v].name, line);
	}
}

/* A row that lacks what is made of it would be found by nobody else. */
static void rows_are_complete(void **state)
{
	(void)state;
	for (int b = 0; b < NR_BLOCKS; b++) {
		const struct key *keys[MAX_KEYS];
		size_t n = block_keys(b, keys);

		for (size_t i = 0; i < n; i++) {
			const struct key *k = keys[i];

			/* Both where an option has one value and a file a list of mappings. */
			bool both = k->take && k->read && k->option;

			if (!k->about || !k->example || (!k->take == !k->read && !both))
				fail_msg("the row of \"%s\" in %s is not complete", k->name,
					block_rows[b]->name);
			assert_non_null(value_rows[k->value].placeholder);
			assert_ptr_equal(find_key(b, k->name), k);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema_is_up_to_date),
		cmocka_unit_test(report_schema_is_up_to_date),
		cmocka_unit_test(reference_is_up_to_date),
		cmocka_unit_test(every_key_is_explained),
		cmocka_unit_test(every_option_is_explained),
		cmocka_unit_test(help_has_every_option),
		cmocka_unit_test(rows_are_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
