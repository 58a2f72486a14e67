// SPDX-License-Identifier: GPL-2.0
#include "scenario/code.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/complain.h"

char code_texts[NR_CODE_POINTS][CODE_TEXT_MAX];

static struct {
	unsigned int claims;
	struct code_place place;
} all[NR_CODE_POINTS];

static const struct {
	const char *prefix, *form;
} forms[NR_CODE_KINDS] = {
	[CODE_USER] = {"user:", "user:/program/or/library:function"},
	[CODE_KERNEL] = {"kernel:", "kernel:function"},
	[CODE_TRACEPOINT] = {"tracepoint:", "tracepoint:name or tracepoint:subsystem/name"},
	[CODE_USDT] = {"usdt:", "usdt:/program/or/library:provider:name"},
};

static int kind_of_text(const char *text)
{
	for (int k = 0; k < NR_CODE_KINDS; k++)
		if (!strncmp(text, forms[k].prefix, strlen(forms[k].prefix)))
			return k;
	return -1;
}

bool is_code(const char *text)
{
	return kind_of_text(text) >= 0;
}

const char *code_called_elsewhere(const char *text)
{
	static const struct {
		const char *prefix;
		enum code_kind kind;
	} others[] = {{"kprobe:", CODE_KERNEL}, {"kretprobe:", CODE_KERNEL},
		{"fentry:", CODE_KERNEL}, {"fexit:", CODE_KERNEL}, {"kfunc:", CODE_KERNEL},
		{"k:", CODE_KERNEL}, {"uprobe:", CODE_USER}, {"uretprobe:", CODE_USER},
		{"u:", CODE_USER}, {"rawtracepoint:", CODE_TRACEPOINT}, {"t:", CODE_TRACEPOINT},
		{"tp:", CODE_TRACEPOINT}, {"U:", CODE_USDT}};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strncmp(text, others[i].prefix, strlen(others[i].prefix)))
			return forms[others[i].kind].prefix;
	return NULL;
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Signs that are the name of an operator of C++, or an arrow, and no parentheses or commas. */
static size_t length_of_sign(const char *text, size_t at)
{
	static const char word[] = "operator";
	static const char *const signs[] = {
		"->*", "->", "<=>", "<<=", ">>=", "<<", ">>", "<=", ">=", "<", ">", ",", "()"};
	size_t n = strlen(word);

	if (!strncmp(text + at, "->", 2))
		return 2;
	if (at < n || strncmp(text + at - n, word, n) || (at > n && is_of_name(text[at - n - 1])))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (!strncmp(text + at, signs[i], strlen(signs[i])))
			return strlen(signs[i]);
	return 0;
}

size_t code_length(const char *text, const char *ends)
{
	bool bracketed = strchr(ends, ']');
	int depth = 0;
	size_t n = 0;

	for (;;) {
		size_t sign = length_of_sign(text, n);

		if (sign) {
			n += sign;
			continue;
		}
		if (!text[n] || (strchr(ends, text[n]) && depth <= 0))
			break;
		depth += text[n] == '(' || text[n] == '<' || (bracketed && text[n] == '[');
		depth -= text[n] == ')' || text[n] == '>' || (bracketed && text[n] == ']');
		n++;
	}
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	return n;
}

/* It goes into lists and reports as it is. */
static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' ? *text != ' '
						: *text == '"' || *text == '\\' || *text == 0x7f)
			return false;
	return true;
}

static int bad_form(enum code_kind kind, const char *text, struct error *why)
{
	const char *file = text + strlen(forms[kind].prefix);
	bool in_file = kind == CODE_USER || kind == CODE_USDT;

	if (in_file && *file != '/' && strchr(file, ':'))
		return complain(why, "\"%s\": the file has to be an absolute path: %s",
			quoted(text), forms[kind].form);
	return complain(why, "\"%s\" is not of the form %s", quoted(text), forms[kind].form);
}

/* Names in the kernel are of these; a dot is the compiler's. */
static bool is_plain(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.";

	return *name && strspn(name, allowed) == strlen(name);
}

/* Up to the colon that ends it: a path has none. Returns what is behind it, or NULL. */
static const char *take_part(const char *from, char *to, size_t size)
{
	const char *colon = strchr(from, ':');
	size_t length = colon ? (size_t)(colon - from) : 0;

	if (!length || length >= size)
		return NULL;
	memcpy(to, from, length);
	to[length] = '\0';
	return colon + 1;
}

static bool read_place(const char *text, struct code_place *p)
{
	const char *rest = text + strlen(forms[p->kind].prefix);

	if (p->kind == CODE_USER || p->kind == CODE_USDT) {
		if (*rest != '/' || !(rest = take_part(rest, p->file, sizeof(p->file))))
			return false;
	}
	if (p->kind == CODE_USDT && !(rest = take_part(rest, p->provider, sizeof(p->provider))))
		return false;
	if (p->kind == CODE_TRACEPOINT) {
		const char *name = strpbrk(rest, "/:");

		if (name && (name == rest || name - rest >= (long)sizeof(p->provider)))
			return false;
		if (name) {
			snprintf(
				p->provider, sizeof(p->provider), "%.*s", (int)(name - rest), rest);
			rest = name + 1;
		}
	}
	snprintf(p->name, sizeof(p->name), "%s", rest);
	if (p->kind != CODE_USER)
		return is_plain(rest);
	return *rest && *rest != '+';
}

bool code_can_name(const char *text)
{
	struct code_place place = {.kind = kind_of_text(text)};

	return is_code(text) && strlen(text) < CODE_TEXT_MAX &&
	       code_length(text, ",") == strlen(text) && is_printable(text) &&
	       read_place(text, &place);
}

int code_claim(const char *text, enum point *ret, struct error *why)
{
	struct code_place place = {.kind = kind_of_text(text)};
	int unclaimed = -1;

	if (strlen(text) >= CODE_TEXT_MAX)
		return complain(why, "\"%s\" is longer than %d characters", quoted(text),
			CODE_TEXT_MAX - 1);
	if (!is_printable(text) || !read_place(text, &place))
		return bad_form(place.kind, text, why);
	for (int i = 0; i < NR_CODE_POINTS; i++) {
		if (!all[i].claims) {
			unclaimed = unclaimed < 0 ? i : unclaimed;
			continue;
		}
		if (strcmp(code_texts[i], text))
			continue;
		all[i].claims++;
		*ret = POINT_code_0 + i;
		return 0;
	}
	if (unclaimed < 0)
		return complain(why, "more than %d places in code", NR_CODE_POINTS);
	all[unclaimed].claims = 1;
	all[unclaimed].place = place;
	snprintf(code_texts[unclaimed], CODE_TEXT_MAX, "%s", text);
	*ret = POINT_code_0 + unclaimed;
	return 0;
}

void code_claim_again(enum point p)
{
	if (code_place(p))
		all[p - POINT_code_0].claims++;
}

void code_release(const uint16_t *list, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		unsigned int index = list[i] - POINT_code_0;

		if (list[i] >= POINT_code_0 && all[index].claims && !--all[index].claims)
			code_texts[index][0] = '\0';
	}
}

const struct code_place *code_place(enum point p)
{
	return p >= POINT_code_0 && p < NR_POINTS && all[p - POINT_code_0].claims
		       ? &all[p - POINT_code_0].place
		       : NULL;
}

static bool is_of_kind(enum point p, enum code_kind kind)
{
	const struct code_place *place = code_place(p);

	return place && place->kind == kind;
}

bool is_user_code(enum point p)
{
	return is_of_kind(p, CODE_USER) || is_of_kind(p, CODE_USDT);
}

bool is_kernel_code(enum point p)
{
	return is_of_kind(p, CODE_KERNEL);
}

bool is_tracepoint(enum point p)
{
	return is_of_kind(p, CODE_TRACEPOINT);
}
