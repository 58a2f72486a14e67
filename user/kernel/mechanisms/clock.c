// SPDX-License-Identifier: GPL-2.0
/* What calls tell of the time, rewritten as they return (bpf/skew.bpf.h). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include <linux/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "actors/actor.h"
#include "kernel/arch.h"
#include "kernel/attach.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	/* Where nobody comes by often: all that call it on the host would pay for the probe. */
	static const struct probe writing = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_RAW_TP,
		.btf_name = "btf_trace_task_rename",
		.btf_kind = BTF_KIND_TYPEDEF,
		.helper = BPF_FUNC_probe_write_user,
		.must_run = true};
	int err = actors[MECHANISM_CLOCK]->probe(why)
			  ?: mechanism_kinds[MECHANISM_KRETPROBE]->probe(btf, caps, why);

	if (err)
		return err;
	if (btf__find_by_name_kind(btf, "btf_trace_sched_process_exec", BTF_KIND_TYPEDEF) < 0)
		return error_set(why, -ENOENT, "no sched_process_exec tracepoint");
	return probe_try(&writing, btf, why);
}

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "skew_", "clock_gettime");
	programs_add(ret, "", "skew_", "gettimeofday");
	programs_add(ret, "", "skew_", "exec");
#ifdef SYS_time
	programs_add(ret, "", "skew_", "time");
#endif
}

static int attach(const struct attaching *a, unsigned int place, struct bpf_program *program)
{
	const char *call = bpf_program__name(program) + strlen("skew_");
	char function[FUNCTION_MAX];

	(void)place;
	if (a->again)
		return 0;
	if (bpf_program__type(program) != BPF_PROG_TYPE_KPROBE)
		return links_keep(a->links, bpf_program__attach(program));
	snprintf(function, sizeof(function), SYSCALL_PREFIX "%s", call);
	return links_keep(a->links, bpf_program__attach_kprobe(program, true, function));
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
	.attach = attach,
	.describe = describe,
};
