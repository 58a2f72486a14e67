// SPDX-License-Identifier: GPL-2.0
/* Where functions and USDT probes are, in this program and in libraries of the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/demangle.h"
#include "target/functions.h"
#include "target/instruction.h"
#include "target/instruction.h"
#include "broken_elf.h"

/* As compilers of C++ and Rust name them. */
#define FUNCTION(name, symbol)                                           \
	int name(int n) __asm__(symbol) __attribute__((noinline, used)); \
	int name(int n)                                                  \
	{                                                                \
		return n + __LINE__;                                     \
	}

FUNCTION(add_int, "_ZN4shop4Cart3addEi")
FUNCTION(add_int_cold, "_ZN4shop4Cart3addEi.cold")
FUNCTION(total, "_ZN4shop4Cart5totalEii")
FUNCTION(total_of_one, "_ZN4shop4Cart5totalEi")
FUNCTION(hidden, "_ZN12_GLOBAL__N_16hiddenEv")
FUNCTION(call, "_ZN4shop4CartclEv")
FUNCTION(plus, "_ZN4shop4CartplEi")
FUNCTION(template, "_ZN4shop3maxIiEEiT_")
FUNCTION(rust, "_RNvCs1234_4shop8checkout")
FUNCTION(old_rust, "_ZN4shop6refund17h0123456789abcdefE")

int sought(int n) __attribute__((noinline, used));
int sought(int n)
{
	for (volatile int i = 0; i < 3; i++)
		n++;
	return n;
}

/* An instruction begins at each fourth byte of it, on any machine. */
__asm__(".text\n"
	".type nops, @function\n"
	"nops: .rept 16\n nop\n .endr\n"
	".size nops, . - nops\n");

#if defined(__x86_64__)
__asm__(".text\n"
	".type begins_pushf, @function\n"
	"begins_pushf: rex.w pushf\n popf\n ret\n"
	".size begins_pushf, . - begins_pushf\n"
	".type begins_locked, @function\n"
	"begins_locked: lock incl (%rdi)\n ret\n"
	".size begins_locked, . - begins_locked\n"
	".type begins_ud2, @function\n"
	"begins_ud2: ud2\n ret\n"
	".size begins_ud2, . - begins_ud2\n"
	".type begins_endbr, @function\n"
	"begins_endbr: endbr64\n ret\n"
	".size begins_endbr, . - begins_endbr\n"
	".type begins_cs_nop, @function\n"
	"begins_cs_nop: cs nopw 0x0(%rax,%rax,1)\n ret\n"
	".size begins_cs_nop, . - begins_cs_nop\n"
	".type has_long, @function\n"
	"has_long: movabsq $0x1122334455667788, %rax\n cmpb $0, 0x1234(%rip)\n ret\n"
	".size has_long, . - has_long\n"
	".type has_xop, @function\n"
	"has_xop: .byte 0x8f, 0xe8, 0x78, 0xc2, 0xec, 0x0e\n ret\n"
	".size has_xop, . - has_xop\n"
	".type begins_rex, @function\n"
	"begins_rex: movq (%rdi), %rax\n ret\n"
	".size begins_rex, . - begins_rex\n");
#endif

/* As the kernel has loaded it: where the file's first byte is. */
static uintptr_t load_bias(void)
{
	Dl_info info;
	struct link_map *map = NULL;

	assert_true(dladdr1((void *)(uintptr_t)sought, &info, (void **)&map, RTLD_DL_LINKMAP));
	return map->l_addr;
}

static struct function_place find(const char *wanted)
{
	_cleanup_fd_ int fd = self();
	struct function_place p;
	struct error why = {};
	int err = functions_find(fd, "self", wanted, &p, &why);

	if (err)
		fail_msg("%s: %d %s", wanted, err, why.message);
	return p;
}

static const char *refused(const char *wanted, int expected)
{
	_cleanup_fd_ int fd = self();
	static struct error why;
	struct function_place p;

	why = (struct error){};
	assert_int_equal(functions_find(fd, "self", wanted, &p, &why), expected);
	assert_string_not_equal(why.message, "");
	return why.message;
}

#define assert_is(wanted, function) \
	assert_int_equal(find(wanted).address, (uintptr_t)(function)-load_bias())
#define assert_refused(wanted, expected, part)                   \
	do {                                                     \
		const char *message = refused(wanted, expected); \
		if (!strstr(message, part))                      \
			fail_msg("%s", message);                 \
	} while (0)

static void a_symbol(void **state)
{
	struct function_place p = find("sought");
	_cleanup_fd_ int fd = self();
	unsigned char there[8];

	(void)state;
	assert_is("sought", sought);
	assert_string_equal(p.name, "sought");
	assert_int_equal(p.semaphore, 0);
	assert_in_range(p.size, sizeof(there) + 1, 4096);
	/* The bytes at that place of the file are those that are executed. */
	assert_int_equal(pread(fd, there, sizeof(there), p.offset), sizeof(there));
	assert_memory_equal(there, (const void *)(uintptr_t)sought, sizeof(there));
}

static void an_offset_into_it(void **state)
{
	struct function_place p = find("nops"), more = find("nops+0x4");
	char text[64];

	(void)state;
	assert_int_equal(more.offset, p.offset + 4);
	assert_int_equal(more.address, p.address + 4);
	assert_int_equal(more.size, p.size - 4);
	assert_string_equal(more.name, "nops+0x4");
	assert_int_equal(find("nops+12").offset, p.offset + 12);
	assert_int_equal(find("nops+0").offset, p.offset);
	snprintf(text, sizeof(text), "nops+%llu", (unsigned long long)p.size);
	assert_refused(text, -ERANGE, "\"nops\" of \"self\" is ");
	assert_refused("nops+0xffffffffffffffff", -ERANGE, "bytes long");
	assert_refused("nops+0x1ffffffffffffffff", -ENOENT, "has no function \"nops+0x1fff");
	assert_refused("elf_begin", -ENOENT, "itself, it calls that of a library");
}

#if defined(__x86_64__)
/* A function that nobody wrote by hand ends where an instruction does. */
static bool add_up(const struct listed_function *f, void *n)
{
	_cleanup_fd_ int fd = self();
	struct error why = {};

	if (f->size && strncmp(f->symbol, "has_", 4) &&
		instruction_begins(fd, f->offset, f->size, f->symbol, &why))
		fail_msg("%s", why.message);
	(*(unsigned int *)n)++;
	return false;
}

static void where_instructions_begin(void **state)
{
	_cleanup_fd_ int fd = self();
	struct error why = {};
	unsigned int n = 0;
	char address[32];

	(void)state;
	assert_int_equal(find("has_long+0xa").inside, 10);
	assert_int_equal(find("has_long+0x11").inside, 17);
	assert_refused("has_long+0x3", -EOPNOTSUPP, "one begins at +0x0, the next at +0xa");
	assert_refused("has_long+0xf", -EOPNOTSUPP, "one begins at +0xa, the next at +0x11");
	snprintf(address, sizeof(address), "0x%llx",
		(unsigned long long)find("has_long").address + 3);
	assert_refused(address, -EOPNOTSUPP, "in the middle of an instruction");
	assert_refused("has_xop+0x6", -EOPNOTSUPP, "nobody can tell");
	assert_int_equal(functions_each(fd, "self", "*", add_up, &n, &why), 0);
	assert_in_range(n, 100, 1000000);
}
#endif

static void an_address(void **state)
{
	struct function_place p = find("nops"), there;
	char text[64];

	(void)state;
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)p.address);
	there = find(text);
	assert_int_equal(there.offset, p.offset);
	assert_string_equal(there.name, "nops");
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)p.address + 4);
	there = find(text);
	assert_int_equal(there.offset, p.offset + 4);
	assert_int_equal(there.size, p.size - 4);
	assert_string_equal(there.name, "nops+0x4");
	assert_refused("0xfffffffffffff000", -ENOENT, "\"self\" has no code at 0xfffffffffffff000");
	assert_refused("0x10x", -EINVAL, "neither a function's name nor an address");
	assert_refused("0x", -EINVAL, "neither");
	assert_refused("17", -EINVAL, "neither");
	assert_refused("", -EINVAL, "\"\" is no name of a function");
}

static void names_of_cpp(void **state)
{
	(void)state;
	assert_is("_ZN4shop4Cart3addEi", add_int);
	assert_is("_ZN4shop4Cart3addEi.cold", add_int_cold);
	/* Not what the compiler has split off. */
	assert_is("shop::Cart::add", add_int);
	assert_is("shop::Cart::add(int)", add_int);
	assert_string_equal(find("_ZN4shop4Cart3addEi").name, "shop::Cart::add");
	assert_string_equal(find("shop::Cart::add(int)+0").name, "shop::Cart::add");
	assert_is("shop::Cart::total(int, int)", total);
	assert_is("shop::Cart::total(int,int)", total);
	assert_is("shop::Cart::total(int)", total_of_one);
	assert_is("(anonymous namespace)::hidden", hidden);
	assert_is("(anonymous namespace)::hidden()", hidden);
	assert_is("shop::Cart::operator()", call);
	assert_is("shop::Cart::operator()()", call);
	assert_is("shop::Cart::operator+", plus);
	assert_int_equal(
		find("shop::Cart::operator++0").address, find("_ZN4shop4CartplEi").address);
	/* Without what it returns. */
	assert_is("shop::max<int>", template);
	assert_is("shop::max<int>(int)", template);
	assert_refused("shop::Cart::add(long)", -ENOENT, "no function \"shop::Cart::add(long)\"");
	assert_refused("shop::Cart", -ENOENT, "jinx list points 'user:self:*'");
}

static void names_of_rust(void **state)
{
	(void)state;
	assert_is("shop::checkout", rust);
	assert_is("shop::refund", old_rust);
}

static void several_of_one_name(void **state)
{
	char one[64], other[64];

	(void)state;
	snprintf(one, sizeof(one), "0x%llx shop::Cart::total(int, int)",
		(unsigned long long)find("_ZN4shop4Cart5totalEii").address);
	snprintf(other, sizeof(other), "0x%llx shop::Cart::total(int)",
		(unsigned long long)find("_ZN4shop4Cart5totalEi").address);
	assert_refused("shop::Cart::total", -EEXIST, one);
	assert_refused("shop::Cart::total", -EEXIST, other);
	assert_refused("shop::Cart::total", -EEXIST, "has several functions \"shop::Cart::total\"");
}

#if defined(__x86_64__)
static void first_instructions(void **state)
{
	(void)state;
	assert_refused("begins_locked", -EOPNOTSUPP, "\"begins_locked\" begins with a lock prefix");
	assert_refused("begins_pushf", -EOPNOTSUPP, "\"begins_pushf\" begins with pushf: ");
	assert_refused("begins_cs_nop", -EOPNOTSUPP, "begins with a prefix for a segment");
	assert_refused("begins_ud2", -EOPNOTSUPP, "begins with a system call, a trap, or");
	find("begins_locked+3");
	find("begins_endbr");
	find("begins_rex");
}
#endif

static int open_library(const char *symbol, struct link_map **ret)
{
	void *there = dlsym(RTLD_DEFAULT, symbol);
	Dl_info info;
	int fd;

	assert_non_null(there);
	assert_true(dladdr1(there, &info, (void **)ret, RTLD_DL_LINKMAP));
	fd = open(info.dli_fname, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

/* The C library is stripped, and has two of some functions: programs that are linked today get the
 * second. */
static void versions(void **state)
{
	struct link_map *map;
	_cleanup_fd_ int fd = open_library("gnu_get_libc_version", &map);
	void *now = dlvsym(RTLD_DEFAULT, "timer_create", "GLIBC_2.3.3");
	void *then = dlvsym(RTLD_DEFAULT, "timer_create", "GLIBC_2.2.5");
	struct function_place p;
	struct error why = {};

	(void)state;
	if (!now || !then)
		skip();
	assert_ptr_not_equal(now, then);
	assert_int_equal(functions_find(fd, "libc", "timer_create@GLIBC_2.2.5", &p, &why), 0);
	assert_int_equal(p.address, (uintptr_t)then - map->l_addr);
	assert_string_equal(p.name, "timer_create@GLIBC_2.2.5");
	assert_int_equal(functions_find(fd, "libc", "timer_create@GLIBC_7", &p, &why), -ENOENT);
}

static void chosen_at_start(void **state)
{
	struct link_map *map;
	_cleanup_fd_ int fd = open_library("gnu_get_libc_version", &map);
	struct function_place p;
	struct error why = {};

	(void)state;
	assert_int_equal(functions_find(fd, "libc", "strlen", &p, &why), -EOPNOTSUPP);
	assert_non_null(strstr(why.message, "(IFUNC)"));
}

struct listed {
	struct listed_function all[16];
	char text[16][128];
	unsigned int n, most;
};

static bool note_function(const struct listed_function *f, void *context)
{
	struct listed *l = context;

	if (l->n == 16)
		return true;
	snprintf(l->text[l->n], sizeof(l->text[0]), "%s", f->demangled ?: f->symbol);
	l->all[l->n++] = *f;
	return l->n == l->most;
}

static unsigned int list(int fd, const char *pattern, struct listed *l)
{
	struct error why = {};
	int err;

	memset(l, 0, offsetof(struct listed, most));
	err = functions_each(fd, "self", pattern, note_function, l, &why);
	assert_int_equal(err, l->n ? 0 : -ENOENT);
	return l->n;
}

static void listings(void **state)
{
	_cleanup_fd_ int fd = self();
	struct listed l = {};

	(void)state;
	assert_int_equal(list(fd, "shop::Cart::*", &l), 6);
	assert_string_equal(l.text[0], "shop::Cart::add(int)");
	assert_string_equal(l.text[1], "shop::Cart::add(int) [clone .cold]");
	assert_string_equal(l.text[2], "shop::Cart::operator()()");
	assert_string_equal(l.text[5], "shop::Cart::total(int, int)");
	assert_int_equal(l.all[0].offset, find("_ZN4shop4Cart3addEi").offset);
	assert_int_equal(l.all[0].size, find("_ZN4shop4Cart3addEi").size);
	assert_int_equal(list(fd, "_ZN4shop4Cart3*", &l), 2);
	assert_int_equal(list(fd, "sought", &l), 1);
	assert_null(l.all[0].demangled);
	assert_false(l.all[0].chosen_at_start);
	assert_int_equal(list(fd, "nothing*", &l), 0);
	l.most = 3;
	assert_int_equal(list(fd, "shop::*", &l), 3);
}

/* Functions stand in both tables of a program that exports them: once is enough. */
static void listings_of_libraries(void **state)
{
	struct link_map *map;
	_cleanup_fd_ int fd = open_library("gnu_get_libc_version", &map);
	struct listed l = {};

	(void)state;
	assert_int_equal(list(fd, "gnu_get_libc_version", &l), 1);
	assert_int_equal(list(fd, "strlen", &l), 1);
	assert_true(l.all[0].chosen_at_start);
}

static void assert_no_elf(const struct copy *c, size_t size, const char *message)
{
	_cleanup_fd_ int fd = file_of(c->bytes, size);
	struct function_place p;
	struct listed l = {};
	struct error why = {};

	assert_int_equal(functions_find(fd, "it", "sought", &p, &why), -ENOEXEC);
	assert_string_equal(why.message, message);
	assert_int_equal(functions_each(fd, "it", "*", note_function, &l, &why), -ENOEXEC);
	assert_string_equal(why.message, message);
	assert_int_equal(l.n, 0);
}

static void files_of_other_kinds(void **state)
{
	struct copy c = copy_self();

	(void)state;
	assert_no_elf(&c, 0, "\"it\" is no program or library");
	assert_no_elf(&c, 20, "\"it\" is no program or library");
	c.head->e_machine = EM_S390;
	assert_no_elf(&c, c.size, "\"it\" is of another kind of machine");
	c.head->e_type = ET_REL;
	assert_no_elf(
		&c, c.size, "\"it\" is an ELF file, but no program or library that is linked");
	c.head->e_type = ET_EXEC;
	c.head->e_ident[EI_CLASS] = ELFCLASS32;
	assert_no_elf(&c, c.size, "\"it\" is of 32-bit processes, which rules leave alone");
	c.head->e_ident[EI_MAG0] = '#';
	assert_no_elf(&c, c.size, "\"it\" is no program or library");
	drop(&c);
}

static void a_stripped_file(void **state)
{
	struct copy c = copy_self();
	struct function_place p;
	struct error why = {};
	int fd;

	(void)state;
	section_of(&c, ".symtab")->sh_type = SHT_PROGBITS;
	fd = file_of(c.bytes, c.size);
	assert_int_equal(functions_find(fd, "it", "sought", &p, &why), -ENOENT);
	assert_string_equal(why.message,
		"\"it\" has no function \"sought\" (it is stripped: only functions that other "
		"files may call have names); jinx list points 'user:it:*' shows what it has");
	close(fd);
	drop(&c);
}

/* Whatever the sections say, it is a refusal and no crash. */
static void nonsense_in_sections(void **state)
{
	struct copy c = copy_self();
	struct function_place p;
	struct listed l = {};
	struct error why = {};
	int fd;

	(void)state;
	make_nonsense(&c);
	fd = file_of(c.bytes, c.size);
	assert_int_equal(functions_find(fd, "it", "sought", &p, &why), -ENOENT);
	assert_int_equal(functions_each(fd, "it", "*", note_function, &l, &why), -ENOENT);
	close(fd);
	/* It ends where the sections should be. */
	fd = file_of(c.bytes, c.head->e_shoff);
	assert_int_equal(functions_find(fd, "it", "sought", &p, &why), -ENOENT);
	close(fd);
	drop(&c);
}

/* A function of pairs, each of two of the one before: the names double. */
static void name_pairs(unsigned int n, char *ret, size_t size)
{
	size_t length = snprintf(ret, size, "_Z1fSt4pairIiiE");

	for (unsigned int i = 0; i < n; i++) {
		char last = (char)(i < 10 ? '0' + i : 'A' + i - 10);

		length += snprintf(ret + length, size - length, "S_IS%c_S%c_E", last, last);
	}
}

/* One of three hundred bytes that stands for one of gigabytes is none. */
static void a_name_without_end(void **state)
{
	char symbol[1024], name[2048];
	size_t length;

	(void)state;
	name_pairs(4, symbol, sizeof(symbol));
	assert_true(demangle(symbol, true, name, sizeof(name)));
	length = strlen(name);
	name_pairs(5, symbol, sizeof(symbol));
	assert_true(demangle(symbol, true, name, sizeof(name)));
	assert_true(strlen(name) > 2 * length - 20);
	name_pairs(30, symbol, sizeof(symbol));
	assert_false(demangle(symbol, true, name, sizeof(name)));
	assert_string_equal(name, "");
}

static void demangling(void **state)
{
	char name[128];

	(void)state;
	assert_true(demangle("_Z1fi", true, name, 7));
	assert_string_equal(name, "f(int)");
	assert_false(demangle("_Z1fi", true, name, 6));
	assert_false(demangle("main", true, name, sizeof(name)));
	assert_false(demangle("_Z", true, name, sizeof(name)));
	assert_true(demangle("_ZN4shop3addEv.part.0", true, name, sizeof(name)));
	assert_true(demangled_is_clone(name));
	assert_true(demangle("_ZN4shop3addEv.llvm.123", true, name, sizeof(name)));
	assert_false(demangled_is_clone(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_symbol),
		cmocka_unit_test(an_offset_into_it),
		cmocka_unit_test(an_address),
		cmocka_unit_test(names_of_cpp),
		cmocka_unit_test(names_of_rust),
		cmocka_unit_test(several_of_one_name),
#if defined(__x86_64__)
		cmocka_unit_test(first_instructions),
		cmocka_unit_test(where_instructions_begin),
#endif
		cmocka_unit_test(versions),
		cmocka_unit_test(chosen_at_start),
		cmocka_unit_test(listings),
		cmocka_unit_test(listings_of_libraries),
		cmocka_unit_test(files_of_other_kinds),
		cmocka_unit_test(a_stripped_file),
		cmocka_unit_test(nonsense_in_sections),
		cmocka_unit_test(a_name_without_end),
		cmocka_unit_test(demangling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
