/* SPDX-License-Identifier: GPL-2.0 */
/* The arguments of the kernel's functions, as its types (BTF) have them. */
#ifndef JINX_PROTOTYPES_H
#define JINX_PROTOTYPES_H

#include <stddef.h>

/* Valid in the call. */
struct prototype {
	const char *
		name; /* of a function; of a tracepoint "btf_trace_NAME", arguments without names */
	void *types;
	unsigned int type;
};

/*
 * Calls `found` for each function and tracepoint in the types of the kernel, or of that module. 0,
 * or -errno when there are none.
 */
typedef void (*prototype_found)(const struct prototype *p, void *context);
int prototypes_each(const char *module, prototype_found found, void *context);

/* "struct file *file, int datasync"; the first `skip` of them left out. */
void prototype_arguments(const struct prototype *p, unsigned int skip, char *ret, size_t size);

#endif
