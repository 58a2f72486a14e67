/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's functions that BPF programs may call, as far as kernels differ in them. */
#ifndef JINX_KFUNCS_H
#define JINX_KFUNCS_H

#include <stdbool.h>

struct bpf_object;
struct btf;

bool kfunc_exists(const struct btf *btf, const char *name);

/* Notes what kfuncs_adapt() has to know of this kernel. */
void kfuncs_look(const struct btf *btf);

/*
 * Before an object is loaded: hides the call of bpf_task_work_schedule_resume_impl() where the
 * kernel has a better one. Since 7.0 that name is in its BTF, with another prototype and no
 * address, and libbpf 1.1 refuses an object for that, though its programs would never make the
 * call.
 */
void kfuncs_adapt(struct bpf_object *obj);

#endif
