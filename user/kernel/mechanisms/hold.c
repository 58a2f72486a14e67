// SPDX-License-Identifier: GPL-2.0
/* All threads of a cgroup, held as they return to user space (bpf/hold.bpf.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "actors/actor.h"
#include "base/cleanup.h"
#include "kernel/attach.h"
#include "kernel/fill.h"
#include "kernel/mechanisms/places.h"
#include "target/cgroup.h"
#include "jinx.skel.h"

/* Of the target's time on a CPU: so long a thread runs on that makes no system call. */
static const struct tick millisecond = {.period_ns = 1000000};

static int open_tick(int cgroup, int cpu, struct tick tick)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = tick.period_ns,
		.exclude_kernel = tick.in_user_space};
	int fd = syscall(SYS_perf_event_open, &attr, cgroup, cpu, -1,
		PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int visit(const char *path, const char *name, void *context)
{
	(void)name;
	*(int *)context = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return 1;
}

/* Of any cgroup but the root, which is another matter; where there is none all is possible. */
int probe_tick(struct error *why)
{
	const char *mount = cgroup_mount();
	_cleanup_fd_ int cgroup = -1, fd = -1;

	if (!mount)
		return error_set(why, -EOPNOTSUPP, "no cgroup v2");
	if (!cgroup_walk(mount, visit, &cgroup))
		return 0;
	fd = cgroup < 0 ? -errno : open_tick(cgroup, 0, millisecond);
	if (fd == -ENOENT)
		return error_set(why, fd,
			"cgroups have no perf events until a controller is in the root's "
			"cgroup.subtree_control");
	return fd < 0 ? error_errno(why, fd, "a cgroup's perf event") : 0;
}

static int probe_throttle(const struct btf *btf, struct caps *caps, struct error *why)
{
	return probe_resume(btf, caps, why)
		       ?: probe_tick(why)
		       ?: actors[MECHANISM_THROTTLE]->probe(why);
}

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	if (btf__find_by_name_kind(btf, "btf_trace_sys_exit", BTF_KIND_TYPEDEF) < 0)
		return error_set(why, -ENOENT, "no sys_exit tracepoint (CONFIG_FTRACE_SYSCALLS)");
	return probe_resume(btf, caps, why)
		       ?: probe_sys_enter(btf, caps, why)
		       ?: probe_tick(why)
		       ?: actors[MECHANISM_HOLD]->probe(why);
}

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "hold_at_", "exit");
	programs_add(ret, "", "hold_at_", "tick");
}

static void throttle_programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "throttle_at_", "tick");
}

/* `slot` is the target's on the kernel side. */
static int keep_tick(const struct attaching *a, struct cgroup_link link, int cpu, unsigned int slot,
	struct tick tick)
{
	LIBBPF_OPTS(bpf_perf_event_opts, opts, .bpf_cookie = slot);
	int fd = open_tick(a->targets->all[link.target].cgroup_fd, cpu, tick), err;

	if (fd == -ENODEV) /* a CPU that is off */
		return 0;
	if (fd < 0)
		return fd;
	link.link = bpf_program__attach_perf_event_opts(link.program, fd, &opts);
	if (!link.link) {
		err = -errno;
		close(fd);
		return err;
	}
	return links_keep_of_cgroup(a->links, &link); /* undoing it closes the event too */
}

static int keep_ticks(const struct attaching *a, struct bpf_program *program, unsigned int target,
	unsigned int slot, struct tick tick)
{
	const struct cgroup_link link = {.program = program,
		.target = target,
		.served = 1u << target, /* each has its own, whoever is above it */
		.cgroup_id = a->targets->all[target].cgroup_id};
	int err = 0;

	for (int cpu = 0; cpu < libbpf_num_possible_cpus() && !err; cpu++)
		err = keep_tick(a, link, cpu, slot, tick);
	return err;
}

/* One event a CPU and cgroup. */
int attach_ticks(const struct attaching *a, unsigned int binding, struct bpf_program *program,
	struct tick tick)
{
	unsigned int served = attach_targets_served(a->plan, binding), slots[MAX_TARGETS];
	int err = 0;

	fill_slots(a->targets, slots);
	for (unsigned int i = 0; i < a->targets->n && !err; i++)
		if (served >> i & 1 && !a->targets->all[i].gone &&
			!links_have(a->links, program, a->targets, i))
			err = keep_ticks(a, program, i, slots[i], tick);
	return err;
}

static int attach(const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	if (bpf_program__type(program) == BPF_PROG_TYPE_PERF_EVENT)
		return attach_ticks(a, binding, program, millisecond);
	return a->again ? 0 : links_keep(a->links, bpf_program__attach(program));
}

static void describe(enum point p, char *ret, size_t size)
{
	(void)p;
	snprintf(ret, size, "%s", actors[MECHANISM_HOLD]->does);
}

const struct mechanism_kind mechanism_HOLD = {
	.probe = probe,
	.out_of_reach = whole_out_of_reach,
	.blind = whole_blind,
	.programs = programs,
	.attach = attach,
	.describe = describe,
};

static void describe_throttle(enum point p, char *ret, size_t size)
{
	(void)p;
	snprintf(ret, size, "%s", actors[MECHANISM_THROTTLE]->does);
}

const struct mechanism_kind mechanism_THROTTLE = {
	.probe = probe_throttle,
	.out_of_reach = whole_out_of_reach,
	.blind = whole_blind,
	.programs = throttle_programs,
	.attach = attach,
	.describe = describe_throttle,
};
