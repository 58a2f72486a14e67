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

#include "read_all.h"
#include "base/cleanup.h"
#include "faults/kind.h"
#include "kernel/plan.h"
#include "output/output.h"
#include "scenario/names.h"
#include "verbs/lists.h"
#include "verbs/usage.h"

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

/* With the spaces between columns as one. */
static char *columns(const char *what)
{
	char *text = list(what), *to = text;

	for (const char *from = text; *from; from++)
		if (from[0] != ' ' || from[1] != ' ')
			*to++ = *from;
	*to = '\0';
	return text;
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
	assert_string_equal(why.message,
		"a fault has exactly one of fail, delay, drop, kill, pause, "
		"partition, shape, exhaust, restrict, hang, suspend, leak, dns, respond, reset, "
		"jitter, corrupt, skew and stall");
	assert_null(read_file(FILE_OF("{stall: 3s, on: read, interruptible: true}"), &why));
	assert_string_equal(why.message, "\"interruptible\" belongs to delay");
}

static void a_fault_in_the_plan(void **state)
{
	struct error why = {};
	struct scenario *s = read_file(FILE_OF("{stall: 3s, on: fsync}"), &why);

	(void)state;
	assert_non_null(s);
	assert_int_equal(plan_candidates(s), 1ull << MECHANISM_FMOD_RET);
	scenario_free(s);
}

/* What is on the command line of a quick verb. */
static void read_words(int n, char **words, struct call *ret, struct verb *verb)
{
	struct error why = {};

	*ret = (struct call){.verb = verb};
	assert_true(verb_find(words[0], verb));
	options_init(&ret->o, verb, 1);
	if (quick_read(ret, n, words, &why))
		fail_msg("%s", why.message);
}

static void a_fault_as_a_verb(void **state)
{
	_cleanup_free_ char *help = help_of("stall"), *all = NULL, *faults = columns("faults");
	char *argv[] = {"jinx", "--help", NULL};
	char *words[] = {"stall", "fsync", "--how-long", "3s", "--", "true", NULL};
	struct call call = {};
	struct verb verb;

	(void)state;
	all = output_of(2, argv);
	has(all, "jinx stall     CALLS --how-long TIME TARGET stall system calls");
	has(help,
		"usage: jinx stall CALLS --how-long TIME [OPTION...] TARGET\nStall system calls.");
	has(help, "  --how-long TIME        how long it is stalled");
	has(help, "\nexamples\n  jinx stall fsync --how-long 3s -- true\n");
	has(faults, "stall the call is made up");
	read_words(6, words, &call, &verb);
	assert_int_equal(call.made.s->faults[0].delay.mean_ns, 3000000000);
	scenario_free(call.made.s);
}

static void a_fault_in_docs(void **state)
{
	_cleanup_free_ char *page = list("reference");
	json_t *schema = schema_make(), *definition;

	(void)state;
	has(page, "| `stall` | `TIME` | stall | yes |  | `--how-long` | how long it is stalled |");
	has(page, "| `on` | `CALLS` | fail, delay, kill, hang, jitter, corrupt and stall | yes |");
	has(page, "## jinx stall");
	definition = json_object_get(json_object_get(schema, "definitions"), "fault-stall");
	assert_non_null(json_object_get(json_object_get(definition, "properties"), "stall"));
	assert_non_null(json_object_get(json_object_get(definition, "properties"), "on"));
	assert_null(json_object_get(json_object_get(definition, "properties"), "at"));
	json_decref(schema);
}

static void a_key(void **state)
{
	_cleanup_free_ char *help = help_of("fail"), *keys = columns("keys"),
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
	has(keys, "moon when N the phase of the moon");
	has(page, "| `moon` | `N` | no | any | `--moon` | the phase of the moon | `moon: 3` |");
	properties = json_object_get(
		json_object_get(json_object_get(schema, "definitions"), "when"), "properties");
	assert_non_null(json_object_get(properties, "moon"));
	json_decref(schema);
}

static void an_option(void **state)
{
	_cleanup_free_ char *help = help_of("run"), *options = columns("options"),
			    *page = list("reference");
	char *words[] = {"fail", "read", "--errno", "EIO", "--made-up", "x", "--", "true", NULL};
	char *wrong[] = {"fail", "--mad-up", NULL};
	struct call call = {};
	struct error why = {};
	struct verb verb;

	(void)state;
	has(help, "  --made-up THING        an option that a test made up (nothing)");
	has(options, "made-up run THING an option that a test made up");
	has(page, "| `--made-up THING` | nothing | an option that a test made up |");
	read_words(8, words, &call, &verb);
	assert_string_equal(call.o.run.report_paths[OUTPUT_json], "x");
	scenario_free(call.made.s);
	assert_int_equal(quick_read(&call, 2, wrong, &why), -EINVAL);
	assert_string_equal(
		why.message, "unknown option \"--mad-up\"; did you mean \"--made-up\"?");
	scenario_free(call.made.s);
}

static void an_output(void **state)
{
	_cleanup_free_ char *help = help_of("run"), *quick = help_of("fail"),
			    *options = columns("options"), *page = list("reference"), *text = NULL;
	char *words[] = {"fail", "read", "--errno", "EIO", "--moons", "x", "--", "true", NULL};
	_cleanup_file_ FILE *f = tmpfile();
	struct snapshot s = {.id = "c0ffee"};
	struct call call = {};
	struct verb verb;

	(void)state;
	has(help, "  --moons FILE           write the moons there");
	has(quick, "  --moons FILE           write the moons there");
	has(options, "moons");
	has(page, "| `--moons FILE` |  | write the moons there |");
	read_words(8, words, &call, &verb);
	assert_string_equal(call.o.run.report_paths[OUTPUT_moons], "x");
	scenario_free(call.made.s);
	assert_string_equal(output_formats[OUTPUT_moons].content_type, "text/x-moons");
	assert_int_equal(output_formats[OUTPUT_moons].write(&s, f), 0);
	text = read_all(f);
	assert_string_equal(text, "moons of c0ffee\n");
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
		cmocka_unit_test(an_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
