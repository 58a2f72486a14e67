// SPDX-License-Identifier: GPL-2.0
#include "target/symbols.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/elf_file.h"

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

/* Which functions are asked for, and who is to know. */
struct wish {
	symbol_wanted wanted;
	symbol_found found;
	void *context;
};

static bool grant(const struct elf_symbol *s, void *context)
{
	const struct wish *wish = context;
	uint64_t low;

	return s->sym.st_size && GELF_ST_TYPE(s->sym.st_info) == STT_FUNC &&
	       wish->wanted(s->name, wish->context) &&
	       elf_offset(s->elf, s->sym.st_value, 0, &low) &&
	       wish->found(s->name, low, low + s->sym.st_size, wish->context);
}

int symbols_each(int fd, symbol_wanted wanted, symbol_found found, void *context)
{
	struct wish wish = {wanted, found, context};
	Elf *elf;
	int err = elf_open(fd, &elf);

	if (err)
		return err;
	elf_symbols(elf, grant, &wish);
	elf_end(elf);
	return 0;
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
