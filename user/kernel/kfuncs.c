// SPDX-License-Identifier: GPL-2.0
#include "kernel/kfuncs.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/privileges.h"

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

/*
 * For a name that the kernel doesn't have libbpf goes through the types of all modules, which only
 * cap_sys_admin may (kernel/bpf/syscall.c: bpf_obj_get_next_id), and before 1.2 takes the refusal
 * for a failure. It goes once an object, so a name that nobody has is asked for, where failing does
 * no harm.
 */
static void keep_from_modules(struct bpf_object *obj)
{
	if (!(privileges_held() & PRIVILEGE(SYS_ADMIN)))
		bpf_program__set_attach_target(
			bpf_object__next_program(obj, NULL), 0, "jinx_no_such_function");
}

void kfuncs_adapt(struct bpf_object *obj)
{
	const struct btf *btf = bpf_object__btf(obj);
	int id = btf__find_by_name_kind(btf, RESUME_OLD, BTF_KIND_FUNC);

	keep_from_modules(obj);
	/* libbpf has no call for it, but the names are memory of this process; a weak symbol of an
	 * unknown name is left out. */
	if (id > 0 && hides_old)
		*(char *)btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off) = '_';
}
