// SPDX-License-Identifier: GPL-2.0
/* bpf_override_return() in a kprobe or kretprobe: one program for all calls, the cookie says which.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "kernel/arch.h"
#include "kernel/attach.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "scenario/code.h"
#include "jinx.skel.h"

static int read_number(const char *path, const char *format, int *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	return fscanf(f, format, ret) == 1 ? 0 : -EINVAL;
}

/* A kprobe as a perf event (kernel/events/core.c: perf_kprobe). Returns its descriptor. */
static int attach_kprobe(int program, const char *function, bool at_return, struct error *why)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	_cleanup_fd_ int fd = -1;
	int type, bit = 0;

	if (read_number("/sys/bus/event_source/devices/kprobe/type", "%d", &type))
		return error_set(
			why, -EOPNOTSUPP, "this kernel has no kprobes (CONFIG_KPROBE_EVENTS)");
	read_number("/sys/bus/event_source/devices/kprobe/format/retprobe", "config:%d", &bit);
	attr.type = type;
	attr.config = at_return ? 1ull << bit : 0;
	attr.config1 = (unsigned long)function;
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 || ioctl(fd, PERF_EVENT_IOC_SET_BPF, program)) {
		int err = -errno;

		return error_set(why, err, "attaching: %s%s", strerror(-err),
			err == -EINVAL ? " (CONFIG_FUNCTION_ERROR_INJECTION?)" : "");
	}
	return take_fd(&fd);
}

static int attach_at_entry(int program, struct error *why)
{
	return attach_kprobe(program, SYSCALL_PREFIX PROBED_CALL, false, why);
}

static int attach_at_exit(int program, struct error *why)
{
	return attach_kprobe(program, SYSCALL_PREFIX PROBED_CALL, true, why);
}

static int attach_at_bios(int program, struct error *why)
{
	return attach_kprobe(program, BIO_FUNCTION, false, why);
}

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe entry = {.type = BPF_PROG_TYPE_KPROBE,
		.helper = BPF_FUNC_override_return,
		.attach = attach_at_entry};
	static const struct probe bios = {.type = BPF_PROG_TYPE_KPROBE,
		.helper = BPF_FUNC_override_return,
		.attach = attach_at_bios};
	int err = probe_try(&entry, btf, why);

	if (!err)
		(void)probe_try(&bios, btf, &caps->no_bios_override);
	return err;
}

static int probe_at_exit(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe at_exit = {.type = BPF_PROG_TYPE_KPROBE,
		.helper = BPF_FUNC_override_return,
		.attach = attach_at_exit};

	(void)caps;
	return probe_try(&at_exit, btf, why);
}

static void programs(enum point p, struct programs *ret)
{
	programs_add(ret, "", "override_", points[p].kind == KIND_BIO ? "bios" : "entry");
}

static void programs_at_exit(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "override_", "exit");
}

/* Those of the kernel that are points themselves are found by their name. */
static const char *function_out_of_reach(enum point p, const struct caps *caps)
{
	if (!is_kernel_code(p))
		return number_out_of_reach(p, caps);
	return caps->probeable[p] ? NULL : "the kernel has no function of that name";
}

static const char *override_out_of_reach(enum point p, const struct caps *caps)
{
	return function_out_of_reach(p, caps) ?: not_injectable(p, caps);
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	return points[p].kind == KIND_BIO ? bios_out_of_reach(&caps->no_bios_override)
					  : override_out_of_reach(p, caps);
}

static const char *exit_out_of_reach(enum point p, const struct caps *caps)
{
	if (points[p].traits & REPLACES)
		return "the old program is gone by then";
	return override_out_of_reach(p, caps);
}

static int attach_to(const struct attaching *a, const struct binding *b, bool at_exit,
	struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .bpf_cookie = b->number, .retprobe = at_exit);
	char function[FUNCTION_MAX];

	if (points[b->point].kind == KIND_BIO)
		snprintf(function, sizeof(function), BIO_FUNCTION);
	else
		call_function(b->point, function, sizeof(function));
	return links_keep(a->links, bpf_program__attach_kprobe_opts(program, function, &opts));
}

static int attach(const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	return attach_to(a, plan_place(a->plan, binding), false, program);
}

/* What a rule's `where` asks of a call is looked at at its entry, also if it fails at its exit. */
static int attach_at_call_exit(
	const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	struct bpf_program *note = bpf_object__find_program_by_name(a->object, "override_note");
	const struct binding *b = &a->plan->bindings[binding];
	int err = bpf_program__autoload(note) ? attach_to(a, b, false, note) : 0;

	return err ?: attach_to(a, b, true, program);
}

/* What a rule at the exit asks of a call is noted at its entry. */
static void prepare_at_exit(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	if (where_asks(&plan->rules[plan->bindings[binding].rule].fault->where))
		bpf_program__set_autoload(skel->progs.override_note, true);
	if (skel->rodata->filtering)
		bpf_map__set_max_entries(skel->maps.entered, MAX_ENTERED);
}

static int probe_return(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe at_exit = {
		.type = BPF_PROG_TYPE_KPROBE, .attach = attach_at_exit};

	(void)caps;
	return probe_try(&at_exit, btf, why);
}

static void meter_programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "meter_", "entry");
	programs_add(ret, "", "meter_", "exit");
}

static bool bound_by(const struct plan *plan, enum point p, enum mechanism m)
{
	for (unsigned int i = 0; i < plan->n_bindings; i++)
		if (plan->bindings[i].point == p && plan->bindings[i].mechanism == m)
			return true;
	return false;
}

/* Where a rule changes what the call returns its own programs measure too. */
static int attach_meter(const struct attaching *a, unsigned int place, struct bpf_program *program)
{
	const struct binding *b = plan_place(a->plan, place);
	bool at_exit = !strcmp(bpf_program__name(program), "meter_exit");

	if (bound_by(a->plan, b->point, at_exit ? MECHANISM_OVERRIDE_EXIT : MECHANISM_OVERRIDE))
		return 0;
	return attach_to(a, b, at_exit, program);
}

void kprobe_attach_restarted(const struct attaching *a)
{
	struct bpf_program *program = bpf_object__find_program_by_name(a->object, "on_restarted");
	int err = 0;

	if (bpf_program__autoload(program))
		err = links_keep(a->links, bpf_program__attach_kprobe(program, true,
						   SYSCALL_PREFIX "restart_syscall"));
	if (err)
		log_debug("attaching to restart_syscall: %s", strerror(-err));
}

const struct mechanism_kind mechanism_KRETPROBE = {
	.probe = probe_return,
	.out_of_reach = function_out_of_reach,
	.programs = meter_programs,
	.attach = attach_meter,
	.each_point = true,
	.describe = describe_call,
};

const struct mechanism_kind mechanism_OVERRIDE = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = blind_at_entry,
	.programs = programs,
	.attach = attach,
	.each_point = true,
	.describe = describe_failing,
};

const struct mechanism_kind mechanism_OVERRIDE_EXIT = {
	.probe = probe_at_exit,
	.out_of_reach = exit_out_of_reach,
	.blind = blind_at_entry,
	.programs = programs_at_exit,
	.prepare = prepare_at_exit,
	.attach = attach_at_call_exit,
	.each_point = true,
	.describe = describe_call,
};
