// SPDX-License-Identifier: GPL-2.0
/* Where USDT probes have their arguments, as two assemblers write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/user.h>

#include "base/cleanup.h"
#include "target/usdt_arguments.h"

/* Places in struct pt_regs, which on x86-64 is as struct user_regs_struct begins. */
#define AT(name) (offsetof(struct user_regs_struct, name) / sizeof(uint64_t))

struct expected {
	const char *text;
	struct probe_argument argument;
};

#define CONSTANT(n, sign, bytes)                                                                \
	{                                                                                       \
		.value = (n), .operand = OPERAND_CONSTANT, .size = (bytes), .has_sign = (sign), \
		.base = NO_REGISTER, .index = NO_REGISTER                                       \
	}
#define REGISTER(place, sign, bytes)                                                               \
	{                                                                                          \
		.operand = OPERAND_REGISTER, .size = (bytes), .has_sign = (sign), .base = (place), \
		.index = NO_REGISTER                                                               \
	}
#define MEMORY(place, more, sign, bytes)                                                         \
	{                                                                                        \
		.value = (more), .operand = OPERAND_MEMORY, .size = (bytes), .has_sign = (sign), \
		.base = (place), .index = NO_REGISTER                                            \
	}

static void read_each(const struct expected *all, size_t n, operand_reader reader)
{
	for (size_t i = 0; i < n; i++) {
		struct error why = {};
		struct probe_arguments spec;

		assert_int_equal(usdt_arguments(all[i].text, reader, &spec), 1);
		if (memcmp(&spec.all[0], &all[i].argument, sizeof(spec.all[0])))
			fail_msg("%s: operand %d, %d bytes, sign %d, base %d, index %d << %d, %lld",
				all[i].text, spec.all[0].operand, spec.all[0].size,
				spec.all[0].has_sign, spec.all[0].base, spec.all[0].index,
				spec.all[0].shift, (long long)spec.all[0].value);
		assert_int_equal(usdt_argument_check(all[i].text, reader, 0, &why), 0);
	}
}

static void x86_64(void **state)
{
	static const struct expected all[] = {
		{"-4@$5", CONSTANT(5, 1, 4)},
		{"-4@$-9", CONSTANT(-9, 1, 4)},
		{"8@$0xfffffffffffffffe", CONSTANT(-2, 0, 8)},
		{"8@%rdi", REGISTER(14, 0, 8)},
		{"-4@%edi", REGISTER(14, 1, 4)},
		{"2@%si", REGISTER(13, 0, 2)},
		{"1@%sil", REGISTER(13, 0, 1)},
		{"1@%al", REGISTER(10, 0, 1)},
		{"-4@%r10d", REGISTER(7, 1, 4)},
		{"8@%r8", REGISTER(9, 0, 8)},
		{"-8@(%rax)", MEMORY(10, 0, 1, 8)},
		{"-4@-1204(%rbp)", MEMORY(4, -1204, 1, 4)},
		{"8@16(%rsp)", MEMORY(19, 16, 0, 8)},
		{"8@16+8(%rsp)", MEMORY(19, 24, 0, 8)},
		{"4@0x20-4(%r12)", MEMORY(3, 28, 0, 4)},
		{"8@8(%rax,%rbx,4)", {.value = 8,
					     .operand = OPERAND_MEMORY,
					     .size = 8,
					     .base = 10,
					     .index = 5,
					     .shift = 2}},
		{"4@(%rdx,%rcx)", {.operand = OPERAND_MEMORY, .size = 4, .base = 12, .index = 11}},
		{"4@(,%r15,8)", {.operand = OPERAND_MEMORY,
					.size = 4,
					.base = NO_REGISTER,
					.index = 0,
					.shift = 3}},
		{"1@%bh", {.operand = OPERAND_REGISTER,
				  .size = 1,
				  .base = 5,
				  .index = NO_REGISTER,
				  .from_bit = 8}},
	};

	(void)state;
	read_each(all, ARRAY_SIZE(all), operand_x86_64);
}

static void arm64(void **state)
{
	static const struct expected all[] = {
		{"-4@5", CONSTANT(5, 1, 4)},
		{"-8@-1", CONSTANT(-1, 1, 8)},
		{"4@#16", CONSTANT(16, 0, 4)},
		{"4@wzr", CONSTANT(0, 0, 4)},
		{"8@x0", REGISTER(0, 0, 8)},
		{"-4@w19", REGISTER(19, 1, 4)},
		{"8@x30", REGISTER(30, 0, 8)},
		{"8@sp", REGISTER(31, 0, 8)},
		{"-4@[sp, 60]", MEMORY(31, 60, 1, 4)},
		{"-4@[sp,#-8]", MEMORY(31, -8, 1, 4)},
		{"8@[x21]", MEMORY(21, 0, 0, 8)},
		{"4@[x0, x1, lsl 2]",
			{.operand = OPERAND_MEMORY, .size = 4, .base = 0, .index = 1, .shift = 2}},
		{"4@[x0,x9]", {.operand = OPERAND_MEMORY, .size = 4, .base = 0, .index = 9}},
	};

	(void)state;
	read_each(all, ARRAY_SIZE(all), operand_arm64);
}

static void places_of_registers(void **state)
{
#if defined(__x86_64__)
	static const struct {
		const char *text;
		size_t place;
	} all[] = {{"8@%r15", AT(r15)}, {"8@%r14", AT(r14)}, {"8@%r13", AT(r13)},
		{"8@%r12", AT(r12)}, {"8@%rbp", AT(rbp)}, {"8@%rbx", AT(rbx)}, {"8@%r11", AT(r11)},
		{"8@%r10", AT(r10)}, {"8@%r9", AT(r9)}, {"8@%r8", AT(r8)}, {"8@%rax", AT(rax)},
		{"8@%rcx", AT(rcx)}, {"8@%rdx", AT(rdx)}, {"8@%rsi", AT(rsi)}, {"8@%rdi", AT(rdi)},
		{"8@%rsp", AT(rsp)}};
	struct probe_arguments spec;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		assert_int_equal(usdt_arguments(all[i].text, operand_here, &spec), 1);
		assert_int_equal(spec.all[0].base, all[i].place);
	}
#endif
	(void)state;
}

static void refused(
	const char *text, operand_reader reader, unsigned int n, const char *what, int line)
{
	struct error why = {};

	if (!usdt_argument_check(text, reader, n, &why))
		fail_msg("line %d: \"%s\" is taken", line, text);
	if (!strstr(why.message, what))
		fail_msg("line %d: \"%s\": %s", line, text, why.message);
}
#define X86(text, what) refused(text, operand_x86_64, 0, what, __LINE__)
#define ARM(text, what) refused(text, operand_arm64, 0, what, __LINE__)

static void what_cant_be_had(void **state)
{
	(void)state;
	X86("8f@%xmm0", "\"8f@%xmm0\", can't be had: it is not a whole number");
	X86("8@%xmm1", "not a whole number");
	X86("-4@global_max(%rip)", "a variable by its name");
	X86("8@table+16(%rip)", "a variable");
	X86("8@$table", "a variable");
	X86("8@8(%rip)", "does not know");
	X86("8@%fs:16", "does not know");
	X86("8@%rdi,", "does not know");
	X86("8@%", "does not know");
	X86("8@%eip", "does not know");
	X86("8@()", "does not know");
	X86("8@(%edi)", "does not know");
	X86("8@8(%rax,%rbx,3)", "does not know");
	X86("8@8(%rax,%rbx,4", "does not know");
	X86("8@4096", "does not know");
	X86("8@", "does not know");
	X86("%rdi", "its size is not 1, 2, 4 or 8 bytes");
	X86("16@%rdi", "its size is not");
	X86("3@%rdi", "its size is not");
	X86("-@%rdi", "its size is not");
	X86("", "the probe has 0 arguments");
	ARM("8@d0", "not a whole number");
	ARM("8@[w0]", "does not know");
	ARM("8@x31", "variable");
	ARM("8@[x0, :lo12:table]", "a variable");
	ARM("8@table", "a variable");
	ARM("8@[x0, x1, sxtw 2]", "does not know");
	ARM("8@[sp, 8]!", "does not know");
	ARM("8@[sp, 8", "does not know");
	refused("8@%rdi 8@%rsi", operand_x86_64, 2, "the probe has 2 arguments, from 0 on",
		__LINE__);
	refused("8@%rdi", operand_x86_64, 11, "the probe has 1 argument,", __LINE__);
}

static void several(void **state)
{
	struct probe_arguments spec;
	struct error why = {};

	(void)state;
	assert_int_equal(usdt_arguments("", operand_x86_64, &spec), 0);
	assert_int_equal(
		usdt_arguments("  -4@%edi 8f@%xmm0 8@-8(%rbp) ", operand_x86_64, &spec), 3);
	assert_int_equal(spec.all[0].operand, OPERAND_REGISTER);
	assert_int_equal(spec.all[1].operand, OPERAND_NONE);
	assert_int_equal(spec.all[2].operand, OPERAND_MEMORY);
	assert_int_equal(spec.all[3].operand, OPERAND_NONE);
	assert_int_equal(
		usdt_argument_check("-4@%edi 8f@%xmm0 8@-8(%rbp)", operand_x86_64, 2, &why), 0);
	refused("-4@%edi 8f@%xmm0 8@-8(%rbp)", operand_x86_64, 1, "argument 1, \"8f@%xmm0\"",
		__LINE__);
	/* Spaces in brackets are none between arguments. */
	assert_int_equal(usdt_arguments("8@[sp, 8] -4@w1", operand_arm64, &spec), 2);
	assert_int_equal(spec.all[1].base, 1);
	assert_int_equal(usdt_arguments("1@$1 1@$2 1@$3 1@$4 1@$5 1@$6 1@$7 1@$8 1@$9 1@$10 1@$11 "
					"1@$12 1@$13",
				 operand_x86_64, &spec),
		13);
	assert_int_equal(spec.all[11].value, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_64),
		cmocka_unit_test(arm64),
		cmocka_unit_test(places_of_registers),
		cmocka_unit_test(what_cant_be_had),
		cmocka_unit_test(several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
