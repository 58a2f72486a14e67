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

/* A function, or what a tracepoint calls, which gets a pointer of its own before the arguments. */
static unsigned int n_arguments(const struct btf *btf, const struct btf_type *t)
{
	bool tracepoint = btf_is_typedef(t);

	t = btf__type_by_id(btf, t->type);
	if (tracepoint && t && btf_is_ptr(t))
		t = btf__type_by_id(btf, t->type);
	return t && btf_is_func_proto(t) && btf_vlen(t) >= tracepoint ? btf_vlen(t) - tracepoint
								      : 0;
}

static bool look(struct caps *caps, enum point p, const struct btf *btf, const char *name, int kind)
{
	int id = btf__find_by_name_kind(btf, name, kind);

	if (id <= 0)
		return false;
	caps->n_arguments[p] = n_arguments(btf, btf__type_by_id(btf, id));
	return true;
}

/* In the kernel's BTF, or the module's. */
static bool is_there(struct caps *caps, enum point p, const struct btf *btf, const char *module,
	const char *name, int kind)
{
	struct btf *own;
	bool there = look(caps, p, btf, name, kind);

	if (there || !*module)
		return there;
	own = btf__load_module_btf(module, (struct btf *)btf);
	if (libbpf_get_error(own))
		return false;
	there = look(caps, p, own, name, kind);
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
			caps->traceable[p] = is_there(caps, p, btf, o.modules[p - POINT_code_0],
				place->name, BTF_KIND_FUNC);
		} else if (is_tracepoint(p)) {
			snprintf(name, sizeof(name), "btf_trace_%s", place->name);
			caps->traceable[p] =
				is_there(caps, p, btf, place->provider, name, BTF_KIND_TYPEDEF);
		}
	}
}
