// SPDX-License-Identifier: GPL-2.0
#include "target/demangle.h"

#include <setjmp.h>
#include <string.h>

#if __has_include(<libiberty/demangle.h>)
#include <libiberty/demangle.h>
#else
#include <demangle.h>
#endif

struct output {
	char *text;
	size_t length, size;
	jmp_buf full;
};

/*
 * A symbol of a thousand bytes may stand for a name of any length, as its parts refer to each
 * other; a malicious one would keep the library busy for years. There is no other way to make it
 * stop.
 */
static void append(const char *text, size_t n, void *opaque)
{
	struct output *o = opaque;

	if (n >= o->size - o->length)
		longjmp(o->full, 1);
	memcpy(o->text + o->length, text, n);
	o->length += n;
}

static bool write_name(const char *symbol, int options, struct output *o)
{
	if (setjmp(o->full))
		return false;
	return rust_demangle_callback(symbol, options, append, o) ||
	       cplus_demangle_v3_callback(symbol, options, append, o);
}

bool demangle(const char *symbol, bool arguments, char *ret, size_t size)
{
	struct output o = {.text = ret, .size = size};
	bool is_mangled = symbol[0] == '_' && (symbol[1] == 'Z' || symbol[1] == 'R');
	bool ok = is_mangled &&
		  write_name(symbol, DMGL_ANSI | DMGL_RET_DROP | (arguments ? DMGL_PARAMS : 0), &o);

	ret[ok ? o.length : 0] = '\0';
	return ok;
}

bool demangled_is_clone(const char *demangled)
{
	const char *clone = strstr(demangled, " [clone .");

	/* LLVM gives functions of one file such names when it optimizes several files as one: they
	 * are the functions. */
	return clone && strncmp(clone, " [clone .llvm.", 14);
}
