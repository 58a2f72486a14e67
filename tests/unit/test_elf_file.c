// SPDX-License-Identifier: GPL-2.0
/* Files that are made to keep a reader busy, or change while they are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "target/spots.h" /* before <elf.h>, which has an AT_ENTRY of its own */

#include "base/cleanup.h"
#include "target/elf_file.h"
#include "target/functions.h"
#include "target/returns.h"
#include "broken_elf.h"

#define N_SYMBOLS 1000u
#define MOST_SECTIONS 64u
#define MOST_SEGMENTS 1000u
#define STRINGS_SIZE 100000u

/* A library of one function, which its table has N_SYMBOLS times. */
struct made {
	Elf64_Ehdr head;
	Elf64_Phdr segments[MOST_SEGMENTS];
	Elf64_Sym symbols[N_SYMBOLS];
	Elf64_Versym numbers[N_SYMBOLS];
	struct {
		Elf64_Verdef def;
		Elf64_Verdaux name;
	} versions[N_SYMBOLS];
	char strings[STRINGS_SIZE];
	Elf64_Shdr sections[MOST_SECTIONS];
};

enum { STRINGS = 1, TABLE, NUMBERS, VERSIONS };

static void set_section(
	struct made *m, unsigned int i, unsigned int type, size_t offset, size_t size, size_t each)
{
	m->sections[i] = (Elf64_Shdr){.sh_type = type,
		.sh_offset = offset,
		.sh_size = size,
		.sh_link = STRINGS,
		.sh_addralign = 1,
		.sh_entsize = each};
}

#define SECTION(m, i, type, field) \
	set_section(m, i, type, offsetof(struct made, field), sizeof(m->field), sizeof(m->field[0]))

static struct made *make(unsigned int type)
{
	struct made *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->head = (Elf64_Ehdr)
	{
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			EV_CURRENT},
		.e_type = ET_DYN,
#if defined(__x86_64__)
		.e_machine = EM_X86_64,
#else
		.e_machine = EM_AARCH64,
#endif
		.e_version = EV_CURRENT, .e_phoff = offsetof(struct made, segments),
		.e_shoff = offsetof(struct made, sections), .e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1, .e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = VERSIONS + 1, .e_shstrndx = STRINGS
	};
	m->segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_filesz = sizeof(*m),
		.p_memsz = sizeof(*m)};
	strcpy(m->strings + 1, "one");
	strcpy(m->strings + 5, "V1");
	for (unsigned int i = 0; i < N_SYMBOLS; i++) {
		m->symbols[i] = (Elf64_Sym){.st_name = 1,
			.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			.st_shndx = 1,
			.st_value = offsetof(struct made, symbols),
			.st_size = 8};
		m->numbers[i] = 0x8000 | N_SYMBOLS;
		m->versions[i].def = (Elf64_Verdef){.vd_version = 1,
			.vd_ndx = i + 1,
			.vd_cnt = 1,
			.vd_aux = sizeof(Elf64_Verdef),
			.vd_next = i + 1 < N_SYMBOLS ? sizeof(m->versions[0]) : 0};
		m->versions[i].name = (Elf64_Verdaux){.vda_name = 5};
	}
	SECTION(m, STRINGS, SHT_STRTAB, strings);
	SECTION(m, TABLE, type, symbols);
	SECTION(m, NUMBERS, SHT_GNU_versym, numbers);
	SECTION(m, VERSIONS, SHT_GNU_verdef, versions);
	m->sections[VERSIONS].sh_info = N_SYMBOLS;
	return m;
}

static bool count(const struct elf_symbol *s, void *context)
{
	(*(unsigned int *)context)++;
	assert_in_range(strlen(s->name), 1, ELF_NAME_MAX);
	return false;
}

/* Frees it. */
static unsigned int symbols_of(struct made *m, int (*change)(int fd))
{
	_cleanup_fd_ int fd = file_of(m, sizeof(*m));
	unsigned int n = 0;
	Elf *elf;

	free(m);
	assert_int_equal(elf_open(fd, &elf), 0);
	assert_int_equal(change ? change(fd) : 0, 0);
	elf_symbols(elf, count, &n);
	elf_end(elf);
	return n;
}

static void one_table_of_each_kind(void **state)
{
	struct made *m = make(SHT_SYMTAB);

	(void)state;
	assert_int_equal(symbols_of(make(SHT_DYNSYM), NULL), N_SYMBOLS);
	for (unsigned int i = VERSIONS + 1; i < MOST_SECTIONS; i++)
		SECTION(m, i, i % 2 ? SHT_SYMTAB : SHT_DYNSYM, symbols);
	m->head.e_shnum = MOST_SECTIONS;
	assert_int_equal(symbols_of(m, NULL), 2 * N_SYMBOLS);
}

static void versions_by_their_numbers(void **state)
{
	struct made *m = make(SHT_DYNSYM);
	_cleanup_fd_ int fd = file_of(m, sizeof(*m));
	struct function_place p;
	struct error why = {};

	(void)state;
	assert_int_equal(functions_find(fd, "it", "one@V1", &p, &why), 0);
	assert_int_equal(functions_find(fd, "it", "one", &p, &why), -ENOENT);
	assert_int_equal(functions_find(fd, "it", "one@@V1", &p, &why), -ENOENT);
	free(m);
}

/* As nm and readelf show it. */
static void the_default_version_by_its_name(void **state)
{
	struct made *m = make(SHT_DYNSYM);
	_cleanup_fd_ int fd = -1;
	struct function_place p;
	struct error why = {};

	(void)state;
	for (unsigned int i = 0; i < N_SYMBOLS; i++)
		m->numbers[i] = N_SYMBOLS;
	fd = file_of(m, sizeof(*m));
	free(m);
	assert_int_equal(functions_find(fd, "it", "one", &p, &why), 0);
	assert_int_equal(functions_find(fd, "it", "one@V1", &p, &why), 0);
	assert_int_equal(functions_find(fd, "it", "one@@V1", &p, &why), 0);
	assert_int_equal(functions_find(fd, "it", "one@V", &p, &why), -ENOENT);
	assert_int_equal(functions_find(fd, "it", "one@", &p, &why), -ENOENT);
	assert_int_equal(functions_find(fd, "it", "onehundred", &p, &why), -ENOENT);
}

static void long_names(void **state)
{
	struct made *m = make(SHT_SYMTAB);

	(void)state;
	memset(m->strings, 'a', sizeof(m->strings) - 1);
	assert_int_equal(symbols_of(m, NULL), 0);
	m = make(SHT_SYMTAB);
	m->strings[sizeof(m->strings) - 1] = 'a';
	assert_int_equal(symbols_of(m, NULL), 0);
}

static void many_segments(void **state)
{
	struct made *m = make(SHT_SYMTAB);
	_cleanup_fd_ int fd = -1;
	Elf *elf;

	(void)state;
	m->head.e_phnum = MOST_SEGMENTS;
	fd = file_of(m, sizeof(*m));
	assert_int_equal(elf_open(fd, &elf), -ENOEXEC);
	assert_null(elf);
	free(m);
}

static int empty(int fd)
{
	return ftruncate(fd, 0);
}

/* As when it is written anew in its place. */
static void a_file_that_is_emptied(void **state)
{
	(void)state;
	assert_int_equal(symbols_of(make(SHT_SYMTAB), empty), 0);
}

/* Undefined ones count: the file calls them. */
static const char *unwinds(const char *symbol, unsigned int defined, const char *section)
{
	struct made *m = make(SHT_DYNSYM);
	_cleanup_fd_ int fd = -1;
	const char *why;
	Elf *elf;

	strcpy(m->strings + 100, symbol);
	strcpy(m->strings + 200, section);
	m->symbols[7].st_name = 100;
	m->symbols[7].st_shndx = defined;
	m->sections[VERSIONS].sh_name = 200;
	fd = file_of(m, sizeof(*m));
	free(m);
	assert_int_equal(elf_open(fd, &elf), 0);
	why = elf_unwinds(elf);
	elf_end(elf);
	return why;
}

static void functions_that_are_left_otherwise(void **state)
{
	(void)state;
	assert_null(unwinds("longjmp", 0, ".gnu.version_d"));
	assert_null(unwinds("__cxa_throw_not", 0, ".gopclnta"));
	assert_non_null(strstr(unwinds("__cxa_throw", 0, ""), "C++"));
	assert_non_null(strstr(unwinds("__cxa_throw", 1, ""), "C++"));
	assert_non_null(strstr(unwinds("__gxx_personality_v0@CXXABI_1.3", 0, ""), "C++"));
	assert_non_null(strstr(unwinds("rust_eh_personality", 1, ""), "Rust"));
	assert_non_null(strstr(unwinds("_Unwind_RaiseException", 0, ""), "Rust"));
	assert_null(unwinds("_Unwind_RaiseException", 1, "")); /* of a static program of C */
	assert_non_null(strstr(unwinds("", 0, ".gopclntab"), "Go"));
	assert_non_null(strstr(unwinds("", 0, ".data.rel.ro.gopclntab"), "Go")); /* PIE */
	assert_non_null(strstr(unwinds("", 0, ".go.buildinfo"), "Go"));
	assert_non_null(strstr(unwinds("__gcc_personality_v0", 0, ""), "clean up"));
	assert_null(unwinds("__gcc_personality_v0", 1, ""));
	assert_non_null(strstr(unwinds("caml_startup", 1, ""), "OCaml"));
	assert_non_null(strstr(unwinds("hs_main", 0, ""), "Haskell"));
	assert_non_null(strstr(unwinds("swapcontext@GLIBC_2.2.5", 0, ""), "stacks"));
	assert_null(unwinds("swapcontext", 1, "")); /* of the C library */
}

/* Of the function `name`. */
static struct returns returns(const char *name, unsigned long entry)
{
	struct made *m = make(SHT_SYMTAB);
	_cleanup_fd_ int fd = -1;
	struct returns found;
	Elf *elf;

	strcpy(m->strings + 100, name);
	m->symbols[7].st_name = 100;
	m->symbols[7].st_value++;
	m->head.e_entry = entry;
	fd = file_of(m, sizeof(*m));
	free(m);
	assert_int_equal(elf_open(fd, &elf), 0);
	returns_of(elf, offsetof(struct made, symbols) + 1, &found);
	elf_end(elf);
	return found;
}

static void functions_that_return_otherwise(void **state)
{
	(void)state;
	assert_null(returns("f", 0).refused);
	assert_null(returns("f.part.0", 0).refused);
	assert_null(returns("f.colder", 0).refused);
	assert_null(returns("setjmp_not", 0).refused);
	assert_true(returns("f.cold", 0).jumped_to);
	assert_true(returns("f.isra.0.cold", 0).jumped_to);
	assert_true(returns("f.cold.3", 0).jumped_to);
	assert_true(returns("f", offsetof(struct made, symbols) + 1).jumped_to);
	assert_non_null(strstr(returns("_setjmp", 0).refused, "more than once"));
	assert_non_null(strstr(returns("dlsym@@GLIBC_2.34", 0).refused, "who has called"));
	assert_non_null(returns("_Unwind_Resume", 0).refused);
	assert_false(returns("exit", 0).jumped_to);
}

/* How far it is to an instruction that returns; 0: there is none. */
static int distance(size_t size)
{
	struct code_place place = {.kind = CODE_USER, .file = "it", .name = "one"};
	struct made *m = make(SHT_SYMTAB);
	_cleanup_fd_ int fd = -1;
	struct spots found;
	struct error why = {};

	m->segments[0].p_filesz = size;
	fd = file_of(m, sizeof(*m));
	free(m);
	assert_int_equal(spots_find(fd, &place, &found, &why), 0);
	return found.all[0].to_return;
}

/* A number among the versions is one. */
static void returns_of_another_mapping(void **state)
{
	(void)state;
#if defined(__x86_64__)
	assert_int_not_equal(distance(sizeof(struct made)), 0);
#endif
	assert_int_equal(distance(offsetof(struct made, versions)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_table_of_each_kind),
		cmocka_unit_test(versions_by_their_numbers),
		cmocka_unit_test(the_default_version_by_its_name),
		cmocka_unit_test(long_names),
		cmocka_unit_test(many_segments),
		cmocka_unit_test(a_file_that_is_emptied),
		cmocka_unit_test(functions_that_are_left_otherwise),
		cmocka_unit_test(functions_that_return_otherwise),
		cmocka_unit_test(returns_of_another_mapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
