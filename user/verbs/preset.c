// SPDX-License-Identifier: GPL-2.0
/* --preset NAME --set KEY=VALUE: a scenario of one phase, from the command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "scenario/complain.h"
#include "scenario/presets.h"
#include "verbs/verbs.h"

/* The text of a scenario with a target that doesn't matter: JSON is YAML. NULL: out of memory. */
static char *write_scenario(const struct options *o)
{
	const struct settings *set = &o->plan.settings;
	json_t *use = json_pack("{s:s}", "use", o->preset), *all;
	char *text;

	for (unsigned int i = 0; i < set->n; i++) {
		size_t length = strcspn(set->all[i].name, "=");
		_cleanup_free_ char *name = strndup(set->all[i].name, length);

		json_object_set_new(use, name ?: "", json_string(set->all[i].value));
	}
	all = json_pack("{s:i, s:s, s:{s:[s]}, s:[o]}", "jinx", 1, "name", o->preset, "target",
		"command", "true", "timeline", use);
	text = json_dumps(all, 0);
	json_decref(all);
	return text;
}

static int parse(const struct options *o, struct scenario **ret, struct error *why)
{
	const struct settings settings = {.scale = o->plan.settings.scale};
	_cleanup_free_ char *text = write_scenario(o);
	struct complaints all;
	int err;

	if (!text) /* a value that is no UTF-8, most likely */
		return complain(why, "--set: the values can't be written as text");
	err = scenario_parse_all(text, strlen(text), "--preset", &settings, ret, &all);
	*why = all.all[0];
	why->place = (struct place){}; /* nobody has written that text */
	return err;
}

/* The target that the options, or the words after --, have made. */
static void move_target(struct scenario *from, struct scenario *to)
{
	struct target_spec made = from->targets[0];
	char *name = to->targets[0].name;

	from->targets[0] = to->targets[0];
	from->targets[0].name = NULL;
	to->targets[0] = made;
	to->targets[0].name = name;
}

static bool is_scenario_file(const char *word)
{
	const char *dot = strrchr(word, '.');

	return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

int preset_read(struct call *call, struct scenario **ret, struct error *why)
{
	char names[200];
	int err = 0;

	if (call->n_operands && is_scenario_file(call->operands[0]))
		err = error_set(
			why, -EINVAL, "--preset stands in place of a file: it can't be both");
	else if (call->n_operands)
		err = set_command(call, why);
	else if (!target_given(&call->known))
		err = error_set(why, -EINVAL, "a target is missing: %s",
			target_options(&call->known, " or -- command", names, sizeof(names)));
	err = err ?: parse(&call->o, ret, why);
	if (err)
		return err;
	move_target(call->made.s, *ret);
	err = scenario_validate(*ret, why) ?: apply_limits(*ret, &call->o.plan, why);
	if (err)
		scenario_free(*ret);
	return err;
}

int preset_check_call(const struct call *call, struct error *why)
{
	if (call->o.preset && !find_preset(call->o.preset)) {
		const char *names[16];
		size_t n = 0;

		for (; n < n_presets && n < ARRAY_SIZE(names); n++)
			names[n] = presets[n].name;
		return complain_unknown(why, "preset", call->o.preset, names, n);
	}
	if (!call->o.preset && target_given(&call->known))
		return error_set(why, -EINVAL,
			"a scenario has its own target: --cgroup and the like go with --preset");
	return 0;
}
