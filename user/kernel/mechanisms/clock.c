// SPDX-License-Identifier: GPL-2.0
/* What calls tell of the time, rewritten as they return (bpf/skew.bpf.h), and deadlines. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "actors/actor.h"
#include "base/cleanup.h"
#include "kernel/arch.h"
#include "kernel/attach.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "jinx.skel.h"

#define TIME_CALL SYSCALL_PREFIX "time"

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	/* Where nobody comes by often: all that call it on the host would pay for the probe. */
	static const struct probe writing = {.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_RAW_TP,
		.btf_name = "btf_trace_task_rename",
		.btf_kind = BTF_KIND_TYPEDEF,
		.helper = BPF_FUNC_probe_write_user,
		.must_run = true};
	struct error ignored;
	int err = actors[MECHANISM_CLOCK]->probe(why)
			  ?: mechanism_kinds[MECHANISM_KRETPROBE]->probe(btf, caps, why);

	if (err)
		return err;
	if (btf__find_by_name_kind(btf, "btf_trace_sched_process_exec", BTF_KIND_TYPEDEF) < 0)
		return error_set(why, -ENOENT, "no sched_process_exec tracepoint");
	err = probe_try(&writing, btf, why);
	/* Without it the report counts the calls of time(). */
	caps->tells_time = !err && !mechanism_kinds[MECHANISM_FMOD_RET]->probe(btf, caps, &ignored);
	return err;
}

/* Where its probes are. A program without one is a tracepoint's. */
struct clock_probe {
	const char *program, *call, *function; /* the system call's own one, or another */
	bool at_return;
};

static const struct clock_probe probes[] = {
	{"clock_gettime", "clock_gettime", .at_return = true},
	{"gettimeofday", "gettimeofday", .at_return = true},
	{"exec"},
	{"futex", "futex"},
	{"clock_nanosleep", "clock_nanosleep"},
	{"timerfd_settime", "timerfd_settime"},
	{"timer_settime", "timer_settime"},
	/* Where the calls go on once they have copied the deadline. */
	{"put_back", .function = "futex_wait"},
	{"put_back", .function = "futex_wait_requeue_pi"},
	{"put_back", .function = "futex_lock_pi"},
	{"put_back", .function = "hrtimer_nanosleep"},
	{"put_back", "timerfd_settime", .at_return = true},
	{"put_back", "timer_settime", .at_return = true},
};

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		if (!i || strcmp(probes[i].program, probes[i - 1].program))
			programs_add(ret, "", "skew_", probes[i].program);
}

static int attach_at(
	const struct attaching *a, const struct clock_probe *p, struct bpf_program *program)
{
	char function[FUNCTION_MAX];

	if (!p->call && !p->function)
		return links_keep(a->links, bpf_program__attach(program));
	snprintf(function, sizeof(function), "%s%s", p->call ? SYSCALL_PREFIX : "",
		p->call ?: p->function);
	return links_keep(a->links, bpf_program__attach_kprobe(program, p->at_return, function));
}

static int attach(const struct attaching *a, unsigned int place, struct bpf_program *program)
{
	const char *name = bpf_program__name(program) + strlen("skew_");
	int err = 0;

	(void)place;
	for (size_t i = 0; i < ARRAY_SIZE(probes) && !a->again && !err; i++)
		if (!strcmp(name, probes[i].program))
			err = attach_at(a, &probes[i], program);
	return err;
}

static struct bpf_program *time_program(const struct bpf_object *obj, const struct caps *caps)
{
	return bpf_object__find_program_by_name(
		obj, caps->tells_time ? "skew_time" : "skew_count_time");
}

/* The call time() has its result in a register. */
static void prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	struct bpf_program *program = time_program(skel->obj, plan->caps);

	(void)binding;
	skel->rodata->shifting = true;
	if (!plan->caps->tells_time || !bpf_program__set_attach_target(program, 0, TIME_CALL))
		bpf_program__set_autoload(program, true);
}

/* A function takes a program that answers in its place once: it is there for all targets. */
static int attach_rest(const struct attaching *a, unsigned int binding)
{
	const struct caps *caps = a->plan->caps;
	struct bpf_program *program = time_program(a->object, caps);

	for (unsigned int i = 0; i < binding; i++)
		if (a->plan->bindings[i].mechanism == MECHANISM_CLOCK)
			return 0;
	if (a->again || !bpf_program__autoload(program))
		return 0;
	return links_keep(a->links, caps->tells_time
					    ? bpf_program__attach(program)
					    : bpf_program__attach_kprobe(program, true, TIME_CALL));
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
	.prepare = prepare,
	.attach = attach,
	.attach_rest = attach_rest,
	.describe = describe,
};
