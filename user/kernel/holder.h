/* SPDX-License-Identifier: GPL-2.0 */
/* The gate for programs at user functions (bpf/holder.bpf.h). */
#ifndef JINX_HOLDER_H
#define JINX_HOLDER_H

#include <stdbool.h>

#include "base/error.h"

struct btf;
struct gate;
struct holder;

/* Whether the kernel has what such programs take: 0, or -errno with the reason. */
int holder_look_at_kernel(const struct btf *btf, struct error *why);

/*
 * Puts a reference to the gate's mapper where such programs find it, and sends this thread to sleep
 * at a function of its own. 0 and *ret, or -errno with the reason.
 */
int holder_new(struct gate *g, const struct btf *btf, struct holder **ret, struct error *why);
void holder_free(struct holder *h);

/* The map "holders", which the plan's programs share. */
int holder_map_fd(const struct holder *h);

/* A link holds breakpoints of its own (Linux 6.6), without perf events. */
bool holder_multi(const struct btf *btf);

/* Programs at user functions have stacks by CPU (bpf/holder.bpf.h: UNDISTURBED()). */
bool holder_private_stacks(const struct btf *btf);

#endif
