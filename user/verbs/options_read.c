// SPDX-License-Identifier: GPL-2.0
/* The words of a command line, taken as the rows say (options.c). */
#include "verbs/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "verbs/verbs.h"

#define FIRST_OPTION 256 /* getopt's numbers for them; smaller ones are letters */
#define OPERAND 1

static int unknown_option(const char *word, const struct verb_options *known, struct error *why)
{
	const char *names[MAX_OPTIONS], *near;

	for (size_t i = 0; i < known->n; i++)
		names[i] = known->all[i].name;
	near = nearest(word + strspn(word, "-"), names, known->n);
	if (near)
		return error_set(
			why, -EINVAL, "unknown option \"%s\"; did you mean \"--%s\"?", word, near);
	return error_set(why, -EINVAL, "unknown option \"%s\"", word);
}

/* getopt_long() has left the number of an option that it knows, or a letter, or nothing. */
static int wrong_option(int c, char **argv, const struct verb_options *known, struct error *why)
{
	if (optopt >= FIRST_OPTION)
		return error_set(why, -EINVAL,
			c == ':' ? "--%s takes a value" : "--%s takes no value",
			known->all[optopt - FIRST_OPTION].name);
	if (optopt)
		return error_set(why, -EINVAL, "unknown option \"-%c\"", optopt);
	return unknown_option(argv[optind - 1], known, why);
}

/* What the keys of a block are read into. */
static void *block_of(struct call *call, enum block block)
{
	if (block == BLOCK_TARGET)
		return &call->made.s->targets[0];
	if (block == BLOCK_FAULT || block == BLOCK_EXHAUST || block == BLOCK_RESTRICT ||
		block == BLOCK_LEAK)
		return &call->made.s->faults[0];
	if (block == BLOCK_WHEN)
		return &call->made.s->faults[0].trigger;
	if (block == BLOCK_SAFETY)
		return &call->o.plan.safety;
	return &call->made;
}

bool target_given(const struct verb_options *known)
{
	for (size_t i = 0; i < known->n; i++)
		if (known->given[i] && known->all[i].heading == HEAD_TARGET)
			return true;
	return false;
}

int one_target_only(const struct verb_options *known, struct error *why)
{
	char names[200];

	if (!target_given(known))
		return 0;
	return error_set(why, -EINVAL, "one target only: %s",
		target_options(known, " or a command", names, sizeof(names)));
}

/* Several values of it add up. */
static bool may_repeat(const struct verb_option *o)
{
	return !o->placeholder || option_value_is_optional(o) || (o->row && o->row->repeats) ||
	       (o->key && (o->key->list || o->key->commas || o->key->value == VALUE_BLOCK));
}

/* "--json --quiet": the value was forgotten, and the next option taken for it. */
static bool is_option(const struct verb_options *known, const char *text)
{
	if (!text || strncmp(text, "--", 2))
		return false;
	if (!text[2])
		return true;
	for (size_t i = 0; i < known->n; i++)
		if (!strcmp(known->all[i].name, text + 2))
			return true;
	return false;
}

static int wrong_verb(const struct call *call, const struct verb_option *o, struct error *why)
{
	char faults[120];

	if (o->key->value == VALUE_CALLS && key_applies(o->key, call->verb->fault))
		return error_set(why, -EINVAL,
			"the calls come without an option: jinx %s openat,read", call->verb->name);
	return error_set(why, -EINVAL, "--%s belongs to %s", o->name,
		list_faults_with(o->key, faults, sizeof(faults)));
}

static int take(struct call *call, size_t index, const char *text, struct error *why)
{
	const struct verb_option *o = &call->known.all[index];

	if (!o->fits)
		return wrong_verb(call, o, why);
	if (o->placeholder && is_option(&call->known, text))
		return error_set(why, -EINVAL, "--%s takes a value", o->name);
	/* The last one would win, be it the laxer. */
	if (call->known.given[index] && !may_repeat(o) && o->heading != HEAD_TARGET)
		return error_set(why, -EINVAL, "--%s is given twice", o->name);
	if (o->row) {
		call->known.given[index] = true;
		return o->row->take(text, &call->o, why);
	}
	if (o->heading == HEAD_TARGET && one_target_only(&call->known, why))
		return -EINVAL;
	call->known.given[index] = true;
	return take_option(o->key, o->name, o->value ?: text, block_of(call, o->block), why);
}

/* Whether the option would take it; it is tried on a scenario of its own. */
static bool would_take(const struct verb_option *o, enum fault fault, const char *text)
{
	struct parsing scratch = {.s = scenario_new()};
	struct call call = {.made = scratch};
	struct error why;
	bool ret = false;

	if (scratch.s) {
		scratch.s->n_targets = scratch.s->n_phases = scratch.s->n_faults = 1;
		scratch.s->faults[0].fault = fault;
		trigger_init(&scratch.s->faults[0].trigger);
		ret = !take_option(o->key, o->name, text, block_of(&call, o->block), &why);
	}
	scenario_free(scratch.s);
	return ret;
}

bool option_for(const struct call *call, const char *text, char *ret, size_t size)
{
	for (size_t i = 0; i < call->known.n; i++) {
		const struct verb_option *o = &call->known.all[i];

		if (!o->key || !o->fits || call->known.given[i])
			continue;
		if (o->value && !strcmp(text, o->value) && strcmp(text, "true"))
			snprintf(ret, size, "--%s", o->name);
		else if (!o->value && value_rows[o->key->value].tells &&
			 would_take(o, call->verb->fault, text))
			snprintf(ret, size, strpbrk(text, " *") ? "--%s \"%s\"" : "--%s %s",
				o->name, quoted(text));
		else
			continue;
		return true;
	}
	return false;
}

/* getopt takes the beginning of a name for it, until another option begins like that. */
static int check_whole(char **argv, const struct verb_option *o, const struct verb_options *known,
	struct error *why)
{
	const char *word = argv[optind - 1];

	if (o->placeholder && optarg == word)
		word = argv[optind - 2];
	word += strspn(word, "-");
	if (strcspn(word, "=") == strlen(o->name))
		return 0;
	return unknown_option(word, known, why);
}

/* As getopt_long() wants to know it. */
static int argument_of(const struct verb_option *o)
{
	if (!o->placeholder)
		return no_argument;
	return option_value_is_optional(o) ? optional_argument : required_argument;
}

int options_read(struct call *call, int argc, char **argv,
	int (*take_operand)(struct call *call, const char *text, struct error *why),
	struct error *why)
{
	/* '-': operands come in order, as option 1; "--" ends the options before a command. */
	const char *letters = take_operand ? "-:" : ":";
	struct option table[MAX_OPTIONS + 1] = {};
	int c, err = 0;

	options_of(call->verb, &call->known);
	for (size_t i = 0; i < call->known.n; i++)
		table[i] = (struct option){call->known.all[i].name,
			argument_of(&call->known.all[i]), NULL, FIRST_OPTION + i};
	opterr = 0;
	optind = 0; /* from the beginning: getopt remembers */
	while (!err) {
		optopt = 0;
		c = getopt_long(argc, argv, letters, table, NULL);
		if (c == -1)
			break;
		if (c == OPERAND)
			err = take_operand(call, optarg, why);
		else if (c < FIRST_OPTION)
			err = wrong_option(c, argv, &call->known, why);
		else
			err = check_whole(
				      argv, &call->known.all[c - FIRST_OPTION], &call->known, why)
				      ?: take(call, c - FIRST_OPTION, optarg, why);
	}
	call->operands = argv + optind;
	call->n_operands = argc - optind;
	return err;
}
