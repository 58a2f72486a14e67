// SPDX-License-Identifier: GPL-2.0
#include "target/prologue.h"

#include <string.h>

#include "base/cleanup.h"

/* Parts of an instruction: its first bytes, and how many it has. */
struct part {
	unsigned char bytes[4];
	size_t given, size;
};

#if defined(__x86_64__)
/* cmd/internal/obj/x86/obj6.go: stacksplit(), of Go 1.17 and later */
static const struct part jumps[] = {{{0x76}, 1, 2}, {{0x0f, 0x86}, 2, 6}}; /* jbe */
static const struct part tests[][5] = {
	/* cmp 0x10(%r14),%rsp */
	{{{0x49, 0x3b, 0x66, 0x10}, 4, 4}},
	/* lea -frame(%rsp),%r12; cmp 0x10(%r14),%r12 */
	{{{0x4c, 0x8d, 0x64, 0x24}, 4, 5}, {{0x4d, 0x3b, 0x66, 0x10}, 4, 4}},
	{{{0x4c, 0x8d, 0xa4, 0x24}, 4, 8}, {{0x4d, 0x3b, 0x66, 0x10}, 4, 4}},
	/* mov %rsp,%r12; sub $frame,%r12; jb; cmp 0x10(%r14),%r12 */
	{{{0x49, 0x89, 0xe4}, 3, 3}, {{0x49, 0x81, 0xec}, 3, 7}, {{0x72}, 1, 2},
		{{0x4d, 0x3b, 0x66, 0x10}, 4, 4}},
	{{{0x49, 0x89, 0xe4}, 3, 3}, {{0x49, 0x81, 0xec}, 3, 7}, {{0x0f, 0x82}, 2, 6},
		{{0x4d, 0x3b, 0x66, 0x10}, 4, 4}},
};

static size_t length_of(const struct part *p, const unsigned char *code, size_t n)
{
	return n >= p->size && !memcmp(code, p->bytes, p->given) ? p->size : 0;
}

/* All parts in a row; 0: it is something else. */
static size_t length_of_test(const struct part *parts, const unsigned char *code, size_t n)
{
	size_t at = 0;

	for (; parts->size; parts++) {
		size_t length = length_of(parts, code + at, n - at);

		if (!length)
			return 0;
		at += length;
	}
	return at;
}

size_t prologue_of_go(const unsigned char *code, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		size_t test = length_of_test(tests[i], code, n);

		for (size_t k = 0; test && k < ARRAY_SIZE(jumps); k++) {
			size_t jump = length_of(&jumps[k], code + test, n - test);

			if (jump)
				return test + jump;
		}
	}
	return 0;
}
#else
size_t prologue_of_go(const unsigned char *code, size_t n)
{
	(void)code;
	(void)n;
	return 0;
}
#endif
