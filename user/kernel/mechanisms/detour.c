// SPDX-License-Identifier: GPL-2.0
/* Packets that go by the shaper (kernel/detour.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "base/cleanup.h"
#include "kernel/mechanisms/places.h"
#include "kernel/plan.h"
#include "kernel/probe.h"

#define TUN "/dev/net/tun"

static int unattached(int program, struct error *why)
{
	(void)why;
	return fcntl(program, F_DUPFD_CLOEXEC, 0);
}

/* No tap is made: that would be seen. */
static int try_tap(struct error *why)
{
	_cleanup_fd_ int fd = open(TUN, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return 0;
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		return error_set(why, -EOPNOTSUPP, "no tap devices (" TUN "; CONFIG_TUN)");
	return error_errno(why, -errno, TUN);
}

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe device = {.type = BPF_PROG_TYPE_SCHED_CLS,
		.helper = BPF_FUNC_skb_change_type,
		.allow = -1,
		.attach = unattached};

	return probe_packets(btf, caps, why) ?: probe_try(&device, btf, why) ?: try_tap(why);
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return points[p].kind == KIND_PACKET ? NULL : "not a packet";
}

static void programs(enum point p, struct programs *ret)
{
	programs_add(ret, "", "detour_", points[p].name);
}

/* On its way in a packet is taken at the device (kernel/detour.c). */
static int attach(const struct attaching *a, unsigned int place, struct bpf_program *program)
{
	return plan_place(a->plan, place)->point == POINT_egress
		       ? attach_to_cgroups(a, place, program)
		       : 0;
}

static void describe(enum point p, char *ret, size_t size)
{
	if (p == POINT_ingress) {
		snprintf(ret, size, "each device of its network namespaces, a tap beside it");
		return;
	}
	snprintf(ret, size, "cgroup_skb/%s, a tap beside each device of its network namespaces",
		points[p].name);
}

const struct mechanism_kind mechanism_DETOUR = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = packets_blind,
	.programs = programs,
	.attach = attach,
	.describe = describe,
};
