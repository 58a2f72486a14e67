// SPDX-License-Identifier: GPL-2.0
#include "target/function_names.h"

#include <stdio.h>
#include <string.h>

#include "target/demangle.h"

/* The table for debuggers has versions in its names, @@ for the default; that for the dynamic
 * linker has numbers. */
const char *symbol_text(const struct elf_symbol *s, char *ret, size_t size)
{
	const char *at = strstr(s->name, "@@");

	if (at)
		snprintf(ret, size, "%.*s", (int)(at - s->name), s->name);
	else if (s->is_old && s->version)
		snprintf(ret, size, "%s@%s", s->name, s->version);
	else
		return s->name;
	return ret;
}

bool symbol_is(const struct elf_symbol *s, const char *name)
{
	size_t length = strcspn(s->name, "@");
	const char *its = s->version ?: s->name + length + strspn(s->name + length, "@");
	const char *version = name + length;
	bool is_default = s->version ? !s->is_old : !strncmp(s->name + length, "@@", 2);

	if (strncmp(s->name, name, length))
		return false;
	if (!*version)
		return is_default || !*its;
	if (*version++ != '@')
		return false;
	if (*version == '@' && is_default)
		version++;
	return *its && !strcmp(version, its);
}

void function_name(const struct elf_symbol *s, bool arguments, char *ret, size_t size)
{
	const char *text;

	if (demangle(s->name, arguments, ret, size))
		return;
	text = symbol_text(s, ret, size);
	if (text != ret)
		snprintf(ret, size, "%s", text);
}
