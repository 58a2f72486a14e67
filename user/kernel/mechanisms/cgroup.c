// SPDX-License-Identifier: GPL-2.0
/* A cgroup's own hooks: calls of IP sockets that fail, packets that vanish. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "kernel/attach.h"
#include "kernel/cgroup_hook.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "target/cgroup.h"

/*
 * A program on a cgroup is seen by all that is in it, and may take the place of one above it
 * (kernel/bpf/cgroup.c: compute_effective_progs), so none is attached. That it was loaded says that
 * the kernel has the hooks; asking what is attached takes the privilege that attaching takes.
 */
static int ask_cgroup(enum bpf_attach_type type, struct error *why)
{
	const char *mount = cgroup_mount();
	_cleanup_fd_ int cgroup = mount ? open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	__u32 n = 0;
	int err;

	if (cgroup < 0) {
		err = -errno;
		return error_errno(why, err, "no cgroup v2");
	}
	err = bpf_prog_query(cgroup, type, 0, NULL, NULL, &n);
	if (err)
		return error_errno(why, err, "asking for the cgroup's programs");
	return take_fd(&cgroup);
}

static int ask_for_connect(int program, struct error *why)
{
	(void)program;
	return ask_cgroup(BPF_CGROUP_INET4_CONNECT, why);
}

static int ask_for_egress(int program, struct error *why)
{
	(void)program;
	return ask_cgroup(BPF_CGROUP_INET_EGRESS, why);
}

/* Another served target's cgroup holds this one: its program sees this one's calls too. */
static bool held_by_another(const struct targets *t, unsigned int served, unsigned int i)
{
	for (unsigned int k = 0; k < t->n; k++) {
		size_t length = strlen(t->all[k].path);
		char next = t->all[i].path[length];

		if (k == i || !(served & 1u << k) || t->all[k].gone ||
			strncmp(t->all[i].path, t->all[k].path, length))
			continue;
		if (next == '/' || (!next && k < i))
			return true;
	}
	return false;
}

static bool wants_link(const struct targets *t, unsigned int served, unsigned int i)
{
	return served & 1u << i && !t->all[i].gone && !held_by_another(t, served, i);
}

static int attach_to(
	struct bpf_program *prog, const struct target *t, struct cgroup_link link, struct links *to)
{
	int err = cgroup_hook_is_free(t->path, bpf_program__expected_attach_type(prog));

	if (err)
		return err;
	link.link = bpf_program__attach_cgroup(prog, t->cgroup_fd);
	return link.link ? links_keep_of_cgroup(to, &link) : -errno;
}

/* To the cgroups of all targets whose rules share the program, as far as it isn't there yet. */
int attach_to_cgroups(const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	unsigned int served = attach_targets_served(a->plan, binding);
	const struct targets *t = a->targets;
	int err = 0;

	for (unsigned int i = 0; i < t->n && !err; i++) {
		const struct target *one = &t->all[i];
		struct cgroup_link link = {.program = program,
			.target = i,
			.served = served,
			.cgroup_id = one->cgroup_id};

		if (wants_link(t, served, i) && !links_have(a->links, program, t, i))
			err = attach_to(program, one, link, a->links);
	}
	return err;
}

void attach_drop_unused(const struct targets *targets, struct links *links)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < links->n_cgroup; i++) {
		struct cgroup_link *l = &links->cgroup[i];

		if (l->cgroup_id == targets->all[l->target].cgroup_id &&
			wants_link(targets, l->served, l->target))
			links->cgroup[kept++] = *l;
		else
			bpf_link__destroy(l->link);
	}
	links->n_cgroup = kept;
}

static int probe_sockets(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe connect = {.type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
		.attach_type = BPF_CGROUP_INET4_CONNECT,
		.helper = BPF_FUNC_set_retval,
		.allow = 1,
		.attach = ask_for_connect};

	(void)caps;
	return probe_try(&connect, btf, why);
}

static const char *sockets_out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return points[p].socket_hook ? NULL : "no such hook";
}

static const char *sockets_blind(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)p;
	(void)caps;
	if (asks & FILTER_PATH)
		return "a socket has no path";
	if (asks & FILTER_SOCKET)
		return "its hooks are those of IP sockets";
	return asks & FILTER_STACK ? "its programs can't look at the stack" : NULL;
}

/* One for each version of IP. */
static void socket_programs(enum point p, struct programs *ret)
{
	char name[32];

	for (const char *version = "46"; *version; version++) {
		snprintf(name, sizeof(name), "%s%c", points[p].socket_hook, *version);
		programs_add(ret, "", "socket_", name);
	}
}

static void describe_sockets(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "cgroup/%s4, %s6", points[p].socket_hook, points[p].socket_hook);
}

const struct mechanism_kind mechanism_SOCK_ADDR = {
	.probe = probe_sockets,
	.out_of_reach = sockets_out_of_reach,
	.blind = sockets_blind,
	.programs = socket_programs,
	.attach = attach_to_cgroups,
	.describe = describe_sockets,
};

int probe_packets(const struct btf *btf, struct caps *caps, struct error *why)
{
	static const struct probe egress = {.type = BPF_PROG_TYPE_CGROUP_SKB,
		.attach_type = BPF_CGROUP_INET_EGRESS,
		.allow = 1,
		.attach = ask_for_egress};

	(void)caps;
	return probe_try(&egress, btf, why);
}

static const char *packets_out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return points[p].kind == KIND_PACKET ? NULL : "not a packet";
}

const char *packets_blind(unsigned int asks, enum point p, const struct caps *caps)
{
	(void)p;
	(void)caps;
	return asks & FILTER_PATH ? "a packet has no path" : NULL;
}

static void packet_programs(enum point p, struct programs *ret)
{
	programs_add(ret, "", "packet_", points[p].name);
}

static void describe_packets(enum point p, char *ret, size_t size)
{
	snprintf(ret, size, "cgroup_skb/%s", points[p].name);
}

const struct mechanism_kind mechanism_SKB = {
	.probe = probe_packets,
	.out_of_reach = packets_out_of_reach,
	.blind = packets_blind,
	.programs = packet_programs,
	.attach = attach_to_cgroups,
	.describe = describe_packets,
};
