// SPDX-License-Identifier: GPL-2.0
/* The functions of a file that match a pattern. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/demangle.h"
#include "target/function_names.h"
#include "target/functions.h"

struct listing {
	const char *pattern;
	struct listed_function *all;
	size_t n, room;
	int err;
};

/* Its texts are its own. */
static bool add(struct listing *l, const struct listed_function *f)
{
	struct listed_function *own;

	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 256;
		struct listed_function *all = realloc(l->all, room * sizeof(*all));

		if (!all)
			return false;
		l->all = all;
		l->room = room;
	}
	own = &l->all[l->n++];
	*own = *f;
	own->symbol = strdup(f->symbol);
	own->demangled = f->demangled ? strdup(f->demangled) : NULL;
	return own->symbol && (own->demangled || !f->demangled);
}

static bool matches(const struct listed_function *f, const char *brief, const char *pattern)
{
	if (!fnmatch(pattern, f->symbol, 0))
		return true;
	return f->demangled &&
	       (!fnmatch(pattern, f->demangled, 0) || (*brief && !fnmatch(pattern, brief, 0)));
}

static bool take(const struct elf_symbol *s, void *context)
{
	char symbol[MAX_NAME], full[MAX_NAME], brief[MAX_NAME] = "";
	struct listing *l = context;
	struct listed_function f = {.symbol = symbol_text(s, symbol, sizeof(symbol)),
		.address = s->sym.st_value,
		.size = s->sym.st_size,
		.chosen_at_start = GELF_ST_TYPE(s->sym.st_info) == STT_GNU_IFUNC};

	if (!elf_offset(s->elf, f.address, PF_X, &f.offset))
		return false;
	if (demangle(s->name, true, full, sizeof(full))) {
		f.demangled = full;
		demangle(s->name, false, brief, sizeof(brief));
	}
	if (matches(&f, brief, l->pattern) && !add(l, &f))
		l->err = -ENOMEM;
	return l->err;
}

static const char *shown_name(const struct listed_function *f)
{
	return f->demangled ?: f->symbol;
}

static int compare(const void *a, const void *b)
{
	const struct listed_function *one = a, *other = b;
	int names = strcmp(shown_name(one), shown_name(other));

	if (names)
		return names;
	if (one->address != other->address)
		return one->address < other->address ? -1 : 1;
	return strcmp(one->symbol, other->symbol);
}

static void tell(struct listing *l, function_found found, void *context)
{
	qsort(l->all, l->n, sizeof(*l->all), compare);
	for (size_t i = 0; i < l->n; i++)
		if ((!i || compare(&l->all[i - 1], &l->all[i])) && found(&l->all[i], context))
			return;
}

static int check_found(const struct listing *l, Elf *elf, const char *file, struct error *why)
{
	if (l->err)
		return error_set(why, l->err, "out of memory");
	if (l->n)
		return 0;
	return error_set(why, -ENOENT, "no function of \"%s\" matches \"%s\"%s", file, l->pattern,
		elf_has_symbols(elf) ? "" : STRIPPED);
}

int functions_each(int fd, const char *file, const char *pattern, function_found found,
	void *context, struct error *why)
{
	struct listing l = {.pattern = pattern};
	Elf *elf;
	int err = elf_open(fd, &elf);

	if (err)
		return elf_refuse(fd, file, why);
	err = elf_check_loadable(elf, file, why);
	if (!err) {
		elf_symbols(elf, take, &l);
		err = check_found(&l, elf, file, why);
	}
	elf_end(elf);
	if (!err && l.n)
		tell(&l, found, context);
	for (size_t i = 0; i < l.n; i++) {
		free((char *)l.all[i].symbol);
		free((char *)l.all[i].demangled);
	}
	free(l.all);
	return err;
}
