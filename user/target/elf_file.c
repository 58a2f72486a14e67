// SPDX-License-Identifier: GPL-2.0
#include "target/elf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#if defined(__x86_64__)
#define NATIVE_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define NATIVE_MACHINE EM_AARCH64
#endif

#define VERSION_HIDDEN 0x8000u
#define N_VERSIONS VERSION_HIDDEN

/* Programs have a dozen. Each symbol is looked for in all. */
#define MAX_SEGMENTS 128

static bool has_few_segments(Elf *elf)
{
	size_t n;

	return !elf_getphdrnum(elf, &n) && n <= MAX_SEGMENTS;
}

/* Not mapped: who shortens the file meanwhile would end jinx by SIGBUS. */
int elf_open(int fd, Elf **ret)
{
	elf_version(EV_CURRENT);
	*ret = elf_begin(fd, ELF_C_READ, NULL);
	if (*ret && elf_kind(*ret) == ELF_K_ELF && has_few_segments(*ret))
		return 0;
	elf_end(*ret);
	*ret = NULL;
	return -ENOEXEC;
}

int elf_refuse(int fd, const char *file, struct error *why)
{
	char head[2];

	if (pread(fd, head, sizeof(head), 0) == sizeof(head) && !memcmp(head, "#!", sizeof(head)))
		return error_set(why, -ENOEXEC,
			"\"%s\" is a script: what runs is the program that its first line leads to",
			file);
	return error_set(why, -ENOEXEC, "\"%s\" is no program or library", file);
}

bool elf_offset(Elf *elf, uint64_t address, unsigned int flags, uint64_t *ret)
{
	size_t n = 0;

	elf_getphdrnum(elf, &n);
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(elf, i, &p) || p.p_type != PT_LOAD ||
			(p.p_flags & flags) != flags || address < p.p_vaddr ||
			address - p.p_vaddr >= p.p_filesz)
			continue;
		*ret = address - p.p_vaddr + p.p_offset;
		return true;
	}
	return false;
}

uint64_t elf_code_left(Elf *elf, uint64_t offset)
{
	size_t n = 0;

	elf_getphdrnum(elf, &n);
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr p;

		if (gelf_getphdr(elf, i, &p) && p.p_type == PT_LOAD && p.p_flags & PF_X &&
			offset >= p.p_offset && offset - p.p_offset < p.p_filesz)
			return p.p_filesz - (offset - p.p_offset);
	}
	return 0;
}

/* The first section of a type: there is one of each of those that are asked for here. */
static Elf_Scn *section_of_type(Elf *elf, unsigned int type, GElf_Shdr *ret)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, ret) && ret->sh_type == type)
			return section;
	return NULL;
}

/* Names of versions, by their numbers; the caller's to free. NULL: the file has none. */
static const char **version_names(Elf *elf)
{
	GElf_Shdr header;
	Elf_Scn *section = section_of_type(elf, SHT_GNU_verdef, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	const char **names = data ? calloc(N_VERSIONS, sizeof(*names)) : NULL;
	size_t offset = 0;
	GElf_Verdef def;

	/* Each says how far it is to the next one. */
	while (names && offset < data->d_size && gelf_getverdef(data, (int)offset, &def)) {
		GElf_Verdaux name;

		if (def.vd_ndx < N_VERSIONS && !names[def.vd_ndx] &&
			gelf_getverdaux(data, (int)(offset + def.vd_aux), &name))
			names[def.vd_ndx] = elf_strptr(elf, header.sh_link, name.vda_name);
		if (!def.vd_next)
			break;
		offset += def.vd_next;
	}
	return names;
}

static bool is_function(const GElf_Sym *s)
{
	unsigned int type = GELF_ST_TYPE(s->st_info);

	return s->st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_GNU_IFUNC);
}

/* A table of symbols, and which version each of them is, if it says so. */
struct table {
	Elf *elf;
	GElf_Shdr header;
	Elf_Data *symbols, *strings, *numbers;
	bool all;	    /* also those that are no functions of the file */
	const char **names; /* of versions */
};

/* NULL: none, or one that is longer than any that a compiler makes. */
static const char *name_in(const struct table *t, size_t at)
{
	const char *name = (const char *)t->strings->d_buf + at;

	return at < t->strings->d_size && strnlen(name, ELF_NAME_MAX) < ELF_NAME_MAX ? name : NULL;
}

/* The last one has to end in it, so that all do. */
static Elf_Data *strings_of(Elf *elf, size_t index)
{
	Elf_Scn *section = elf_getscn(elf, index);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	const char *bytes = data ? data->d_buf : NULL;

	return bytes && data->d_size && !bytes[data->d_size - 1] ? data : NULL;
}

static void set_version(const struct table *t, size_t i, struct elf_symbol *s)
{
	GElf_Versym number;

	s->version = NULL;
	s->is_old = false;
	if (!t->numbers || !t->names || !gelf_getversym(t->numbers, (int)i, &number))
		return;
	s->version = t->names[number & ~VERSION_HIDDEN];
	s->is_old = number & VERSION_HIDDEN;
}

/* True: that is enough. */
static bool look_in_table(const struct table *t, elf_symbol_found found, void *context)
{
	size_t each = t->header.sh_entsize, n = each ? t->header.sh_size / each : 0;
	struct elf_symbol s = {.elf = t->elf};

	for (size_t i = 0; i < n; i++) {
		if (!gelf_getsym(t->symbols, (int)i, &s.sym))
			break;
		if (!t->all && !is_function(&s.sym))
			continue;
		s.name = name_in(t, s.sym.st_name);
		set_version(t, i, &s);
		if (s.name && found(&s, context))
			return true;
	}
	return false;
}

static bool look_in(Elf *elf, unsigned int type, bool all, elf_symbol_found found, void *context)
{
	struct table t = {.elf = elf, .all = all};
	Elf_Scn *section = section_of_type(elf, type, &t.header), *versions;
	_cleanup_free_ const char **names = NULL;
	GElf_Shdr header;

	t.symbols = section ? elf_getdata(section, NULL) : NULL;
	t.strings = t.symbols ? strings_of(elf, t.header.sh_link) : NULL;
	if (!t.strings)
		return false;
	versions = type == SHT_DYNSYM ? section_of_type(elf, SHT_GNU_versym, &header) : NULL;
	t.numbers = versions ? elf_getdata(versions, NULL) : NULL;
	if (t.numbers)
		t.names = names = version_names(elf);
	return look_in_table(&t, found, context);
}

void elf_symbols(Elf *elf, elf_symbol_found found, void *context)
{
	if (!look_in(elf, SHT_SYMTAB, false, found, context))
		(void)look_in(elf, SHT_DYNSYM, false, found, context);
}

static bool is_called(const struct elf_symbol *s, const char *name)
{
	size_t length = strcspn(s->name, "@");

	return strlen(name) == length && !strncmp(name, s->name, length);
}

static const char go[] = "it is a Go program, which moves its stacks";
static const char exceptions[] = "exceptions of C++ or panics of Rust may leave its functions";
static const char cleanups[] = "threads that are cancelled or exit clean up in its functions";
static const char ocaml[] = "it is of OCaml, which looks through its stacks";
static const char haskell[] = "it is of Haskell, whose functions don't return to who calls them";
static const char coroutines[] = "it switches between stacks (coroutines)";

/* The library that unwinds is linked into static programs of C as well, which don't call it, and
 * the C library has what others switch stacks by. */
static const struct {
	const char *symbol, *reason;
	bool of_others; /* it is another file's */
} unwinding[] = {
	{"__cxa_throw", exceptions},
	{"__gxx_personality_v0", exceptions},
	{"rust_eh_personality", exceptions},
	{"__gnat_personality_v0", exceptions},
	{"__gccgo_personality_v0", exceptions},
	{"__gnu_objc_personality_v0", exceptions},
	{"__gdc_personality_v0", exceptions},
	{"_d_eh_personality", exceptions},
	{"__gcc_personality_v0", cleanups, true},
	{"_Unwind_RaiseException", exceptions, true},
	{"caml_startup", ocaml},
	{"caml_call_gc", ocaml},
	{"hs_main", haskell},
	{"stg_upd_frame_info", haskell},
	{"makecontext", coroutines, true},
	{"swapcontext", coroutines, true},
};

static bool find_unwinding(const struct elf_symbol *s, void *context)
{
	const char **ret = context;

	for (size_t i = 0; i < ARRAY_SIZE(unwinding) && !*ret; i++)
		if (is_called(s, unwinding[i].symbol) &&
			(!unwinding[i].of_others || s->sym.st_shndx == SHN_UNDEF))
			*ret = unwinding[i].reason;
	return *ret;
}

static bool is_from_library(const struct elf_symbol *s, void *name)
{
	return s->sym.st_shndx == SHN_UNDEF && is_called(s, name);
}

bool elf_takes_from_library(Elf *elf, const char *name)
{
	return look_in(elf, SHT_DYNSYM, true, is_from_library, (void *)name);
}

/* Where addresses of code are relocated (PIE, c-shared) its table has a longer name, and where
 * another linker has put everything together it has none. */
bool elf_is_of_go(Elf *elf)
{
	static const char *const sections[] = {
		".gopclntab", ".data.rel.ro.gopclntab", ".go.buildinfo", ".note.go.buildid"};
	GElf_Shdr header;

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (elf_section(elf, sections[i], &header))
			return true;
	return false;
}

const char *elf_unwinds(Elf *elf)
{
	const char *found = NULL;

	if (elf_is_of_go(elf))
		return go;
	if (!look_in(elf, SHT_DYNSYM, true, find_unwinding, &found))
		look_in(elf, SHT_SYMTAB, true, find_unwinding, &found);
	return found;
}

bool elf_has_symbols(Elf *elf)
{
	GElf_Shdr header;

	return section_of_type(elf, SHT_SYMTAB, &header);
}

Elf_Scn *elf_section(Elf *elf, const char *name, GElf_Shdr *ret)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		const char *its =
			gelf_getshdr(section, ret) ? elf_strptr(elf, names, ret->sh_name) : NULL;

		if (its && !strcmp(its, name))
			return section;
	}
	return NULL;
}

int elf_check_loadable(Elf *elf, const char *file, struct error *why)
{
	GElf_Ehdr head;

	if (!gelf_getehdr(elf, &head))
		return error_set(why, -ENOEXEC, "\"%s\" is no program or library", file);
	if (head.e_type != ET_EXEC && head.e_type != ET_DYN)
		return error_set(why, -ENOEXEC,
			"\"%s\" is an ELF file, but no program or library that is linked", file);
	if (gelf_getclass(elf) != ELFCLASS64)
		return error_set(why, -ENOEXEC,
			"\"%s\" is of 32-bit processes, which rules leave alone", file);
	if (head.e_machine != NATIVE_MACHINE || head.e_ident[EI_DATA] != ELFDATA2LSB)
		return error_set(why, -ENOEXEC, "\"%s\" is of another kind of machine", file);
	return 0;
}
