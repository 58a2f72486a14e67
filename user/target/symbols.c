// SPDX-License-Identifier: GPL-2.0
#include "target/symbols.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/elf_file.h"

int kernel_symbols_each(kernel_symbol_found found, void *context)
{
	_cleanup_file_ FILE *file = fopen("/proc/kallsyms", "re");
	char line[1024], name[512], module[80], type;
	unsigned long long address;
	int err = 0;

	if (!file)
		return -errno;
	while (!err && fgets(line, sizeof(line), file)) {
		int n = sscanf(line, "%llx %c %511s [%79[^]]", &address, &type, name, module);
		struct kernel_symbol s = {address, name, n == 4 ? module : ""};

		if (n >= 3 && strchr("tTwW", type))
			err = found(&s, context);
	}
	return err;
}

struct kernel_search {
	const char *symbol;
	uint64_t low, high;
	unsigned int found;
};

static int by_name(const struct kernel_symbol *symbol, void *context)
{
	struct kernel_search *s = context;

	if (strcmp(symbol->name, s->symbol))
		return 0;
	s->low = symbol->address;
	s->found++;
	return 0;
}

/* It ends where the next one begins: the list knows no sizes. */
static int next_above(const struct kernel_symbol *symbol, void *context)
{
	struct kernel_search *s = context;

	if (symbol->address > s->low && symbol->address < s->high)
		s->high = symbol->address;
	return 0;
}

int symbol_find_kernel(const char *symbol, uint64_t *ret_low, uint64_t *ret_high, struct error *why)
{
	struct kernel_search s = {.symbol = symbol, .high = UINT64_MAX};
	int err = kernel_symbols_each(by_name, &s);

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
	err = err ?: kernel_symbols_each(next_above, &s);
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

	if (!strcmp(symbol, "*")) {
		*ret_low = 0;
		*ret_high = UINT64_MAX;
		s.found = true;
	}
	if (symbols_each(fd, has_name, take_first, &s))
		return elf_refuse(fd, file, why);
	if (!s.found)
		return error_set(
			why, -ENOENT, "\"%s\" has no symbol for a function \"%s\"", file, symbol);
	return 0;
}
