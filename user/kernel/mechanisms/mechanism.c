// SPDX-License-Identifier: GPL-2.0
#include "kernel/mechanisms/mechanism.h"

#include <stdio.h>

#include "kernel/arch.h"
#include "scenario/code.h"

#define MECHANISM(id, ...) extern const struct mechanism_kind mechanism_##id;
#include "../../../bpf/mechanisms.def"

const struct mechanism_kind *const mechanism_kinds[NR_MECHANISMS] = {
#define MECHANISM(id, ...) [MECHANISM_##id] = &mechanism_##id,
#include "../../../bpf/mechanisms.def"
};

void programs_add(struct programs *to, const char *function, const char *prefix, const char *name)
{
	struct program *p = &to->all[to->n++];

	snprintf(p->name, sizeof(p->name), "%s%s", prefix, name);
	snprintf(p->function, sizeof(p->function), "%s", function);
}

const char *call_function(enum point p, char *ret, size_t size)
{
	if (points[p].kind == KIND_CODE)
		snprintf(ret, size, "%.*s", FUNCTION_MAX - 1, code_place(p)->name);
	else
		snprintf(ret, size, SYSCALL_PREFIX "%s", point_function(p));
	return ret;
}
