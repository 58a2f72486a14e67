// SPDX-License-Identifier: GPL-2.0
#include "target/functions.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "target/demangle.h"
#include "target/elf_file.h"
#include "target/function_names.h"
#include "target/instruction.h"

#define MAX_CANDIDATES 32

struct candidate {
	struct elf_symbol symbol;
	uint64_t offset;
};

/* Functions of one name, at different places. */
struct search {
	const char *name;
	bool (*matches)(const struct elf_symbol *s, const char *name);
	struct candidate found[MAX_CANDIDATES];
	size_t n;
};

static bool is_symbol(const struct elf_symbol *s, const char *name)
{
	return symbol_is(s, name);
}

static bool same_but_for_spaces(const char *a, const char *b)
{
	do {
		while (*a == ' ')
			a++;
		while (*b == ' ')
			b++;
		if (*a != *b)
			return false;
	} while (*a++ && *b++);
	return true;
}

/* In parentheses are not only arguments: "(anonymous namespace)::f", "operator()". */
static bool is_demangled(const struct elf_symbol *s, const char *name)
{
	char brief[MAX_NAME], full[MAX_NAME];

	if (!demangle(s->name, false, brief, sizeof(brief)))
		return false;
	if (!strchr(name, '(') && !same_but_for_spaces(brief, name))
		return false;
	if (!demangle(s->name, true, full, sizeof(full)) || demangled_is_clone(full))
		return false;
	return same_but_for_spaces(full, name) || same_but_for_spaces(brief, name);
}

static bool take(const struct elf_symbol *s, void *context)
{
	struct search *search = context;
	uint64_t offset;

	if (!search->matches(s, search->name) ||
		!elf_offset(s->elf, s->sym.st_value, PF_X, &offset))
		return false;
	for (size_t i = 0; i < search->n; i++)
		if (search->found[i].offset == offset)
			return false;
	search->found[search->n++] = (struct candidate){*s, offset};
	return search->n == MAX_CANDIDATES;
}

/* An address, with what people call it, so that one can be chosen. */
static void list(const struct search *s, char *ret, size_t size)
{
	char name[MAX_NAME], shown[100];
	size_t i;

	*ret = '\0';
	for (i = 0; i < s->n && strlen(ret) + 48 < size; i++) {
		const struct elf_symbol *symbol = &s->found[i].symbol;

		function_name(symbol, true, name, sizeof(name));
		printable(name, "", shown, sizeof(shown));
		text_append(ret, size, "%s0x%llx %s", i ? "; " : "",
			(unsigned long long)symbol->sym.st_value, shown);
	}
	if (i < s->n || s->n == MAX_CANDIDATES)
		text_append(ret, size, " and more");
}

static int refuse_several(
	const struct search *s, const char *file, const char *name, struct error *why)
{
	char all[300];

	list(s, all, sizeof(all));
	return error_set(why, -EEXIST,
		"\"%s\" has several functions \"%s\"; name one by its arguments or its address: %s",
		file, name, all);
}

static int refuse_unknown(Elf *elf, const char *file, const char *name, struct error *why)
{
	if (elf_takes_from_library(elf, name))
		return error_set(why, -ENOENT,
			"\"%s\" has no function \"%s\" itself, it calls that of a library: name "
			"the "
			"library's file (`ldd %s` shows them)",
			file, name, file);
	return error_set(why, -ENOENT,
		"\"%s\" has no function \"%s\"%s; jinx list points 'user:%s:*' shows what it has",
		file, name, elf_has_symbols(elf) ? "" : STRIPPED, file);
}

/* By its symbol, else by what C++ or Rust calls it. */
static int find(
	Elf *elf, const char *file, const char *name, struct candidate *ret, struct error *why)
{
	struct search s = {.name = name, .matches = is_symbol};

	elf_symbols(elf, take, &s);
	if (!s.n) {
		s.matches = is_demangled;
		elf_symbols(elf, take, &s);
	}
	if (!s.n)
		return refuse_unknown(elf, file, name, why);
	if (s.n > 1)
		return refuse_several(&s, file, name, why);
	if (GELF_ST_TYPE(s.found[0].symbol.sym.st_info) == STT_GNU_IFUNC)
		return error_set(why, -EOPNOTSUPP,
			"\"%s\" of \"%s\" stands for one of several functions, which is chosen "
			"when the program starts (IFUNC): name that one, by its address if it has "
			"no symbol",
			name, file);
	*ret = s.found[0];
	return 0;
}

struct lookup {
	uint64_t address;
	struct elf_symbol symbol;
	bool found;
};

static bool holds_address(const struct elf_symbol *s, void *context)
{
	struct lookup *l = context;

	if (l->address < s->sym.st_value || l->address - s->sym.st_value >= s->sym.st_size)
		return false;
	l->symbol = *s;
	l->found = true;
	return true;
}

static void set_name(const struct elf_symbol *s, uint64_t more, struct function_place *ret)
{
	char name[MAX_NAME];

	function_name(s, false, name, sizeof(name));
	printable(name, "", ret->name, sizeof(ret->name) - (more ? 20 : 0));
	if (more)
		text_append(ret->name, sizeof(ret->name), "+0x%llx", (unsigned long long)more);
}

static int find_address(
	Elf *elf, const char *file, uint64_t address, struct function_place *ret, struct error *why)
{
	struct lookup l = {.address = address};

	if (!elf_offset(elf, address, PF_X, &ret->offset))
		return error_set(why, -ENOENT, "\"%s\" has no code at 0x%llx", file,
			(unsigned long long)address);
	ret->address = address;
	elf_symbols(elf, holds_address, &l);
	if (l.found) {
		uint64_t more = address - l.symbol.sym.st_value;

		ret->size = l.symbol.sym.st_size - more;
		ret->inside = more;
		set_name(&l.symbol, more, ret);
	} else {
		snprintf(ret->name, sizeof(ret->name), "0x%llx", (unsigned long long)address);
	}
	return 0;
}

static int find_function(Elf *elf, const char *file, const char *name, uint64_t more,
	struct function_place *ret, struct error *why)
{
	struct candidate c;
	uint64_t size;
	int err = find(elf, file, name, &c, why);

	if (err)
		return err;
	size = c.symbol.sym.st_size;
	if (more && more >= size)
		return error_set(why, -ERANGE, "\"%s\" of \"%s\" is %llu bytes long, not 0x%llx",
			name, file, (unsigned long long)size, (unsigned long long)more + 1);
	ret->address = c.symbol.sym.st_value + more;
	ret->offset = c.offset + more;
	ret->size = size - more;
	ret->inside = more;
	set_name(&c.symbol, more, ret);
	return 0;
}

/* A whole number, hexadecimal if it says so. */
static bool read_number(const char *text, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	return !errno && !*end && strcmp(text, "0x");
}

/* NAME+0x10: cuts it to NAME. There may be a + in the name: "operator+". */
static uint64_t cut_offset(char *wanted)
{
	char *plus = strrchr(wanted, '+');
	uint64_t more;

	if (!plus || plus == wanted || !read_number(plus + 1, &more))
		return 0;
	*plus = '\0';
	return more;
}

static int find_place(
	Elf *elf, const char *file, char *wanted, struct function_place *ret, struct error *why)
{
	uint64_t more = cut_offset(wanted), address;

	if (!*wanted || isspace((unsigned char)*wanted))
		return error_set(why, -EINVAL, "\"%s\" is no name of a function", wanted);
	if (isdigit((unsigned char)*wanted)) {
		if (strncmp(wanted, "0x", 2) || !read_number(wanted, &address))
			return error_set(why, -EINVAL,
				"\"%s\" is neither a function's name nor an address, such as "
				"0x11a9",
				wanted);
		return find_address(elf, file, address + more, ret, why);
	}
	return find_function(elf, file, wanted, more, ret, why);
}

int functions_find(
	int fd, const char *file, const char *wanted, struct function_place *ret, struct error *why)
{
	_cleanup_free_ char *name = strdup(wanted);
	Elf *elf;
	int err;

	*ret = (struct function_place){};
	if (!name)
		return error_set(why, -ENOMEM, "out of memory");
	err = elf_open(fd, &elf);
	if (err)
		return elf_refuse(fd, file, why);
	err = elf_check_loadable(elf, file, why);
	if (!err)
		err = find_place(elf, file, name, ret, why);
	elf_end(elf);
	return err ?: instruction_begins(fd, ret->offset - ret->inside, ret->inside, ret->name, why)
	       ?: instruction_eligible(fd, ret->offset, ret->name, why);
}
