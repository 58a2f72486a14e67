// SPDX-License-Identifier: GPL-2.0
#include "target/usdt_arguments.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define OPERAND_MAX 128

#if defined(__x86_64__)
const operand_reader operand_here = operand_x86_64;
#elif defined(__aarch64__)
const operand_reader operand_here = operand_arm64;
#else
#error "name the reader of this architecture's operands"
#endif

bool operand_number(const char **at, __s64 *ret)
{
	const char *digits = *at + (**at == '-' || **at == '+');
	bool hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*ret = (__s64)strtoull(digits, &end, hex ? 16 : 10);
	if (errno || isalpha((unsigned char)*end))
		return false;
	if (**at == '-')
		*ret = (__s64)(0 - (__u64)*ret);
	*at = end;
	return true;
}

/* Up to the space that ends it, which is in no brackets. false: there is none. */
static bool next(const char **at, char *ret, size_t size)
{
	int depth = 0;
	size_t n = 0;

	*at += strspn(*at, " ");
	for (; (*at)[n] && ((*at)[n] != ' ' || depth > 0); n++) {
		depth += (*at)[n] == '[' || (*at)[n] == '(';
		depth -= (*at)[n] == ']' || (*at)[n] == ')';
	}
	snprintf(ret, size, "%.*s", (int)n, *at);
	*at += n;
	return n > 0;
}

/* "-4@": signed, of four bytes. The floating-point kind says "8f@". */
static const char *read_one(const char *text, operand_reader reader, struct probe_argument *ret)
{
	const char *why = NULL;

	*ret = (struct probe_argument){.base = NO_REGISTER, .index = NO_REGISTER};
	ret->has_sign = *text == '-';
	text += ret->has_sign;
	if (!*text || !strchr("1248", *text) || (text[1] != '@' && text[1] != 'f'))
		why = "its size is not 1, 2, 4 or 8 bytes";
	else if (text[1] == 'f')
		why = OPERAND_OF_FLOAT;
	if (!why) {
		ret->size = *text - '0';
		why = reader(text + 2, ret);
	}
	if (why)
		ret->operand = OPERAND_NONE;
	return why;
}

unsigned int usdt_arguments(const char *text, operand_reader reader, struct probe_arguments *ret)
{
	char one[OPERAND_MAX];
	unsigned int n = 0;

	*ret = (struct probe_arguments){};
	for (; next(&text, one, sizeof(one)); n++)
		if (n < MAX_ARGUMENTS)
			(void)read_one(one, reader, &ret->all[n]);
	return n;
}

int usdt_argument_check(const char *text, operand_reader reader, unsigned int n, struct error *why)
{
	char one[OPERAND_MAX], shown[OPERAND_MAX];
	struct probe_argument argument;
	unsigned int i = 0;
	const char * not ;

	while (next(&text, one, sizeof(one)) && i < n)
		i++;
	if (!*one)
		return error_set(why, -EOPNOTSUPP, "the probe has %u argument%s, from 0 on", i,
			i == 1 ? "" : "s");
	not = read_one(one, reader, &argument);
	if (!not )
		return 0;
	printable(one, "", shown, sizeof(shown));
	return error_set(why, -EOPNOTSUPP, "argument %u, \"%s\", can't be had: %s", n, shown, not );
}
