// SPDX-License-Identifier: GPL-2.0
/* Delays: a place to see the call, and a way to keep the thread there. */
#include <errno.h>
#include <stdio.h>

#include <linux/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/arch.h"
#include "kernel/attach.h"
#include "kernel/clones.h"
#include "kernel/gate.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "jinx.skel.h"

/* The gate, which stays for the engine. */
static int probe_gate(
	const struct btf *btf, struct caps *caps, struct gate **ret, struct error *why)
{
	int err = gate_start(btf, ret, why);

	if (err)
		caps->no_gate = *why;
	else
		caps->gate_inside |= !gate_is_outside(*ret);
	return err;
}

int probe_resume(const struct btf *btf, struct caps *caps, struct error *why)
{
	struct gate *g = NULL;
	int err = probe_gate(btf, caps, &g, why);
	const char *lacks = err ? NULL : gate_no_resume(g);

	return lacks ? error_set(why, -EOPNOTSUPP, "%s", lacks) : err;
}

static void prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	unsigned int flags = mechanisms[plan->bindings[binding].mechanism].flags;

	bpf_map__set_max_entries(skel->maps.sleeps, plan->n_rules);
	skel->rodata->resumes |= !!(flags & RESUMES);
}

/* Where the delay is decided at the call's entry. */
static void prepare_entry(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	prepare(skel, plan, binding);
	skel->rodata->delays = true;
}

static int probe_task_work(const struct btf *btf, struct caps *caps, struct error *why)
{
	return probe_resume(btf, caps, why) ?: probe_entry(btf, caps, why);
}

static const char *task_work_out_of_reach(enum point p, const struct caps *caps)
{
	return points[p].kind == KIND_BIO ? NULL : call_out_of_reach(p, caps);
}

static void task_work_programs(enum point p, struct programs *ret)
{
	if (points[p].kind == KIND_BIO)
		programs_add(ret, BIO_SUBMITTED, "delay_", "bios");
	else
		entry_programs(p, ret);
}

static void describe_task_work(enum point p, char *ret, size_t size)
{
	if (points[p].kind == KIND_BIO)
		snprintf(ret, size, BIO_SUBMITTED);
	else
		describe_call(p, ret, size);
}

const struct mechanism_kind mechanism_TASK_WORK = {
	.probe = probe_task_work,
	.out_of_reach = task_work_out_of_reach,
	.blind = blind_at_entry,
	.programs = task_work_programs,
	.prepare = prepare_entry,
	.describe = describe_task_work,
};

static int probe_task_work_tp(const struct btf *btf, struct caps *caps, struct error *why)
{
	return probe_resume(btf, caps, why) ?: probe_sys_enter(btf, caps, why);
}

const struct mechanism_kind mechanism_TASK_WORK_TP = {
	.probe = probe_task_work_tp,
	.out_of_reach = tracepoint_out_of_reach,
	.blind = blind_at_entry,
	.programs = sys_enter_programs,
	.prepare = prepare_entry,
	.describe = describe_sys_enter,
};

/* Which hooks may sleep is found out for each. */
static int probe_lsm_sleep(const struct btf *btf, struct caps *caps, struct error *why)
{
	struct gate *g = NULL;
	int err = probe_gate(btf, caps, &g, why) ?: probe_lsm(btf, caps, why);

	for (int h = HOOK_none + 1; h < NR_HOOKS && !err; h++)
		caps->sleepable[h] =
			caps->lsm[h] && !hooks[h].locked && probe_sleepable(caps->lsm_id[h]);
	return err;
}

static const char *sleep_out_of_reach(enum point p, const struct caps *caps)
{
	const struct point_row *row = &points[p];

	if (row->hook == HOOK_none)
		return "no hook inside the call";
	if (row->locked || hooks[row->hook].locked)
		return row->locked ?: hooks[row->hook].locked;
	return caps->sleepable[row->hook] ? NULL : "the call's hook may not sleep";
}

static void sleep_programs(enum point p, struct programs *ret)
{
	const char *hook = hooks[points[p].hook].name;

	programs_add(ret, hook, "sleep_", hook);
}

static void describe_sleep(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "lsm.s/%s", hooks[points[p].hook].name);
}

const struct mechanism_kind mechanism_LSM_SLEEP = {
	.probe = probe_lsm_sleep,
	.out_of_reach = sleep_out_of_reach,
	.blind = blind_at_lsm_hook,
	.programs = sleep_programs,
	.prepare = prepare,
	.describe = describe_sleep,
};

static int probe_clones(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe clone = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_MODIFY_RETURN,
		.btf_name = SYSCALL_PREFIX PROBED_CALL,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true,
		.sleepable = true};
	struct gate *g = NULL;

	return probe_gate(btf, caps, &g, why) ?: probe_entry(btf, caps, why)
						      ?: probe_try(&clone, btf, why);
}

static void prepare_clones(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	prepare_entry(skel, plan, binding);
	skel->rodata->clones = true;
}

/* The clones of a call, beside the program that decides. */
static int attach_clones(const struct attaching *a, unsigned int binding)
{
	const struct binding *b = a->plan->bindings;

	for (unsigned int i = 0; i < binding; i++)
		if (b[i].mechanism == b[binding].mechanism && b[i].point == b[binding].point)
			return 0;
	return clones_attach(a->links->clones, b[binding].point, b[binding].number);
}

/* Only functions of calls may sleep everywhere. */
static const char *clones_out_of_reach(enum point p, const struct caps *caps)
{
	return points[p].kind == KIND_CODE ? "it is no system call" : call_out_of_reach(p, caps);
}

const struct mechanism_kind mechanism_CLONES = {
	.probe = probe_clones,
	.out_of_reach = clones_out_of_reach,
	.blind = blind_at_entry,
	.programs = entry_programs,
	.prepare = prepare_clones,
	.attach_rest = attach_clones,
	.describe = describe_call,
};

const struct mechanism_kind mechanism_SPIN = {
	.probe = probe_entry,
	.out_of_reach = call_out_of_reach,
	.blind = blind_at_entry,
	.programs = entry_programs,
	.prepare = prepare_entry,
	.describe = describe_call,
};

const struct mechanism_kind mechanism_SPIN_TP = {
	.probe = probe_sys_enter,
	.out_of_reach = tracepoint_out_of_reach,
	.blind = blind_at_entry,
	.programs = sys_enter_programs,
	.prepare = prepare_entry,
	.describe = describe_sys_enter,
};
