// SPDX-License-Identifier: GPL-2.0
#include "kernel/code_look.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "scenario/code.h"

/* The module that has each function; "" for the kernel itself. */
struct owners {
	bool found[NR_CODE_POINTS];
	char modules[NR_CODE_POINTS][64];
};

static void note_symbol(struct owners *o, const char *name, const char *module)
{
	for (enum point p = POINT_code_0; p < NR_POINTS; p++) {
		unsigned int i = p - POINT_code_0;

		if (!is_kernel_code(p) || o->found[i] || strcmp(code_place(p)->name, name))
			continue;
		o->found[i] = true;
		snprintf(o->modules[i], sizeof(o->modules[i]), "%.*s", (int)strcspn(module, "]"),
			module);
	}
}

static void read_symbols(struct owners *o)
{
	_cleanup_file_ FILE *f = fopen("/proc/kallsyms", "re");
	char line[512], name[256], module[64], type;

	while (f && fgets(line, sizeof(line), f)) {
		*module = '\0';
		if (sscanf(line, "%*s %c %255s [%63s", &type, name, module) >= 2 &&
			strchr("tTwW", type))
			note_symbol(o, name, module);
	}
}

static bool has(const struct btf *btf, const char *name, int kind)
{
	return btf__find_by_name_kind(btf, name, kind) > 0;
}

/* In the kernel's BTF, or the module's. */
static bool is_there(const struct btf *btf, const char *module, const char *name, int kind)
{
	struct btf *own;
	bool there = has(btf, name, kind);

	if (there || !*module)
		return there;
	own = btf__load_module_btf(module, (struct btf *)btf);
	if (libbpf_get_error(own))
		return false;
	there = has(own, name, kind);
	btf__free(own);
	return there;
}

void code_look(struct caps *caps, const struct btf *btf)
{
	struct owners o = {};
	bool functions = false;
	char name[CODE_TEXT_MAX + 16];

	for (enum point p = POINT_code_0; p < NR_POINTS; p++)
		functions |= is_kernel_code(p);
	if (functions)
		read_symbols(&o);
	for (enum point p = POINT_code_0; p < NR_POINTS; p++) {
		const struct code_place *place = code_place(p);

		if (is_kernel_code(p)) {
			caps->probeable[p] = o.found[p - POINT_code_0];
			caps->traceable[p] = is_there(
				btf, o.modules[p - POINT_code_0], place->name, BTF_KIND_FUNC);
		} else if (is_tracepoint(p)) {
			snprintf(name, sizeof(name), "btf_trace_%s", place->name);
			caps->traceable[p] = is_there(btf, place->provider, name, BTF_KIND_TYPEDEF);
		}
	}
}
