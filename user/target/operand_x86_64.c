// SPDX-License-Identifier: GPL-2.0
/* $-1, %rdi, -24(%rbp), 8(%rax,%rbx,4) */
#include "target/operand.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"

/* By their place in struct pt_regs (arch/x86/include/asm/ptrace.h); 64, 32, 16 and 8 bits. */
static const char *const registers[][4] = {
	{"r15", "r15d", "r15w", "r15b"},
	{"r14", "r14d", "r14w", "r14b"},
	{"r13", "r13d", "r13w", "r13b"},
	{"r12", "r12d", "r12w", "r12b"},
	{"rbp", "ebp", "bp", "bpl"},
	{"rbx", "ebx", "bx", "bl"},
	{"r11", "r11d", "r11w", "r11b"},
	{"r10", "r10d", "r10w", "r10b"},
	{"r9", "r9d", "r9w", "r9b"},
	{"r8", "r8d", "r8w", "r8b"},
	{"rax", "eax", "ax", "al"},
	{"rcx", "ecx", "cx", "cl"},
	{"rdx", "edx", "dx", "dl"},
	{"rsi", "esi", "si", "sil"},
	{"rdi", "edi", "di", "dil"},
	[19] = {"rsp", "esp", "sp", "spl"},
};

static const struct {
	const char *name;
	unsigned int place;
} second_bytes[] = {{"ah", 10}, {"bh", 5}, {"ch", 11}, {"dh", 12}};

/* %NAME: its place, or NO_REGISTER; moves *at behind it. */
static __u8 take_register(const char **at, bool addresses)
{
	size_t length = 0;

	if (**at != '%')
		return NO_REGISTER;
	while (isalnum((unsigned char)(*at)[1 + length]))
		length++;
	for (size_t r = 0; r < ARRAY_SIZE(registers); r++)
		for (size_t w = 0; w < (addresses ? 1 : ARRAY_SIZE(registers[r])); w++) {
			const char *name = registers[r][w];

			if (!name || strlen(name) != length || strncmp(*at + 1, name, length))
				continue;
			*at += 1 + length;
			return r;
		}
	return NO_REGISTER;
}

static const char *read_register(const char *text, struct probe_argument *ret)
{
	ret->operand = OPERAND_REGISTER;
	for (size_t i = 0; i < ARRAY_SIZE(second_bytes); i++)
		if (!strcmp(text + 1, second_bytes[i].name)) {
			ret->base = second_bytes[i].place;
			ret->from_bit = 8;
			return NULL;
		}
	if (!strncmp(text, "%xmm", 4) || !strncmp(text, "%ymm", 4) || !strncmp(text, "%st", 3))
		return OPERAND_OF_FLOAT;
	ret->base = take_register(&text, false);
	return ret->base == NO_REGISTER || *text ? OPERAND_UNKNOWN : NULL;
}

/* ,4 behind an index: it is shifted by 2. */
static bool take_scale(const char **at, __u8 *ret_shift)
{
	for (__u8 shift = 0; shift < 4; shift++)
		if (**at == ',' && (*at)[1] == '0' + (1 << shift)) {
			*at += 2;
			*ret_shift = shift;
			return true;
		}
	return **at == ')';
}

/* (%rax), (%rax,%rbx,4), (,%rbx,8) */
static const char *read_address(const char *at, struct probe_argument *ret)
{
	at++;
	if (*at != ',')
		ret->base = take_register(&at, true);
	if (*at == ',') {
		at++;
		ret->index = take_register(&at, true);
		if (ret->index == NO_REGISTER || !take_scale(&at, &ret->shift))
			return OPERAND_UNKNOWN;
	}
	if (ret->base == NO_REGISTER && ret->index == NO_REGISTER)
		return OPERAND_UNKNOWN;
	return strcmp(at, ")") ? OPERAND_UNKNOWN : NULL;
}

static const char *read_memory(const char *text, struct probe_argument *ret)
{
	__s64 more;

	ret->operand = OPERAND_MEMORY;
	/* The compiler adds what it has to: 16+8(%rsp). */
	while (*text && *text != '(') {
		if (!operand_number(&text, &more))
			return OPERAND_OF_VARIABLE;
		ret->value += more;
	}
	return *text == '(' ? read_address(text, ret) : OPERAND_UNKNOWN;
}

const char *operand_x86_64(const char *text, struct probe_argument *ret)
{
	if (*text == '$') {
		ret->operand = OPERAND_CONSTANT;
		text++;
		return operand_number(&text, &ret->value) && !*text ? NULL : OPERAND_OF_VARIABLE;
	}
	if (*text == '%')
		return strchr(text, ':') ? OPERAND_UNKNOWN : read_register(text, ret);
	return read_memory(text, ret);
}
