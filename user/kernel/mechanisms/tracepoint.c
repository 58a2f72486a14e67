// SPDX-License-Identifier: GPL-2.0
/* The tracepoint that every system call comes by. */
#include <errno.h>
#include <stdio.h>

#include <linux/bpf.h>
#include <bpf/btf.h>

#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "scenario/code.h"

int probe_sys_enter(const struct btf *btf, struct caps *caps, struct error *why)
{
	/* Not sys_enter: every call on the host would pay for the probe. */
	static const struct probe tracepoint = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_RAW_TP,
		.btf_name = "btf_trace_task_rename",
		.btf_kind = BTF_KIND_TYPEDEF,
		.must_run = true};

	(void)caps;
	if (btf__find_by_name_kind(btf, "btf_trace_sys_enter", BTF_KIND_TYPEDEF) < 0)
		return error_set(why, -ENOENT, "no sys_enter tracepoint (CONFIG_FTRACE_SYSCALLS)");
	return probe_try(&tracepoint, btf, why);
}

/* A system call, or a tracepoint that is a point itself. */
const char *tracepoint_out_of_reach(enum point p, const struct caps *caps)
{
	if (!is_tracepoint(p))
		return number_out_of_reach(p, caps);
	return caps->traceable[p] ? NULL : "the kernel has no tracepoint of that name";
}

const char *number_out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return points[p].syscall_nr >= 0 ? NULL : "not a call on this architecture";
}

void sys_enter_programs(enum point p, struct programs *ret)
{
	if (is_tracepoint(p))
		programs_add(ret, code_place(p)->name, "pass_", point_id(p));
	else
		programs_add(ret, "", "on_", "sys_enter");
}

void describe_sys_enter(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "%s", is_tracepoint(p) ? code_place(p)->name : "sys_enter");
}

static int probe_sys_exit(const struct btf *btf, struct caps *caps, struct error *why)
{
	if (btf__find_by_name_kind(btf, "btf_trace_sys_exit", BTF_KIND_TYPEDEF) < 0)
		return error_set(why, -ENOENT, "no sys_exit tracepoint (CONFIG_FTRACE_SYSCALLS)");
	return probe_sys_enter(btf, caps, why);
}

static void meter_programs(enum point p, struct programs *ret)
{
	sys_enter_programs(p, ret);
	if (!is_tracepoint(p))
		programs_add(ret, "", "on_", "sys_exit");
}

static void describe_meter(enum point p, char *ret, size_t size)
{
	snprintf(
		ret, size, "%s", is_tracepoint(p) ? code_place(p)->name : "sys_enter and sys_exit");
}

const struct mechanism_kind mechanism_SYS_EXIT = {
	.probe = probe_sys_exit,
	.out_of_reach = tracepoint_out_of_reach,
	.programs = meter_programs,
	.describe = describe_meter,
};

const struct mechanism_kind mechanism_TRACEPOINT = {
	.probe = probe_sys_enter,
	.out_of_reach = tracepoint_out_of_reach,
	.blind = blind_at_entry,
	.programs = sys_enter_programs,
	.describe = describe_sys_enter,
};
