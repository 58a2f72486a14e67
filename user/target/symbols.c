// SPDX-License-Identifier: GPL-2.0
#include "target/symbols.h"

#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* Calls `f` for each function of the kernel until it doesn't return 0. */
static int each_kernel_function(
	int (*f)(uint64_t address, const char *name, void *context), void *context)
{
	_cleanup_file_ FILE *file = fopen("/proc/kallsyms", "re");
	unsigned long long address;
	char line[512], name[256], type;
	int err = 0;

	if (!file)
		return -errno;
	while (!err && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %c %255s", &address, &type, name) == 3 &&
			strchr("tTwW", type))
			err = f(address, name, context);
	return err;
}

struct kernel_search {
	const char *symbol;
	uint64_t low, high;
	unsigned int found;
};

static int by_name(uint64_t address, const char *name, void *context)
{
	struct kernel_search *s = context;

	if (strcmp(name, s->symbol))
		return 0;
	s->low = address;
	s->found++;
	return 0;
}

/* It ends where the next one begins: the list knows no sizes. */
static int next_above(uint64_t address, const char *name, void *context)
{
	struct kernel_search *s = context;

	(void)name;
	if (address > s->low && address < s->high)
		s->high = address;
	return 0;
}

int symbol_find_kernel(const char *symbol, uint64_t *ret_low, uint64_t *ret_high, struct error *why)
{
	struct kernel_search s = {.symbol = symbol, .high = UINT64_MAX};
	int err = each_kernel_function(by_name, &s);

	if (!err && !s.found)
		return error_set(why, -ENOENT,
			"the kernel has no function \"%s\" (of a program it is "
			"/program:function)",
			symbol);
	if (!err && s.found > 1)
		return error_set(
			why, -EEXIST, "the kernel has %u functions named \"%s\"", s.found, symbol);
	if (!err && !s.low)
		return error_set(why, -EACCES,
			"the kernel hides the address of \"%s\" (CAP_SYSLOG, kernel.kptr_restrict)",
			symbol);
	err = err ?: each_kernel_function(next_above, &s);
	if (err)
		error_errno(why, err, "/proc/kallsyms");
	*ret_low = s.low;
	*ret_high = s.high;
	return err;
}

/* The place in the file of an address as the file is linked. */
static bool file_offset(Elf *elf, uint64_t address, uint64_t *ret)
{
	size_t n = 0;

	elf_getphdrnum(elf, &n);
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(elf, i, &p) || p.p_type != PT_LOAD || address < p.p_vaddr ||
			address - p.p_vaddr >= p.p_filesz)
			continue;
		*ret = address - p.p_vaddr + p.p_offset;
		return true;
	}
	return false;
}

/* Which functions are asked for, and who is to know. */
struct wish {
	symbol_wanted wanted;
	symbol_found found;
	void *context;
};

/* True: that is enough. */
static bool look_in_table(
	Elf *elf, Elf_Scn *section, const GElf_Shdr *header, const struct wish *wish)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = header->sh_entsize && data ? header->sh_size / header->sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		const char *name;
		uint64_t low;
		GElf_Sym s;

		if (!gelf_getsym(data, i, &s) || s.st_shndx == SHN_UNDEF || !s.st_size ||
			GELF_ST_TYPE(s.st_info) != STT_FUNC)
			continue;
		name = elf_strptr(elf, header->sh_link, s.st_name);
		if (!name || !wish->wanted(name, wish->context) ||
			!file_offset(elf, s.st_value, &low))
			continue;
		if (wish->found(name, low, low + s.st_size, wish->context))
			return true;
	}
	return false;
}

static bool look_in_elf(Elf *elf, const struct wish *wish)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
			(header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) &&
			look_in_table(elf, section, &header, wish))
			return true;
	return false;
}

int symbols_each(int fd, symbol_wanted wanted, symbol_found found, void *context)
{
	const struct wish wish = {wanted, found, context};
	int err = 0;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		err = -ENOEXEC;
	else
		look_in_elf(elf, &wish);
	elf_end(elf);
	return err;
}

struct search {
	const char *symbol;
	uint64_t *low, *high;
	bool found;
};

static bool has_name(const char *name, void *context)
{
	const struct search *s = context;

	return !strcmp(name, s->symbol);
}

static bool take_first(const char *name, uint64_t low, uint64_t high, void *context)
{
	struct search *s = context;

	(void)name;
	*s->low = low;
	*s->high = high;
	s->found = true;
	return true;
}

int symbol_find(int fd, const char *file, const char *symbol, uint64_t *ret_low, uint64_t *ret_high,
	struct error *why)
{
	struct search s = {symbol, ret_low, ret_high, false};

	if (symbols_each(fd, has_name, take_first, &s))
		return error_set(why, -ENOEXEC, "\"%s\" is no program or library", file);
	if (!s.found)
		return error_set(
			why, -ENOENT, "\"%s\" has no symbol for a function \"%s\"", file, symbol);
	return 0;
}
