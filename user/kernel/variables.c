// SPDX-License-Identifier: GPL-2.0
#include "kernel/variables.h"

#include <errno.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

typedef int (*pair_function)(const struct btf_var_secinfo *from, const struct variables *in,
	const struct btf_var_secinfo *to, const struct variables *of);

static const struct btf_type *section_of(const struct btf *btf, const char *section)
{
	int id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);

	return id < 0 ? NULL : btf__type_by_id(btf, id);
}

/* The name of a variable that other objects can see, or NULL. */
static const char *global_name(const struct btf *btf, const struct btf_var_secinfo *v)
{
	const struct btf_type *t = btf__type_by_id(btf, v->type);

	return btf_var(t)->linkage == BTF_VAR_GLOBAL_ALLOCATED
		       ? btf__name_by_offset(btf, t->name_off)
		       : NULL;
}

static const struct btf_var_secinfo *find(
	const struct btf *btf, const struct btf_type *section, const char *name)
{
	const struct btf_var_secinfo *all = btf_var_secinfos(section);

	for (int i = 0; i < btf_vlen(section); i++) {
		const char *own = global_name(btf, &all[i]);

		if (own && !strcmp(own, name))
			return &all[i];
	}
	return NULL;
}

static int for_each_pair(const struct variables *from, const struct variables *to,
	const char *section, pair_function f, const char **ret_name)
{
	const struct btf *from_btf = bpf_object__btf(from->object);
	const struct btf *to_btf = bpf_object__btf(to->object);
	const struct btf_type *theirs = section_of(from_btf, section);
	const struct btf_type *own = section_of(to_btf, section);
	int err = 0;

	*ret_name = section;
	if (!theirs || !own)
		return -ENOENT;
	for (int i = 0; i < btf_vlen(own) && !err; i++) {
		const struct btf_var_secinfo *v = &btf_var_secinfos(own)[i], *same;
		const char *name = global_name(to_btf, v);

		if (!name)
			continue;
		*ret_name = name;
		same = find(from_btf, theirs, name);
		err = !same ? -ENOENT : same->size != v->size ? -EINVAL : f(same, from, v, to);
	}
	return err;
}

static int copy(const struct btf_var_secinfo *from, const struct variables *in,
	const struct btf_var_secinfo *to, const struct variables *of)
{
	memcpy((char *)of->memory + to->offset, (const char *)in->memory + from->offset, to->size);
	return 0;
}

static int compare(const struct btf_var_secinfo *from, const struct variables *in,
	const struct btf_var_secinfo *to, const struct variables *of)
{
	(void)in;
	(void)of;
	return from->offset == to->offset ? 0 : -EINVAL;
}

int variables_copy(const struct variables *from, const struct variables *to, const char *section,
	const char **ret_name)
{
	return for_each_pair(from, to, section, copy, ret_name);
}

int variables_at_same_places(const struct variables *from, const struct variables *to,
	const char *section, const char **ret_name)
{
	return for_each_pair(from, to, section, compare, ret_name);
}
