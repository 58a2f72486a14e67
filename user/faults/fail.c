// SPDX-License-Identifier: GPL-2.0
/* fail: the call returns an error. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "faults/kind.h"
#include "scenario/code.h"
#include "scenario/complain.h"
#include "scenario/names.h"
#include "scenario/numbers.h"

/* A number that a function of a program is to return is that number. */
static bool is_value(const struct fault_spec *f, unsigned int i)
{
	return f->forms[i] == RETURN_VALUE ||
	       (f->forms[i] == ERROR_BY_NUMBER && f->n_points && is_user_code(f->points[0]));
}

static const char *returned_text(const struct fault_spec *f, unsigned int i, char *ret, size_t size)
{
	if (is_value(f, i))
		snprintf(ret, size, "%d", f->errors[i]);
	else if (f->n_points && is_user_code(f->points[0])) /* few of them return errnos */
		snprintf(ret, size, "%s (%d)", errno_name(f->errors[i]), -f->errors[i]);
	else
		snprintf(ret, size, "%s", errno_name(f->errors[i]));
	return ret;
}

/* As the kernel side has it: where a function of the kernel is concerned, 0 and 1 have words. */
static int returned(const struct fault_spec *f, unsigned int i)
{
	if (!is_value(f, i))
		return -f->errors[i];
	if (is_user_code(f->points[0]))
		return f->errors[i];
	return f->errors[i] ? -IS_TRUE : -IS_LEFT_OUT;
}

/* What a function returns is no errno, if it isn't one of the kernel's. */
static const char *is_no_error_of(enum point p, const struct fault_spec *f, unsigned int i)
{
	bool zero_or_one = f->errors[i] == 0 || f->errors[i] == 1;

	if (is_user_code(p) || f->forms[i] != RETURN_VALUE)
		return NULL;
	if (is_kernel_code(p))
		return zero_or_one ? NULL : "a function of the kernel fails by errno, NULL or true";
	return "a system call fails by errno";
}

/* The same number says something else to functions of programs. */
static int validate_values(const struct fault_spec *f, struct error *why)
{
	char value[32];

	for (unsigned int i = 0; i < f->n_points; i++) {
		if (is_user_code(f->points[i]) != is_user_code(f->points[0]))
			return complain(why, "functions of programs return values, and others "
					     "errnos: write a fault for each");
		for (unsigned int k = 0; k < f->n_errors; k++) {
			const char *no_error = is_no_error_of(f->points[i], f, k);

			if (no_error)
				return complain(why, "\"%s\" is no error: %s",
					returned_text(f, k, value, sizeof(value)), no_error);
		}
	}
	return 0;
}

static int validate(const struct fault_spec *f, struct error *why)
{
	int err = validate_values(f, why);

	if (err)
		return err;
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
		MECHANISM_SECURITY, MECHANISM_LSM, MECHANISM_SOCK_ADDR, MECHANISM_FUNCTION_FAIL};
	static const enum mechanism after[] = {MECHANISM_OVERRIDE_EXIT, MECHANISM_FUNCTION_REPLACE};
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
	char value[32];

	*ret = '\0';
	for (unsigned int i = 0; i < f->n_errors; i++)
		text_append(
			ret, size, "%s%s", i ? "|" : "", returned_text(f, i, value, sizeof(value)));
}

static void fill(const struct fault_spec *f, struct rule *rule)
{
	rule->n_errors = f->n_errors;
	for (unsigned int i = 0; i < f->n_errors; i++)
		rule->errors[i] = returned(f, i);
}

/* "NULL", "true", "false", "-1", "0", "0x10": what is no errno, but may be returned. */
static bool read_returned(const char *text, int *ret)
{
	static const struct {
		const char *word;
		int value;
	} words[] = {{"NULL", 0}, {"false", 0}, {"true", 1}};
	char *end;
	long value;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		*ret = words[i].value;
		if (!strcmp(text, words[i].word))
			return true;
	}
	if (!isdigit((unsigned char)text[*text == '-']))
		return false;
	errno = 0;
	value = strtol(text, &end, 0);
	*ret = value;
	return !errno && !*end && value == *ret && (value <= 0 || !strncmp(text, "0x", 2));
}

static int add_errno(const char *text, void *fault, struct error *why)
{
	struct fault_spec *f = fault;
	enum error_form form = isdigit((unsigned char)*text) ? ERROR_BY_NUMBER : ERROR_BY_NAME;
	int error, err = 0;

	if (read_returned(text, &error))
		form = RETURN_VALUE;
	else
		err = parse_errno(text, &error, why);
	if (err)
		return err;
	for (unsigned int i = 0; i < f->n_errors; i++)
		if (f->errors[i] == error && f->forms[i] == form)
			return complain(why, "errno %s is given twice", errno_name(error));
	if (f->n_errors == MAX_ERRORS)
		return complain(why, "more than %d errnos", MAX_ERRORS);
	f->forms[f->n_errors] = form;
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
		.about = "the errno that the call returns, of functions of programs any number, "
			 "NULL or true; of "
			 "several, one at random",
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
	.purpose = "make system calls or functions fail",
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
