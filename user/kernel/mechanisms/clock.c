// SPDX-License-Identifier: GPL-2.0
/* What calls tell of the time, rewritten as they return (bpf/skew.bpf.h). */
#include <errno.h>
#include <stdio.h>

#include <linux/bpf.h>
#include <bpf/btf.h>

#include "actors/actor.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	/* Not sys_exit: every call on the host would pay for the probe. */
	static const struct probe writing = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_RAW_TP,
		.btf_name = "btf_trace_task_rename",
		.btf_kind = BTF_KIND_TYPEDEF,
		.helper = BPF_FUNC_probe_write_user,
		.must_run = true};

	(void)caps;
	if (btf__find_by_name_kind(btf, "btf_trace_sys_exit", BTF_KIND_TYPEDEF) < 0)
		return error_set(why, -ENOENT, "no sys_exit tracepoint (CONFIG_FTRACE_SYSCALLS)");
	return actors[MECHANISM_CLOCK]->probe(why) ?: probe_try(&writing, btf, why);
}

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "skew_at_", "exit");
}

static void describe(enum point p, char *ret, size_t size)
{
	(void)p;
	snprintf(ret, size, "%s", actors[MECHANISM_CLOCK]->does);
}

const struct mechanism_kind mechanism_CLOCK = {
	.probe = probe,
	.out_of_reach = whole_out_of_reach,
	.blind = whole_blind,
	.programs = programs,
	.describe = describe,
};
