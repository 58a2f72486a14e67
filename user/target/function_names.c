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
	else if (s->old_version)
		snprintf(ret, size, "%s@%s", s->name, s->old_version);
	else
		return s->name;
	return ret;
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
