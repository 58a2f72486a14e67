// SPDX-License-Identifier: GPL-2.0
/* 5, x0, w1, [sp, 24], [x0, x1, lsl 3] */
#include "target/operand.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define STACK_POINTER 31 /* in struct user_pt_regs (arch/arm64/include/uapi/asm/ptrace.h) */
#define LAST_REGISTER 30

static void skip_spaces(const char **at)
{
	*at += strspn(*at, " ");
}

/* Its place, or NO_REGISTER; moves *at behind it. */
static __u8 take_register(const char **at, bool addresses)
{
	const char *from = *at;
	unsigned long n;
	char *end;

	if (!strncmp(from, "sp", 2) && !isalnum((unsigned char)from[2])) {
		*at += 2;
		return STACK_POINTER;
	}
	if ((*from != 'x' && (addresses || *from != 'w')) || !isdigit((unsigned char)from[1]))
		return NO_REGISTER;
	n = strtoul(from + 1, &end, 10);
	if (n > LAST_REGISTER || isalnum((unsigned char)*end))
		return NO_REGISTER;
	*at = end;
	return n;
}

static bool take_number(const char **at, __s64 *ret)
{
	*at += **at == '#';
	return operand_number(at, ret);
}

/* ", lsl 3" behind an index */
static bool take_shift(const char **at, __u8 *ret)
{
	__s64 by;

	if (**at != ',')
		return true;
	++*at;
	skip_spaces(at);
	if (strncmp(*at, "lsl ", 4))
		return false;
	*at += 4;
	if (!take_number(at, &by) || by < 0 || by > 4)
		return false;
	*ret = by;
	return true;
}

static const char *read_memory(const char *at, struct probe_argument *ret)
{
	ret->operand = OPERAND_MEMORY;
	at++;
	ret->base = take_register(&at, true);
	if (ret->base == NO_REGISTER)
		return OPERAND_UNKNOWN;
	if (*at == ',') {
		at++;
		skip_spaces(&at);
		ret->index = take_register(&at, true);
		if (ret->index == NO_REGISTER ? !take_number(&at, &ret->value)
					      : !take_shift(&at, &ret->shift))
			return *at == ':' || *at == '#' ? OPERAND_OF_VARIABLE : OPERAND_UNKNOWN;
	}
	return strcmp(at, "]") ? OPERAND_UNKNOWN : NULL;
}

/* A vector's, or a part of one. */
static bool is_float(const char *text)
{
	return strchr("bhsdqv", *text) && isdigit((unsigned char)text[1]);
}

const char *operand_arm64(const char *text, struct probe_argument *ret)
{
	if (*text == '[')
		return read_memory(text, ret);
	if (*text && is_float(text))
		return OPERAND_OF_FLOAT;
	if (!strcmp(text, "xzr") || !strcmp(text, "wzr") ||
		(take_number(&text, &ret->value) && !*text)) {
		ret->operand = OPERAND_CONSTANT;
		return NULL;
	}
	ret->operand = OPERAND_REGISTER;
	ret->base = take_register(&text, false);
	if (ret->base != NO_REGISTER && !*text)
		return NULL;
	return isalpha((unsigned char)*text) || *text == '_' ? OPERAND_OF_VARIABLE
							     : OPERAND_UNKNOWN;
}
