// SPDX-License-Identifier: GPL-2.0
#include "run/hook_state.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "measure/role.h"
#include "output/output.h"
#include "report/json.h"

static json_t *text_json(const char *text)
{
	return text ? json_foreign(text) : json_null();
}

static json_t *phase_json(const struct hook_state *h)
{
	const struct phase *p = &h->s->phases[h->phase < 0 ? 0 : h->phase];

	if (h->phase < 0)
		return json_null();
	return json_pack("{s:s, s:s, s:i, s:i, s:f}", "name", p->name, "role",
		role_names[scenario_role(h->s, h->phase)], "number", h->phase + 1, "of",
		(int)h->s->n_phases, "seconds", p->duration_ns / 1e9);
}

static json_t *report_json(const struct snapshot *s)
{
	_cleanup_free_ char *text = s ? output_text(&output_formats[OUTPUT_json], s) : NULL;

	return s ? json_loads(text ?: "", 0, NULL) : json_null();
}

/* Takes the state. */
static int write_all(json_t *state)
{
	int fd = memfd_create("state", MFD_CLOEXEC), err = fd < 0 ? -errno : 0;

	if (!err && json_dumpfd(state, fd, JSON_INDENT(2) | JSON_REAL_PRECISION(9)))
		err = -EIO;
	json_decref(state);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

int hook_state_file(const struct hook_state *h)
{
	json_t *state = json_pack("{s:i, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "jinx", 1,
		"hook", run_hook_names[h->hook], "id", text_json(h->id), "name",
		text_json(h->s->name), "file", text_json(h->s->file), "dry_run", h->dry_run,
		"phase", phase_json(h), "verdict", text_json(h->verdict), "reason",
		text_json(h->reason), "report", report_json(h->report));

	return state ? write_all(state) : -ENOMEM;
}

/* `type` with "?" behind it: or null. */
static void add(json_t *properties, const char *name, const char *type, const char *about)
{
	size_t n = strcspn(type, "?");
	json_t *types = json_pack("[s%]", type, n);

	if (type[n])
		json_array_append_new(types, json_string("null"));
	json_object_set_new(
		properties, name, json_pack("{s:o, s:s}", "type", types, "description", about));
}

static json_t *object(json_t *properties)
{
	json_t *required = json_array(), *value;
	const char *name;

	json_object_foreach(properties, name, value)
		json_array_append_new(required, json_string(name));
	return json_pack("{s:o, s:o}", "required", required, "properties", properties);
}

static json_t *words_json(const char *const *words, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_string(words[i]));
	return json_pack("{s:o}", "enum", all);
}

static json_t *phase_schema(void)
{
	json_t *properties = json_object(), *s;

	add(properties, "name", "string", "the phase's");
	json_object_set_new(properties, "role", words_json(role_names, NR_ROLES));
	add(properties, "number", "integer", "from 1 on");
	add(properties, "of", "integer", "how many phases there are");
	add(properties, "seconds", "number", "how long it is to last");
	s = object(properties);
	json_object_set_new(s, "type", json_pack("[s, s]", "object", "null"));
	json_object_set_new(s, "description", json_string("null: the hook is about the run"));
	return s;
}

json_t *hook_schema_make(void)
{
	json_t *properties = json_object(), *s;

	json_object_set_new(properties, "jinx",
		json_pack("{s:i, s:s}", "const", 1, "description", "the version of this format"));
	json_object_set_new(properties, "hook", words_json(run_hook_names, NR_RUN_HOOKS));
	add(properties, "id", "string?", "as in jinx ps; null: it has none yet");
	add(properties, "name", "string", "the scenario's");
	add(properties, "file", "string", "the scenario's, as it was named");
	add(properties, "dry_run", "boolean", "nothing is injected, only counted");
	json_object_set_new(properties, "phase", phase_schema());
	add(properties, "verdict", "string?", "null: it has not ended");
	add(properties, "reason", "string?", "why that verdict");
	add(properties, "report", "object?",
		"the report so far, as of report.schema.json; null: there is none");
	s = object(properties);
	json_object_set_new(
		s, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(s, "title", json_string("what a hook of jinx reads"));
	json_object_set_new(s, "type", json_string("object"));
	return s;
}
