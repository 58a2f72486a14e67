// SPDX-License-Identifier: GPL-2.0
#include "kernel/holder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "holder.skel.h"
#include "kernel/core_types.h"
#include "kernel/gate.h"
#include "kernel/kfuncs.h"
#include "kernel/uprobe.h"

#define SLEEP_NS 300000
#define TRY_NS 1000000000ull

struct holder {
	struct holder_bpf *skel;
};

/* Here the thread is sent to sleep; nothing else of jinx calls it. */
static __attribute__((noinline)) void sleep_here(void)
{
	__asm__ volatile("" ::: "memory");
}

bool holder_multi(const struct btf *btf)
{
	return btf__find_by_name_kind(btf, "bpf_uprobe_multi_link", BTF_KIND_STRUCT) >= 0;
}

int holder_look_at_kernel(const struct btf *btf, struct error *why)
{
	if (!kfunc_exists(btf, "bpf_rcu_read_lock"))
		return error_set(why, -EOPNOTSUPP, "no bpf_rcu_read_lock (Linux 6.2)");
	/* Those by perf events hold a mutex of their CPU while a program runs, up to Linux 6.9
	 * (kernel/trace/trace_uprobe.c: uprobe_buffer_get). */
	if (!holder_multi(btf))
		return error_set(why, -EOPNOTSUPP,
			"no uprobe_multi (Linux 6.6); other uprobes let one thread a CPU sleep");
	return 0;
}

/* Kernels before 6.13 have some of its types, but their compiler of programs doesn't do it. */
bool holder_private_stacks(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "bpf_prog_aux", BTF_KIND_STRUCT);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, id) : NULL;

	for (int i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(t)[i].name_off),
			    "jits_use_priv_stack"))
			return true;
	return false;
}

static int load(struct holder *h, const struct gate *g, const struct btf *btf)
{
	int err;

	h->skel = holder_bpf__open_opts(core_types_options());
	if (!h->skel)
		return -errno;
	kfuncs_adapt(h->skel->obj);
	h->skel->rodata->private_stacks = holder_private_stacks(btf);
	bpf_program__set_expected_attach_type(h->skel->progs.sleep_at_function, UPROBE_MULTI);
	err = bpf_map__reuse_fd(h->skel->maps.gate, gate_map_fd(g, "gate"));
	if (!err)
		err = bpf_map__reuse_fd(h->skel->maps.slots, gate_map_fd(g, "slots"));
	if (!err)
		err = bpf_map__reuse_fd(h->skel->maps.works, gate_map_fd(g, "works"));
	return err ?: holder_bpf__load(h->skel);
}

static int hold(struct holder *h)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int err = bpf_prog_test_run_opts(bpf_program__fd(h->skel->progs.hold_mapper), &opts);

	return err ?: opts.retval ? -ESRCH : 0;
}

static int try(struct holder *h, struct gate *g, struct error *why)
{
	void (*volatile function)(void) = sleep_here;
	_cleanup_fd_ int link = -1;
	uint64_t offset, cookie = 0;
	int err = uprobe_own_offset((const void *)sleep_here, &offset), result;

	if (err)
		return error_errno(why, err, "looking for a function of jinx");
	link = uprobe_attach(bpf_program__fd(h->skel->progs.sleep_at_function), "/proc/self/exe",
		&offset, &cookie, 1);
	if (link < 0)
		return error_errno(why, link, "attaching to a user function");
	gate_renew(g, monotonic_ns() + TRY_NS);
	gate_open(g);
	result = gate_try(g, SLEEP_NS, function);
	gate_close(g);
	if (result == -EFAULT)
		return 0;
	return error_set(why, -EOPNOTSUPP, "sleeping at a user function: %s",
		result ? strerror(-result) : "attached, but never reached");
}

int holder_new(struct gate *g, const struct btf *btf, struct holder **ret, struct error *why)
{
	struct holder *h = calloc(1, sizeof(*h));
	int err = h ? load(h, g, btf) : -ENOMEM;

	if (err)
		error_errno(why, err, "loading (built by a clang before 15?)");
	if (!err && (err = hold(h)))
		error_errno(why, err, "holding the gate's mapper");
	if (!err)
		err = try(h, g, why);
	if (err)
		holder_free(h);
	else
		*ret = h;
	return err;
}

void holder_free(struct holder *h)
{
	if (!h)
		return;
	holder_bpf__destroy(h->skel);
	free(h);
}

int holder_map_fd(const struct holder *h)
{
	return bpf_map__fd(h->skel->maps.holders);
}
