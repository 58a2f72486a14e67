// SPDX-License-Identifier: GPL-2.0
#include "target/returns.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"

#define JUMPED_TO "it is a part of a function, which is jumped to and not called"
#define TWICE "it returns to where it was called from more than once"
#define NEVER "it doesn't return"
#define ASKS "it asks who has called it"

/*
 * By their names, as the file doesn't say so. Who goes back to the address that such a function has
 * noted is killed, for a return that was awaited once; at the beginning of what is jumped to the
 * stack has something else in the place of an address.
 */
static const struct {
	const char *pattern, *reason;
	bool jumped_to;
} names[] = {
	{"*.cold", JUMPED_TO, true},
	{"*.cold.[0-9]*", JUMPED_TO, true},
	{"*.__part.[0-9]*", JUMPED_TO, true},
	{"__restore_rt", JUMPED_TO, true},
	{"setjmp", TWICE},
	{"_setjmp", TWICE},
	{"__setjmp", TWICE},
	{"sigsetjmp", TWICE},
	{"__sigsetjmp", TWICE},
	{"savectx", TWICE},
	{"getcontext", TWICE},
	{"__getcontext", TWICE},
	{"swapcontext", TWICE},
	{"__swapcontext", TWICE},
	{"unw_getcontext", TWICE},
	{"_Ux86_64_getcontext", TWICE},
	{"longjmp", NEVER},
	{"_longjmp", NEVER},
	{"siglongjmp", NEVER},
	{"__longjmp_chk", NEVER},
	{"setcontext", NEVER},
	{"exit", NEVER},
	{"_exit", NEVER},
	{"_Exit", NEVER},
	{"quick_exit", NEVER},
	{"abort", NEVER},
	{"pthread_exit", NEVER},
	{"thrd_exit", NEVER},
	{"dlopen", ASKS},
	{"dlmopen", ASKS},
	{"dlsym", ASKS},
	{"dlvsym", ASKS},
	{"mcount", ASKS},
	{"_mcount", ASKS},
	{"__fentry__", ASKS},
	{"_Unwind_*", "it looks through the frames of who has called it"},
};

struct look {
	uint64_t address;
	struct returns *found;
};

/* Of the names of one function each may say so. */
static bool look_at_name(const struct elf_symbol *s, void *context)
{
	struct look *l = context;
	char name[128];
	size_t length = strcspn(s->name, "@");

	if (s->sym.st_value != l->address || length >= sizeof(name))
		return false;
	memcpy(name, s->name, length);
	name[length] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (fnmatch(names[i].pattern, name, 0))
			continue;
		*l->found = (struct returns){names[i].reason, names[i].jumped_to};
		return true;
	}
	return false;
}

void returns_of(Elf *elf, uint64_t address, struct returns *ret)
{
	struct look l = {address, ret};
	GElf_Ehdr head;

	*ret = (struct returns){};
	/* The entry of a library is where it is run as a program, by none. */
	if (gelf_getehdr(elf, &head) && head.e_entry == address)
		*ret = (struct returns){"the program begins there, and nobody has called it", true};
	else
		elf_symbols(elf, look_at_name, &l);
	ret->refused = ret->refused ?: elf_unwinds(elf);
}
