/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's types that jinx's BPF objects name, and no others. libbpf looks through all types
 * that it is given for each one that a program reads from: with the kernel's 130,000 that is the
 * longest part of a start.
 */
#ifndef JINX_CORE_TYPES_H
#define JINX_CORE_TYPES_H

#include <stdint.h>

struct btf;
struct bpf_object_open_opts;

/* Copies them from the kernel's BTF. Without memory for that libbpf looks through all, as before.
 */
void core_types_copy(const struct btf *kernel);

/* How to open an object, to be relocated by the copy; it is there until core_types_free(). */
const struct bpf_object_open_opts *core_types_options(void);

/* The kernel's own id of a structure; 0: it has none, or that was not copied. */
uint32_t core_types_id(const char *name);

/* Once all objects have been loaded. */
void core_types_free(void);

#endif
