// SPDX-License-Identifier: GPL-2.0
/* Packets that are lost at the device (kernel/loss.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include <linux/bpf.h>

#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"

static int unattached(int program, struct error *why)
{
	(void)why;
	return fcntl(program, F_DUPFD_CLOEXEC, 0);
}

/* Nothing is attached to a device: that would be seen. */
static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe device = {.type = BPF_PROG_TYPE_SCHED_CLS,
		.helper = BPF_FUNC_skb_change_type,
		.allow = -1,
		.attach = unattached};

	return probe_packets(btf, caps, why) ?: probe_try(&device, btf, why);
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	if (points[p].kind != KIND_PACKET)
		return "not a packet";
	return p == POINT_egress ? NULL : "only what the target sends";
}

static void programs(enum point p, struct programs *ret)
{
	programs_add(ret, "", "lose_", points[p].name);
}

static void describe(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "cgroup_skb/%s, each device of its network namespaces", points[p].name);
}

const struct mechanism_kind mechanism_LOSS = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = packets_blind,
	.programs = programs,
	.attach = attach_to_cgroups,
	.describe = describe,
};
