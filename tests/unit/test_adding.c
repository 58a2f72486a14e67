// SPDX-License-Identifier: GPL-2.0
/*
 * What CONTRIBUTING.md says of adding a fault, a key and an option, tried: the program with one row
 * more in each table (tests/adding/) has them everywhere. Linked with objects that were compiled
 * with MADE_UP_ROWS.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "kernel/plan.h"
#include "scenario/names.h"
#include "verbs/lists.h"
#include "verbs/usage.h"

#define LONGEST (1 << 20)

static char *read_all(FILE *f)
{
	char *text = calloc(1, LONGEST);

	assert_non_null(text);
	rewind(f);
	assert_true(fread(text, 1, LONGEST - 1, f) < LONGEST - 1);
	return text;
}

static char *help_of(const char *name)
{
	_cleanup_file_ FILE *f = tmpfile();
	struct verb verb;

	assert_non_null(f);
	assert_true(verb_find(name, &verb));
	usage_print(&verb, f);
	return read_all(f);
}

/* What `jinx` with these words prints. */
static char *output_of(int argc, char **argv)
{
	_cleanup_file_ FILE *f = tmpfile();
	int saved = dup(STDOUT_FILENO);

	assert_non_null(f);
	fflush(stdout);
	assert_true(dup2(fileno(f), STDOUT_FILENO) >= 0);
	assert_int_equal(verbs_main(argc, argv, 1), 0);
	fflush(stdout);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
	return read_all(f);
}

static char *list(const char *what)
{
	char *argv[] = {"jinx", "list", (char *)what, NULL};

	return output_of(3, argv);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%.2000s", part, text);
}

static struct scenario *read_file(const char *text, struct error *why)
{
	struct scenario *s = NULL;

	if (scenario_parse(text, strlen(text), "made-up", &s, why))
		return NULL;
	return s;
}

#define FILE_OF(fault) \
	"jinx: 1\ntarget: {cgroup: /a}\ntimeline: [{phase: p, for: 1s, faults: [" fault "]}]\n"

static void a_fault_in_files(void **state)
{
	struct error why = {};
	struct scenario *s = read_file(FILE_OF("{stall: 3s, on: fsync}"), &why);
	char text[80];

	(void)state;
	assert_non_null(s);
	assert_int_equal(s->faults[0].fault, FAULT_STALL);
	fault_describe(&s->faults[0], text, sizeof(text));
	assert_string_equal(text, "stall 3s on fsync");
	scenario_free(s);
	assert_null(read_file(FILE_OF("{stall: 3s}"), &why));
	assert_string_equal(why.message, "\"on\" is missing: the system calls to stall");
	assert_null(read_file(FILE_OF("{on: read}"), &why));
	assert_string_equal(
		why.message, "a fault has exactly one of fail, delay, drop, kill, pause and stall");
	assert_null(read_file(FILE_OF("{stall: 3s, on: read, interruptible: true}"), &why));
	assert_string_equal(why.message, "\"interruptible\" belongs to delay");
}

static void a_fault_in_the_plan(void **state)
{
	struct error why = {};
	struct scenario *s = read_file(FILE_OF("{stall: 3s, on: fsync}"), &why);

	(void)state;
	assert_non_null(s);
	assert_int_equal(plan_candidates(s), 1u << MECHANISM_FMOD_RET);
	scenario_free(s);
}

static void a_fault_as_a_verb(void **state)
{
	_cleanup_free_ char *help = help_of("stall"), *all = NULL, *faults = list("faults");
	char *argv[] = {"jinx", "--help", NULL};
	char *words[] = {"stall", "fsync", "--how-long", "3s", "--", "true", NULL};
	struct call call = {};
	struct error why = {};
	struct verb verb;

	(void)state;
	all = output_of(2, argv);
	has(all, "jinx stall   CALLS --how-long TIME TARGET     stall system calls");
	has(help,
		"usage: jinx stall CALLS --how-long TIME [OPTION...] TARGET\nStall system calls.");
	has(help, "  --how-long TIME        how long it is stalled");
	has(help, "\nexamples\n  jinx stall fsync --how-long 3s -- true\n");
	has(faults, "stall                 the call is made up");
	assert_true(verb_find("stall", &verb));
	call.verb = &verb;
	options_init(&call.o, &verb, 1);
	assert_int_equal(quick_read(&call, 6, words, &why), 0);
	assert_int_equal(call.made.s->faults[0].delay.mean_ns, 3000000000);
	scenario_free(call.made.s);
}

static void a_fault_in_docs(void **state)
{
	_cleanup_free_ char *page = list("reference");
	json_t *schema = schema_make(), *definition;

	(void)state;
	has(page, "| `stall` | `TIME` | stall | yes |  | `--how-long` | how long it is stalled |");
	has(page, "| `on` | `CALLS` | fail, delay, kill and stall | yes |");
	has(page, "## jinx stall");
	definition = json_object_get(json_object_get(schema, "definitions"), "fault-stall");
	assert_non_null(json_object_get(json_object_get(definition, "properties"), "stall"));
	assert_non_null(json_object_get(json_object_get(definition, "properties"), "on"));
	assert_null(json_object_get(json_object_get(definition, "properties"), "at"));
	json_decref(schema);
}

static void a_key(void **state)
{
	_cleanup_free_ char *help = help_of("fail"), *keys = list("keys"),
			    *page = list("reference");
	json_t *schema = schema_make(), *properties;
	struct error why = {};
	struct scenario *s = read_file(FILE_OF("{fail: EIO, on: read, when: {moon: 7}}"), &why);

	(void)state;
	assert_non_null(s);
	assert_int_equal(s->faults[0].trigger.after, 7);
	scenario_free(s);
	assert_null(read_file(FILE_OF("{fail: EIO, on: read, when: {mono: 7}}"), &why));
	assert_string_equal(
		why.message, "unknown key \"mono\" in \"when\"; did you mean \"moon\"?");
	has(help, "  --moon N               the phase of the moon (any)");
	has(keys, "moon            when       N                 the phase of the moon");
	has(page, "| `moon` | `N` | no | any | `--moon` | the phase of the moon | `moon: 3` |");
	properties = json_object_get(
		json_object_get(json_object_get(schema, "definitions"), "when"), "properties");
	assert_non_null(json_object_get(properties, "moon"));
	json_decref(schema);
}

static void an_option(void **state)
{
	_cleanup_free_ char *help = help_of("run"), *options = list("options"),
			    *page = list("reference");
	char *words[] = {"fail", "read", "--errno", "EIO", "--made-up", "x", "--", "true", NULL};
	char *wrong[] = {"fail", "--mad-up", NULL};
	struct call call = {};
	struct error why = {};
	struct verb verb;

	(void)state;
	has(help, "  --made-up THING        an option that a test made up (nothing)");
	has(options, "made-up         run        THING             an option that a test made up");
	has(page, "| `--made-up THING` | nothing | an option that a test made up |");
	assert_true(verb_find("fail", &verb));
	call.verb = &verb;
	options_init(&call.o, &verb, 1);
	assert_int_equal(quick_read(&call, 8, words, &why), 0);
	assert_string_equal(call.o.run.report_paths[OUTPUT_json], "x");
	scenario_free(call.made.s);
	assert_int_equal(quick_read(&call, 2, wrong, &why), -EINVAL);
	assert_string_equal(
		why.message, "unknown option \"--mad-up\"; did you mean \"--made-up\"?");
	scenario_free(call.made.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_in_files),
		cmocka_unit_test(a_fault_in_the_plan),
		cmocka_unit_test(a_fault_as_a_verb),
		cmocka_unit_test(a_fault_in_docs),
		cmocka_unit_test(a_key),
		cmocka_unit_test(an_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
