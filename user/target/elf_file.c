// SPDX-License-Identifier: GPL-2.0
#include "target/elf_file.h"

#include <errno.h>
#include <string.h>

#if defined(__x86_64__)
#define NATIVE_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define NATIVE_MACHINE EM_AARCH64
#endif

#define VERSION_HIDDEN 0x8000u

int elf_open(int fd, Elf **ret)
{
	elf_version(EV_CURRENT);
	*ret = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (*ret && elf_kind(*ret) == ELF_K_ELF)
		return 0;
	elf_end(*ret);
	*ret = NULL;
	return -ENOEXEC;
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

/* The versions of the dynamic symbols, one each. */
static Elf_Data *versions_of(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_GNU_versym)
			return elf_getdata(section, NULL);
	return NULL;
}

static bool is_function(const GElf_Sym *s)
{
	unsigned int type = GELF_ST_TYPE(s->st_info);

	return s->st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_GNU_IFUNC);
}

/* True: that is enough. */
static bool look_in_table(
	Elf *elf, Elf_Scn *section, const GElf_Shdr *header, elf_symbol_found found, void *context)
{
	Elf_Data *data = elf_getdata(section, NULL), *versions = NULL;
	size_t n = header->sh_entsize && data ? header->sh_size / header->sh_entsize : 0;
	struct elf_symbol s = {.elf = elf};

	if (header->sh_type == SHT_DYNSYM)
		versions = versions_of(elf);
	for (size_t i = 0; i < n; i++) {
		GElf_Versym version = 0;

		if (!gelf_getsym(data, i, &s.sym) || !is_function(&s.sym))
			continue;
		s.name = elf_strptr(elf, header->sh_link, s.sym.st_name);
		if (versions && !gelf_getversym(versions, i, &version))
			version = 0;
		s.version = version & ~VERSION_HIDDEN;
		s.hidden = version & VERSION_HIDDEN;
		if (s.name && found(&s, context))
			return true;
	}
	return false;
}

void elf_symbols(Elf *elf, elf_symbol_found found, void *context)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
			(header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) &&
			look_in_table(elf, section, &header, found, context))
			return;
}

bool elf_has_symbols(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			return true;
	return false;
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

static const char *version_in(
	Elf *elf, Elf_Data *data, const GElf_Shdr *header, unsigned int version)
{
	size_t offset = 0;

	/* Each says how far it is to the next one. */
	while (data && offset < data->d_size) {
		GElf_Verdaux name;
		GElf_Verdef def;

		if (!gelf_getverdef(data, (int)offset, &def))
			return NULL;
		if (def.vd_ndx == version)
			return gelf_getverdaux(data, (int)(offset + def.vd_aux), &name)
				       ? elf_strptr(elf, header->sh_link, name.vda_name)
				       : NULL;
		if (!def.vd_next)
			return NULL;
		offset += def.vd_next;
	}
	return NULL;
}

const char *elf_version_name(const struct elf_symbol *s)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while (s->version && (section = elf_nextscn(s->elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_GNU_verdef)
			return version_in(s->elf, elf_getdata(section, NULL), &header, s->version);
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
