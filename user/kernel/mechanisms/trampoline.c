// SPDX-License-Identifier: GPL-2.0
/* Programs on the trampoline of a system call's function: fmod_ret, which may fail it, and fentry.
 */
#include <stdio.h>

#include <linux/bpf.h>
#include <bpf/btf.h>

#include "kernel/arch.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "scenario/code.h"

const char *blind_at_entry(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)caps;
	if (asks & FILTER_PATH && !point_has_descriptor(p))
		return "at its entry the call's path is not resolved yet";
	return NULL;
}

const char *call_out_of_reach(enum point p, const struct caps *caps)
{
	if (caps->traceable[p] && !is_tracepoint(p))
		return NULL;
	if (points[p].kind != KIND_CODE)
		return "the call has no traceable function";
	return is_kernel_code(p) ? "the kernel has no function of that name that can be traced"
				 : "it is no function of the kernel";
}

void describe_call(enum point p, char *ret, size_t size)
{
	call_function(p, ret, size);
}

void entry_programs(enum point p, struct programs *ret)
{
	char function[FUNCTION_MAX];

	programs_add(ret, call_function(p, function, sizeof(function)), "entry_", point_id(p));
}

int probe_entry(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe entry = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FENTRY,
		.btf_name = SYSCALL_PREFIX PROBED_CALL,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true};

	(void)caps;
	return probe_try(&entry, btf, why);
}

const struct mechanism_kind mechanism_FENTRY = {
	.probe = probe_entry,
	.out_of_reach = call_out_of_reach,
	.blind = blind_at_entry,
	.programs = entry_programs,
	.describe = describe_call,
};

static int probe_failing(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe failing = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_MODIFY_RETURN,
		.btf_name = SYSCALL_PREFIX PROBED_CALL,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true};
	int err = probe_try(&failing, btf, why);

	if (!err)
		probe_bios(btf, caps);
	return err;
}

void describe_failing(enum point p, char *ret, size_t size)
{
	if (points[p].kind == KIND_BIO)
		snprintf(ret, size, BIO_FUNCTION);
	else
		describe_call(p, ret, size);
}

static void failing_programs(enum point p, struct programs *ret)
{
	char function[FUNCTION_MAX];

	if (points[p].kind == KIND_BIO) {
		programs_add(ret, BIO_FUNCTION, "fail_", "bios");
		return;
	}
	programs_add(ret, call_function(p, function, sizeof(function)), "fail_", point_id(p));
}

const char *not_injectable(enum point p, const struct caps *caps)
{
	if (!is_kernel_code(p) || caps->injectable[p] != INJECT_NOTHING)
		return NULL;
	return caps->no_injection[0]
		       ? caps->no_injection
		       : "the kernel lets nobody make this function fail: it is not in "
			 "its list (error_injection/list in debugfs)";
}

static const char *failing_out_of_reach(enum point p, const struct caps *caps)
{
	return points[p].kind == KIND_BIO
		       ? bios_out_of_reach(&caps->no_bios)
		       : call_out_of_reach(p, caps) ?: not_injectable(p, caps);
}

const struct mechanism_kind mechanism_FMOD_RET = {
	.probe = probe_failing,
	.out_of_reach = failing_out_of_reach,
	.blind = blind_at_entry,
	.programs = failing_programs,
	.describe = describe_failing,
};

/* bpf_probe_write_user() is what a kernel that is locked down keeps from everybody. */
static int probe_writing(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe writing = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_RAW_TP,
		.btf_name = "btf_trace_task_rename",
		.btf_kind = BTF_KIND_TYPEDEF,
		.helper = BPF_FUNC_probe_write_user};

	(void)caps;
	return probe_try(&writing, btf, why);
}

static int probe_rewriting(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe at_exit = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FEXIT,
		.btf_name = SYSCALL_PREFIX PROBED_CALL,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true};

	return probe_writing(btf, caps, why) ?: probe_try(&at_exit, btf, why);
}

static const char *rewriting_out_of_reach(enum point p, const struct caps *caps)
{
	return points[p].buffer.kind && points[p].traits & RECEIVES
		       ? call_out_of_reach(p, caps)
		       : "the call returns no bytes that could be changed";
}

static void rewriting_programs(enum point p, struct programs *ret)
{
	char function[FUNCTION_MAX];

	programs_add(ret, call_function(p, function, sizeof(function)), "rewrite_", points[p].name);
}

const struct mechanism_kind mechanism_REWRITE = {
	.probe = probe_rewriting,
	.out_of_reach = rewriting_out_of_reach,
	.blind = blind_at_entry,
	.programs = rewriting_programs,
	.describe = describe_call,
};

static int probe_exit(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe at_exit = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FEXIT,
		.btf_name = SYSCALL_PREFIX PROBED_CALL,
		.btf_kind = BTF_KIND_FUNC,
		.must_run = true};

	(void)caps;
	return probe_try(&at_exit, btf, why);
}

static void meter_programs(enum point p, struct programs *ret)
{
	char function[FUNCTION_MAX];

	entry_programs(p, ret);
	programs_add(ret, call_function(p, function, sizeof(function)), "exit_", point_id(p));
}

const struct mechanism_kind mechanism_FEXIT = {
	.probe = probe_exit,
	.out_of_reach = call_out_of_reach,
	.programs = meter_programs,
	.describe = describe_call,
};
