// SPDX-License-Identifier: GPL-2.0
/* What hooks read, and that its schema says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "run/hook_state.h"

static const char text[] =
	"jinx: 1\nname: shop\ntarget: {command: [sleep, '1']}\n"
	"hooks: {before_phase: [x]}\n"
	"timeline: [{phase: a, for: 1500ms}, {phase: b, for: 2s, faults: [{fail: "
	"EIO, on: read}]}]\n";

static json_t *state_of(struct hook_state h)
{
	struct scenario *s;
	struct error why;
	json_t *ret;
	int fd;

	if (scenario_parse(text, strlen(text), "shop.yaml", &s, &why))
		fail_msg("%s", why.message);
	h.s = s;
	fd = hook_state_file(&h);
	assert_true(fd >= 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	ret = json_loadfd(fd, 0, NULL);
	close(fd);
	scenario_free(s);
	assert_non_null(ret);
	return ret;
}

static const char *word(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void around_the_run(void **state)
{
	json_t *one = state_of((struct hook_state){.hook = HOOK_BEFORE_RUN, .phase = -1}),
	       *other = state_of((struct hook_state){.hook = HOOK_AFTER_RUN,
		       .phase = -1,
		       .dry_run = true,
		       .id = "5a93de",
		       .verdict = "aborted",
		       .reason = "\xff"});

	(void)state;
	assert_string_equal(word(one, "hook"), "before_run");
	assert_string_equal(word(one, "name"), "shop");
	assert_string_equal(word(one, "file"), "shop.yaml");
	assert_true(json_is_null(json_object_get(one, "id")));
	assert_true(json_is_null(json_object_get(one, "phase")));
	assert_true(json_is_null(json_object_get(one, "verdict")));
	assert_true(json_is_null(json_object_get(one, "report")));
	assert_true(json_is_false(json_object_get(one, "dry_run")));
	assert_string_equal(word(other, "hook"), "after_run");
	assert_string_equal(word(other, "id"), "5a93de");
	assert_string_equal(word(other, "verdict"), "aborted");
	assert_string_equal(word(other, "reason"), "\\xff"); /* JSON is UTF-8 */
	assert_true(json_is_true(json_object_get(other, "dry_run")));
	json_decref(one);
	json_decref(other);
}

static void around_a_phase(void **state)
{
	json_t *s =
		state_of((struct hook_state){.hook = HOOK_AFTER_PHASE, .phase = 1, .id = "5a93de"});
	const json_t *phase = json_object_get(s, "phase");

	(void)state;
	assert_string_equal(word(phase, "name"), "b");
	assert_string_equal(word(phase, "role"), "inject");
	assert_int_equal(json_integer_value(json_object_get(phase, "number")), 2);
	assert_int_equal(json_integer_value(json_object_get(phase, "of")), 2);
	assert_true(json_number_value(json_object_get(phase, "seconds")) == 2);
	json_decref(s);
}

/* All keys and no others. */
static void same_keys(const json_t *schema, const json_t *o)
{
	const json_t *properties = json_object_get(schema, "properties");
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)o, key, value) if (!json_object_get(properties, key))
		fail_msg("the schema has no \"%s\"", key);
	assert_int_equal(json_object_size(o), json_object_size(properties));
	assert_int_equal(json_object_size(o), json_array_size(json_object_get(schema, "required")));
}

static void as_the_schema_says(void **state)
{
	json_t *s = state_of((struct hook_state){.hook = HOOK_BEFORE_PHASE, .phase = 0}),
	       *schema = hook_schema_make();

	(void)state;
	same_keys(schema, s);
	same_keys(json_object_get(json_object_get(schema, "properties"), "phase"),
		json_object_get(s, "phase"));
	json_decref(s);
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(around_the_run),
		cmocka_unit_test(around_a_phase),
		cmocka_unit_test(as_the_schema_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
