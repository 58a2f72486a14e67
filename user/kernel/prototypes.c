// SPDX-License-Identifier: GPL-2.0
#include "kernel/prototypes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "base/text.h"
#include "kernel/kernel_btf.h"

struct types {
	struct btf *btf;
	struct btf_dump *dump; /* writes to `text` */
	char text[1024];
};

static void write_text(void *context, const char *format, va_list args)
{
	struct types *t = context;
	size_t length = strlen(t->text);

	vsnprintf(t->text + length, sizeof(t->text) - length, format, args);
}

/* The prototype of a function, or that of the functions that a tracepoint calls. NULL: it is
 * neither. */
static const struct btf_type *prototype_of(const struct btf *btf, const struct btf_type *t)
{
	if (btf_is_typedef(t)) {
		if (strncmp(btf__name_by_offset(btf, t->name_off), "btf_trace_", 10))
			return NULL;
		t = btf__type_by_id(btf, t->type);
		if (!t || !btf_is_ptr(t))
			return NULL;
	} else if (!btf_is_func(t)) {
		return NULL;
	}
	t = btf__type_by_id(btf, t->type);
	return t && btf_is_func_proto(t) ? t : NULL;
}

static void each_type(struct types *types, unsigned int first, prototype_found found, void *context)
{
	for (unsigned int i = first; i < btf__type_cnt(types->btf); i++) {
		const struct btf_type *t = btf__type_by_id(types->btf, i);
		struct prototype p = {.types = types, .type = i};

		if (!prototype_of(types->btf, t))
			continue;
		p.name = btf__name_by_offset(types->btf, t->name_off);
		found(&p, context);
	}
}

int prototypes_each(const char *module, prototype_found found, void *context)
{
	struct btf *kernel = kernel_btf_load();
	struct types types = {.btf = kernel};
	unsigned int first = 1;
	int err = 0;

	if (!kernel)
		return -errno;
	if (module) {
		char path[128];

		snprintf(path, sizeof(path), "/sys/kernel/btf/%s", module);
		types.btf = btf__parse_split(path, kernel);
		first = btf__type_cnt(kernel);
	}
	types.dump = types.btf ? btf_dump__new(types.btf, write_text, &types, NULL) : NULL;
	if (types.dump)
		each_type(&types, first, found, context);
	else
		err = -errno;
	btf_dump__free(types.dump);
	if (types.btf != kernel)
		btf__free(types.btf);
	btf__free(kernel);
	return err;
}

void prototype_arguments(const struct prototype *p, unsigned int skip, char *ret, size_t size)
{
	struct types *types = p->types;
	const struct btf_type *proto =
		prototype_of(types->btf, btf__type_by_id(types->btf, p->type));
	const struct btf_param *all = btf_params(proto);

	*ret = '\0';
	for (unsigned int i = skip; i < btf_vlen(proto); i++) {
		LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts,
			.field_name = btf__name_by_offset(types->btf, all[i].name_off));

		types->text[0] = '\0';
		if (all[i].type)
			btf_dump__emit_type_decl(types->dump, all[i].type, &opts);
		text_append(
			ret, size, "%s%s", i > skip ? ", " : "", all[i].type ? types->text : "...");
	}
}
