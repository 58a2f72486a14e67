// SPDX-License-Identifier: GPL-2.0
#include "kernel/core_types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"

/* In strcmp()'s order; made from the objects by the Makefile. */
static const char *const wanted[] = {
#include "core_types.inc"
};

/* libbpf takes a file. */
static int file = -1;
static char path[64];

/* Those that programs name to the kernel, which knows them by its own ids. */
static struct {
	const char *name;
	uint32_t id;
} named[] = {{"cgroup"}, {"list_head"}, {"sock"}};

struct copying {
	const struct btf *from;
	struct btf *to;
	uint32_t *copies; /* of each type, its id in the copy; 0: there is none yet */
	int err;
};

static int compare(const void *name, const void *entry)
{
	return strcmp(name, *(const char *const *)entry);
}

static bool is_wanted(const struct btf *btf, const struct btf_type *t)
{
	if (!btf_is_composite(t) && !btf_is_enum(t) && !btf_is_enum64(t) && !btf_is_typedef(t))
		return false;
	return bsearch(btf__name_by_offset(btf, t->name_off), wanted, ARRAY_SIZE(wanted),
		sizeof(*wanted), compare);
}

static uint32_t copy_type(struct copying *c, uint32_t id);

/*
 * Sets the ids of what the copy consists of. Copying moves it, so it is looked up each time. What a
 * pointer points to is left out: relocations don't follow it (tools/lib/bpf/relo_core.c:
 * bpf_core_fields_are_compat).
 */
static void copy_parts(struct copying *c, const struct btf_type *t, uint32_t copy)
{
#define COPY ((struct btf_type *)btf__type_by_id(c->to, copy))
	uint32_t part;

	if (btf_is_ptr(t)) {
		COPY->type = 0;
	} else if (btf_is_mod(t) || btf_is_typedef(t)) {
		part = copy_type(c, t->type);
		COPY->type = part;
	} else if (btf_is_array(t)) {
		part = copy_type(c, btf_array(t)->type);
		btf_array(COPY)->type = part;
		part = copy_type(c, btf_array(t)->index_type);
		btf_array(COPY)->index_type = part;
	} else if (btf_is_composite(t)) {
		for (int i = 0; i < btf_vlen(t); i++) {
			part = copy_type(c, btf_members(t)[i].type);
			btf_members(COPY)[i].type = part;
		}
	}
#undef COPY
}

/* The id of the type's copy, which is made if need be. Types that hold each other do it by
 * pointers. */
static uint32_t copy_type(struct copying *c, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(c->from, id);
	int copy;

	if (!id || c->copies[id] || c->err)
		return c->copies[id];
	copy = btf__add_type(c->to, c->from, t);
	if (copy < 0) {
		c->err = copy;
		return 0;
	}
	c->copies[id] = copy;
	copy_parts(c, t, copy);
	return copy;
}

static int write_file(const struct btf *btf)
{
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	file = data ? memfd_create("jinx-types", MFD_CLOEXEC) : -1;
	if (file < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return write(file, data, size) == (ssize_t)size ? 0 : -1;
}

static void note_id(const struct btf *kernel, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(kernel, id);

	for (size_t i = 0; btf_is_struct(t) && i < ARRAY_SIZE(named); i++)
		if (!strcmp(btf__name_by_offset(kernel, t->name_off), named[i].name))
			named[i].id = id;
}

uint32_t core_types_id(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (!strcmp(named[i].name, name))
			return named[i].id;
	return 0;
}

void core_types_copy(const struct btf *kernel)
{
	uint32_t n = btf__type_cnt(kernel);
	struct copying c = {
		.from = kernel, .to = btf__new_empty(), .copies = calloc(n, sizeof(*c.copies))};

	c.err = c.to && c.copies ? 0 : -1;
	for (uint32_t id = 1; id < n && !c.err; id++)
		if (is_wanted(kernel, btf__type_by_id(kernel, id))) {
			note_id(kernel, id);
			copy_type(&c, id);
		}
	core_types_free();
	if (!c.err && write_file(c.to))
		core_types_free();
	btf__free(c.to);
	free(c.copies);
}

const struct bpf_object_open_opts *core_types_options(void)
{
	static struct bpf_object_open_opts options = {.sz = sizeof(options)};

	options.btf_custom_path = file < 0 ? NULL : path;
	return &options;
}

void core_types_free(void)
{
	if (file >= 0)
		close(file);
	file = -1;
}
