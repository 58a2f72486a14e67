// SPDX-License-Identifier: GPL-2.0
/* Functions of programs and libraries that are points themselves. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/attach.h"
#include "kernel/breakpoints.h"
#include "kernel/holder.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "kernel/uprobe.h"
#include "scenario/code.h"
#include "jinx.skel.h"

/* Nothing else of jinx calls it. */
static __attribute__((noinline)) void stop_here(void)
{
	__asm__ volatile("" ::: "memory");
}

static int try_here(int program, bool multi, struct error *why)
{
	void (*volatile function)(void) = stop_here;
	struct uprobe where = {.path = "/proc/self/exe"};
	int fd = uprobe_own_offset((const void *)stop_here, &where.offset);

	if (fd)
		return error_errno(why, fd, "looking for a function of jinx");
	fd = multi ? uprobe_attach_one(program, &where) : uprobe_attach_event(program, &where);
	if (fd == -EOPNOTSUPP)
		return error_set(why, fd, "this kernel has no uprobes (CONFIG_UPROBE_EVENTS)");
	if (fd == -EACCES && !multi)
		return error_set(why, fd,
			"breakpoints are perf events here, which take cap_sys_admin "
			"(before Linux 6.6)");
	if (fd < 0)
		return error_errno(why, fd, "attaching to a function");
	function();
	return fd;
}

static int try_multi(int program, struct error *why)
{
	return try_here(program, true, why);
}

static int try_event(int program, struct error *why)
{
	return try_here(program, false, why);
}

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	bool multi = holder_multi(btf);
	const struct probe here = {.type = BPF_PROG_TYPE_KPROBE,
		.attach_type = multi ? UPROBE_MULTI : 0,
		.attach = multi ? try_multi : try_event,
		.must_run = true};

	caps->uprobe_multi = multi;
	caps->private_stacks = holder_private_stacks(btf);
	return look_at_roots(why) ?: probe_try(&here, btf, why);
}

static int probe_changing(const struct btf *btf, struct caps *caps, struct error *why)
{
	return probe_writing_registers(why) ?: probe(btf, caps, why);
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return is_user_code(p) ? NULL : "it is no function of a program";
}

/* Whether a probe has the arguments is looked up in the file: target/spots.h. */
static const char *blind(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)asks;
	(void)p;
	(void)caps;
	return NULL;
}

/* Where it returns other things are in its registers. */
static const char *blind_at_return(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)p;
	(void)caps;
	return asks & FILTER_ARGUMENT ? "its arguments are gone as it returns" : NULL;
}

void function_prepare(struct jinx_bpf *skel, const struct plan *plan, struct bpf_program *program)
{
	if (plan->caps->uprobe_multi)
		bpf_program__set_expected_attach_type(program, UPROBE_MULTI);
	bpf_map__set_max_entries(skel->maps.came_by, MAX_WRAPPED);
	bpf_program__set_autoload(skel->progs.resolve_mapping, true);
	bpf_program__set_autoload(skel->progs.on_join, true);
	skel->rodata->wrapped = true;
	skel->rodata->private_stacks = plan->caps->private_stacks;
}

int function_attach(const struct attaching *a, unsigned int place, struct bpf_program *program)
{
	struct bpf_program *resolver =
		bpf_object__find_program_by_name(a->object, "resolve_mapping");
	struct breakpoints **all = &a->links->breakpoints;
	struct error why = {};
	int n = 0;

	(void)place;
	if (!*all && !(*all = breakpoints_new(a->plan, a->links->probes)))
		return -ENOMEM;
	breakpoints_resolve_by(*all, bpf_program__fd(resolver));
	breakpoints_use(
		*all, breakpoint_program(bpf_program__name(program)), bpf_program__fd(program));
	for (unsigned int i = 0; i < a->targets->n && n >= 0; i++)
		n = breakpoints_look(*all, a->targets, i, &why);
	return n < 0 ? n : 0;
}

static void describe(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "%s", points[p].name);
}

#define PROGRAMS(mechanism, which)                                              \
	static void mechanism##_programs(enum point p, struct programs *ret)    \
	{                                                                       \
		(void)p;                                                        \
		programs_add(ret, "", "", breakpoint_programs[which].name);     \
	}                                                                       \
	static void mechanism##_prepare(                                        \
		struct jinx_bpf *skel, const struct plan *plan, unsigned int b) \
	{                                                                       \
		(void)b;                                                        \
		function_prepare(skel, plan, skel->progs.mechanism);            \
	}
PROGRAMS(at_function, AT_FUNCTION)
PROGRAMS(at_function_return, AT_FUNCTION_RETURN)
PROGRAMS(fail_function, FAIL_FUNCTION)
PROGRAMS(replace_result, REPLACE_RESULT)
PROGRAMS(spin_at_function, SPIN_AT_FUNCTION)
PROGRAMS(spin_at_return, SPIN_AT_RETURN)
PROGRAMS(sleep_at_return, SLEEP_AT_RETURN)

static void prepare_delays(struct jinx_bpf *skel, const struct plan *plan)
{
	bpf_map__set_max_entries(skel->maps.sleeps, plan->n_rules);
	bpf_map__set_max_entries(skel->maps.slots, MAX_SLEEPERS); /* the gate's, if there is one */
}

static void prepare_spinning(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	prepare_delays(skel, plan);
	spin_at_function_prepare(skel, plan, binding);
}

static void prepare_spinning_at_return(
	struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	prepare_delays(skel, plan);
	spin_at_return_prepare(skel, plan, binding);
}

static void prepare_sleeping_at_return(
	struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	bpf_map__set_max_entries(skel->maps.sleeps, plan->n_rules);
	sleep_at_return_prepare(skel, plan, binding);
}

static void prepare_meter(struct jinx_bpf *skel, const struct plan *plan, unsigned int place)
{
	(void)place;
	function_prepare(skel, plan, skel->progs.meter_function);
	function_prepare(skel, plan, skel->progs.meter_function_return);
}

/* A probe inside of a function never returns. */
static void meter_programs(enum point p, struct programs *ret)
{
	programs_add(ret, "", "", breakpoint_programs[METER_FUNCTION].name);
	if (code_place(p)->kind == CODE_USER)
		programs_add(ret, "", "", breakpoint_programs[METER_FUNCTION_RETURN].name);
}

const struct mechanism_kind mechanism_FUNCTION = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = blind,
	.programs = at_function_programs,
	.prepare = at_function_prepare,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_RETURN = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = blind_at_return,
	.programs = at_function_return_programs,
	.prepare = at_function_return_prepare,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_FAIL = {
	.probe = probe_changing,
	.out_of_reach = out_of_reach,
	.blind = blind,
	.programs = fail_function_programs,
	.prepare = fail_function_prepare,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_REPLACE = {
	.probe = probe_changing,
	.out_of_reach = out_of_reach,
	.blind = blind_at_return,
	.programs = replace_result_programs,
	.prepare = replace_result_prepare,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_SPIN = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = blind,
	.programs = spin_at_function_programs,
	.prepare = prepare_spinning,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_RETURN_SPIN = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = blind_at_return,
	.programs = spin_at_return_programs,
	.prepare = prepare_spinning_at_return,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_RETURN_SLEEP = {
	.probe = probe_uprobe_sleep,
	.out_of_reach = out_of_reach,
	.blind = blind_at_return,
	.programs = sleep_at_return_programs,
	.prepare = prepare_sleeping_at_return,
	.attach = function_attach,
	.describe = describe,
};

const struct mechanism_kind mechanism_FUNCTION_METER = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.programs = meter_programs,
	.prepare = prepare_meter,
	.attach = function_attach,
	.describe = describe,
};
