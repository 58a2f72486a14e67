// SPDX-License-Identifier: GPL-2.0
/* fail: the call returns an error. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

static int validate(const struct fault_spec *f, struct error *why)
{
	for (unsigned int i = 0; f->at == AT_EXIT && i < f->n_points; i++)
		if (!f->from_group[i] && points[f->points[i]].traits & REPLACES)
			return complain(why,
				"\"%s\" can't fail at exit: the old program is gone by then",
				points[f->points[i]].name);
	return 0;
}

static unsigned int ladder(const struct fault_spec *f, const enum mechanism **ret)
{
	static const enum mechanism before[] = {MECHANISM_FMOD_RET, MECHANISM_OVERRIDE,
		MECHANISM_SECURITY, MECHANISM_LSM, MECHANISM_SOCK_ADDR};
	static const enum mechanism after[] = {MECHANISM_OVERRIDE_EXIT};
	static const enum mechanism bios[] = {MECHANISM_FMOD_RET, MECHANISM_OVERRIDE};

	if (strikes_bios(f)) {
		*ret = bios;
		return ARRAY_SIZE(bios);
	}

	*ret = f->at == AT_EXIT ? after : before;
	return f->at == AT_EXIT ? ARRAY_SIZE(after) : ARRAY_SIZE(before);
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	*ret = '\0';
	for (unsigned int i = 0; i < f->n_errors; i++)
		text_append(ret, size, "%s%s", i ? "|" : "", errno_name(f->errors[i]));
}

static void fill(const struct fault_spec *f, struct rule *rule)
{
	rule->n_errors = f->n_errors;
	for (unsigned int i = 0; i < f->n_errors; i++)
		rule->errors[i] = -f->errors[i];
}

static int add_errno(const char *text, void *fault, struct error *why)
{
	struct fault_spec *f = fault;
	int error, err = parse_errno(text, &error, why);

	if (err)
		return err;
	for (unsigned int i = 0; i < f->n_errors; i++)
		if (f->errors[i] == error)
			return complain(why, "errno %s is given twice", errno_name(error));
	if (f->n_errors == MAX_ERRORS)
		return complain(why, "more than %d errnos", MAX_ERRORS);
	f->errors[f->n_errors++] = error;
	return 0;
}

static int take_fail(struct value v, void *fault, struct error *why)
{
	return for_each_word(v.text, add_errno, fault, why);
}

static int take_everyone(struct value v, void *fault, struct error *why)
{
	return take_bool(v, &((struct fault_spec *)fault)->everyone, why);
}

static const char *describe_rest(const struct fault_spec *f)
{
	return f->everyone ? "everyone's" : "";
}

static const struct key keys[] = {
	{"fail", VALUE_ERRNO, .one_of = true, .list = true, .commas = true, .option = "errno",
		.take = take_fail,
		.about = "the errno that the call returns; of several, one at random",
		.example = "EIO,ENOSPC", .missing = "--errno is missing"},
	{"everyone", VALUE_BOOL, .option = "everyone", .take = take_everyone,
		.about = "true: of bios, all of the device that `where` names, whoever's they are",
		.fallback = "false", .example = "true",
		.help = "of bios: all of the device, whoever's they are"},
};

const struct fault_kind fault_fail = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | TAKES_LIMIT | TAKES_MOMENT |
		 CALLS_COME_FIRST,
	.validate = validate,
	.purpose = "make system calls fail",
	.examples = {"connect --errno ECONNREFUSED -- curl -s http://127.0.0.1:1/",
		"connect --errno ETIMEDOUT --chance 20% --for 1m --container web",
		"write --errno ENOSPC --where \"path: /srv/**\" --for 30s --pid 4711"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = ladder,
	.describe = describe,
	.describe_rest = describe_rest,
	.fill = fill,
};
