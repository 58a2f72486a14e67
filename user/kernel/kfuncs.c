// SPDX-License-Identifier: GPL-2.0
#include "kernel/kfuncs.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#define RESUME "bpf_task_work_schedule_resume"
#define RESUME_OLD "bpf_task_work_schedule_resume_impl"

static bool hides_old;

bool kfunc_exists(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

void kfuncs_look(const struct btf *btf)
{
	if (kfunc_exists(btf, RESUME))
		hides_old = true;
}

void kfuncs_adapt(struct bpf_object *obj)
{
	const struct btf *btf = bpf_object__btf(obj);
	int id = btf__find_by_name_kind(btf, RESUME_OLD, BTF_KIND_FUNC);

	/* libbpf has no call for it, but the names are memory of this process; a weak symbol of an
	 * unknown name is left out. */
	if (id > 0 && hides_old)
		*(char *)btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off) = '_';
}
