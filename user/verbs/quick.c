// SPDX-License-Identifier: GPL-2.0
/* A verb a fault, and one that measures: a scenario of one phase, from the command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "faults/kind.h"
#include "measure/verdict.h"
#include "scenario/code.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "verbs/verbs.h"

static int say(struct error *why, const char *message)
{
	return error_set(why, -EINVAL, "%s", message);
}

/* Whether the first word of the verb is the names of calls. */
static bool calls_come_first(const struct call *call)
{
	return call->verb->measures || kind_of(&call->made.s->faults[0])->flags & CALLS_COME_FIRST;
}

/* Whether these are names of calls. */
static bool are_calls(const char *text)
{
	struct fault_spec f = {};
	struct error why;
	bool are = !parse_points(text, &f, &why);

	code_release(f.points, f.n_points);
	return are;
}

/* "20ms", where --by 20ms was meant: the first option that it is a value of. */
static int unexpected(struct call *call, const char *text, struct error *why)
{
	char option[80];

	if (calls_come_first(call) && are_calls(text))
		return error_set(why, -EINVAL,
			"unexpected \"%s\": several calls have commas between them: read,write",
			quoted(text));

	if (option_for(call, text, option, sizeof(option)))
		return error_set(
			why, -EINVAL, "unexpected \"%s\"; did you mean %s?", quoted(text), option);
	return error_set(why, -EINVAL,
		"unexpected \"%s\": a command to run as the target stands after --", quoted(text));
}

/* As it was typed, so that lists tell several of one fault apart: "fail openat,read". */
static int add_to_name(struct scenario *s, const char *calls, struct error *why)
{
	char *name;

	if (asprintf(&name, "%s %.60s", s->name, calls) < 0)
		return say(why, "out of memory");
	free(s->name);
	s->name = name;
	return 0;
}

static int take_operand(struct call *call, const char *text, struct error *why)
{
	struct fault_spec *f = &call->made.s->faults[0];
	char option[80];
	int err;

	if (!calls_come_first(call) || f->n_points || call->made.s->n_observed)
		return unexpected(call, text, why);
	err = call->verb->measures ? parse_observed(text, call->made.s, why)
				   : parse_points(text, f, why);
	if (!err)
		return add_to_name(call->made.s, text, why);
	return option_for(call, text, option, sizeof(option)) ? unexpected(call, text, why) : err;
}

int set_command(struct call *call, struct error *why)
{
	struct target_spec *t = &call->made.s->targets[0];
	int err = one_target_only(&call->known, why);

	if (err)
		return err;
	if (!*call->operands[0])
		return say(why, "the command begins with the program's name");
	t->kind = TARGET_COMMAND;
	t->command = calloc(call->n_operands + 1, sizeof(*t->command));
	for (int i = 0; t->command && i < call->n_operands; i++) {
		t->command[i] = strdup(call->operands[i]);
		if (!t->command[i])
			return say(why, "out of memory");
	}
	return t->command ? 0 : say(why, "out of memory");
}

/* An option that the fault can't do without. */
static int find_missing(const struct call *call, struct error *why)
{
	for (size_t i = 0; i < call->known.n; i++) {
		const struct verb_option *o = &call->known.all[i];

		if (o->key && o->key->missing && o->fits && !call->known.given[i] &&
			!(o->key->value == VALUE_CALLS && call->made.s->faults[0].n_points))
			return say(why, o->key->missing);
	}
	return 0;
}

/* There is one target, and no other that it could be cut off from. */
static int check_partition(const struct partition *p, struct error *why)
{
	if (!p->n)
		return 0;
	return error_set(why, -EINVAL, "--with takes networks (10.0.0.0/8, fd00::/8), not \"%s\"",
		quoted(p->all[0].name));
}

/* What the arguments as a whole lack. */
static int complete(const struct call *call, struct error *why)
{
	const struct scenario *s = call->made.s;
	char names[200];

	if (find_missing(call, why) || check_partition(&s->faults[0].partition, why))
		return -EINVAL;
	if (!s->faults[0].n_points && !s->n_observed)
		return error_set(
			why, -EINVAL, "name the calls: jinx %s openat,read", call->verb->name);
	if (!target_given(&call->known) && !call->n_operands)
		return error_set(why, -EINVAL, "a target is missing: %s",
			target_options(&call->known, " or -- command", names, sizeof(names)));
	if (!s->phases[0].duration_ns && s->targets[0].kind != TARGET_COMMAND)
		return say(why, "--for is missing: every experiment has an end");
	return scenario_validate(s, why) ?: bind_conditions(NULL, call->made.s, why);
}

static struct scenario *begin(const struct verb *verb)
{
	struct scenario *s = scenario_new();

	if (!s)
		return NULL;
	s->faults[0].fault = verb->fault;
	trigger_init(&s->faults[0].trigger);
	s->name = strdup(verb->name);
	s->phases[0].name = strdup(verb->measures ? "observe" : "inject");
	s->targets[0].name = strdup("target");
	s->n_targets = s->n_phases = 1;
	s->n_faults = !verb->measures;
	return s;
}

int quick_read(struct call *call, int argc, char **argv, struct error *why)
{
	struct scenario *s = call->made.s = begin(call->verb);
	struct fault_spec *f;
	int err;

	if (!s || !s->name || !s->phases[0].name || !s->targets[0].name)
		return say(why, "out of memory");
	err = options_read(call, argc, argv, take_operand, why);
	if (err)
		return err;
	f = &s->faults[0];
	f->whole = s->n_faults && fault_kinds[f->fault]->whole && !f->n_points;
	if (s->n_faults && kind_of(f)->set_points)
		kind_of(f)->set_points(f);
	err = call->n_operands ? set_command(call, why) : 0;
	if (!err && s->n_faults)
		err = narrow_points(f, why);
	return err ?: complete(call, why);
}

int verb_quick(struct call *call)
{
	struct error why = {};

	if (!apply_limits(call->made.s, &call->o.plan, &why))
		return run_scenario(call->made.s, &call->o);
	print_complaint(NULL, &why);
	return EXIT_USAGE;
}
