// SPDX-License-Identifier: GPL-2.0
/*
 * query FILE EXPRESSION: what `jq -r EXPRESSION FILE` prints, for the few expressions that cases
 * use. In an emulated machine jq itself takes as long to start as an experiment. FILE "-" is
 * standard input. Exits 3, having printed nothing, when the expression is not one of these: .key
 * [0]  []  select(PATH == VALUE [and PATH == VALUE])  [EXPRESSION]  A | B add  floor  length
 * join("TEXT")
 */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* What goes from one stage to the next is an array of values. */
static const char *at;

static void unknown(void)
{
	exit(3);
}

static void failed(const char *what)
{
	fprintf(stderr, "query: %s\n", what);
	exit(1);
}

static json_t *checked(json_t *j)
{
	if (!j)
		failed("out of memory");
	return j;
}

static void put(json_t *values, json_t *value)
{
	if (json_array_append(values, value ?: json_null()))
		failed("out of memory");
}

static void skip_blanks(void)
{
	while (*at == ' ')
		at++;
}

static bool take(const char *word)
{
	skip_blanks();
	if (strncmp(at, word, strlen(word)))
		return false;
	at += strlen(word);
	return true;
}

static void need(const char *word)
{
	if (!take(word))
		unknown();
}

static json_t *step_key(json_t *in)
{
	size_t length = 0, i;
	json_t *out = checked(json_array()), *v;
	char name[64];

	while (isalnum((unsigned char)at[length]) || at[length] == '_')
		length++;
	if (!length || length >= sizeof(name))
		unknown();
	snprintf(name, sizeof(name), "%.*s", (int)length, at);
	at += length;
	json_array_foreach(in, i, v) put(out, json_object_get(v, name));
	return out;
}

static void put_each(json_t *out, json_t *of)
{
	const char *key;
	size_t i;
	json_t *v;

	json_array_foreach(of, i, v) put(out, v);
	json_object_foreach(of, key, v) put(out, v);
}

static json_t *step_index(json_t *in)
{
	json_t *out = checked(json_array()), *v;
	size_t i;

	if (take("]")) {
		json_array_foreach(in, i, v) put_each(out, v);
		return out;
	}
	if (!isdigit((unsigned char)*at))
		unknown();
	unsigned long n = strtoul(at, (char **)&at, 10);
	need("]");
	json_array_foreach(in, i, v) put(out, json_array_get(v, n));
	return out;
}

static json_t *pipeline(json_t *in);

static json_t *steps(json_t *in)
{
	for (;;) {
		if (*at == '.' && at[1] != '[') {
			at++;
			if (!isalpha((unsigned char)*at))
				continue; /* "." alone */
			in = step_key(in);
		} else if (*at == '[' || (*at == '.' && at[1] == '[')) {
			at += *at == '.' ? 2 : 1;
			in = step_index(in);
		} else {
			return in;
		}
	}
}

/* What stands on the right of ==, up to the next blank or parenthesis. */
static json_t *literal(void)
{
	size_t length;
	json_t *j;

	skip_blanks();
	length = *at == '"' ? strcspn(at + 1, "\"") + 2 : strcspn(at, " )");
	j = json_loadb(at, length, JSON_DECODE_ANY, NULL);
	if (!j)
		unknown();
	at += length;
	return j;
}

/* Two numbers are equal whatever their types, as in jq. */
static bool equal(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

static json_t *step_select(json_t *in)
{
	const char *begin = at;
	json_t *out = checked(json_array()), *v;
	size_t i;

	/* Each value is asked by the same text; one at least, for the place behind it. */
	if (!json_array_size(in))
		put(in, NULL);
	json_array_foreach(in, i, v)
	{
		bool holds = true;

		at = begin;
		do {
			json_t *one = checked(json_pack("[O]", v));

			skip_blanks();
			if (*at != '.')
				unknown();
			one = steps(one);
			need("==");
			holds &= equal(json_array_get(one, 0), literal());
		} while (take("and "));
		need(")");
		if (holds && !json_is_null(v))
			put(out, v);
	}
	return out;
}

static json_t *sum(json_t *of)
{
	json_int_t whole = 0;
	double real = 0;
	bool reals = false;
	size_t i;
	json_t *v;

	if (!json_array_size(of))
		return json_null();
	json_array_foreach(of, i, v)
	{
		if (!json_is_number(v))
			unknown();
		reals |= json_is_real(v);
		whole += json_is_integer(v) ? json_integer_value(v) : 0;
		real += json_number_value(v);
	}
	return checked(reals ? json_real(real) : json_integer(whole));
}

static json_t *length_of(json_t *v)
{
	if (json_is_string(v))
		return checked(json_integer(json_string_length(v)));
	return checked(json_integer(json_is_object(v) ? json_object_size(v) : json_array_size(v)));
}

static json_t *joined(json_t *of, const char *by, size_t length)
{
	char text[4096] = "";
	size_t used = 0, i;
	json_t *v;

	json_array_foreach(of, i, v)
	{
		if (!json_is_string(v))
			unknown();
		used += snprintf(text + used, sizeof(text) - used, "%.*s%s", i ? (int)length : 0,
			by, json_string_value(v));
		if (used >= sizeof(text))
			unknown();
	}
	return checked(json_string(text));
}

static json_t *call(json_t *in, json_t *(*f)(json_t *))
{
	json_t *out = checked(json_array()), *v;
	size_t i;

	json_array_foreach(in, i, v) put(out, f(v));
	return out;
}

static json_t *floored(json_t *v)
{
	return checked(json_integer(floor(json_number_value(v))));
}

static json_t *stage(json_t *in)
{
	json_t *out, *v;
	size_t i, length;

	skip_blanks();
	if (*at == '.')
		return steps(in);
	if (take("select("))
		return steps(step_select(in));
	if (take("add"))
		return call(in, sum);
	if (take("length"))
		return call(in, length_of);
	if (take("floor"))
		return call(in, floored);
	if (take("join(\"")) {
		const char *by = at;

		length = strcspn(at, "\"");
		at += length;
		need("\")");
		out = checked(json_array());
		json_array_foreach(in, i, v) put(out, joined(v, by, length));
		return out;
	}
	need("[");
	out = checked(json_array());
	put(out, pipeline(in));
	need("]");
	return steps(out);
}

static json_t *pipeline(json_t *in)
{
	do
		in = stage(in);
	while (take("|"));
	return in;
}

int main(int argc, char **argv)
{
	json_t *whole, *values, *v;
	size_t i;

	if (argc != 3)
		failed("usage: query FILE EXPRESSION");
	whole = strcmp(argv[1], "-") ? json_load_file(argv[1], JSON_DECODE_ANY, NULL)
				     : json_loadf(stdin, JSON_DECODE_ANY, NULL);
	if (!whole)
		failed("not JSON");
	at = argv[2];
	values = pipeline(checked(json_pack("[O]", whole)));
	skip_blanks();
	if (*at)
		unknown();
	json_array_foreach(values, i, v)
	{
		if (json_is_string(v))
			puts(json_string_value(v));
		else if (json_dumpf(v, stdout, JSON_COMPACT | JSON_ENCODE_ANY) || putchar('\n') < 0)
			failed("writing");
	}
	return fflush(stdout) ? 1 : 0;
}
