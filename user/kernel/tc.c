// SPDX-License-Identifier: GPL-2.0
#include "kernel/tc.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"

/* Newer than the headers of Debian 12 (include/uapi/linux/bpf.h, Linux 6.6). */
#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define TCX_BEFORE (1u << 3)

/* Of jinx's filters: nobody else's. */
#define FILTER_PRIORITY 7919
#define FILTER_HANDLE 1

bool tc_has_links(void)
{
	static int has = -1;
	__u32 n = 0;
	int err;

	if (has >= 0)
		return has;
	/* The loopback device is in every namespace, by this number. */
	err = bpf_prog_query(1, TCX_INGRESS, 0, NULL, NULL, &n);
	has = !err;
	return has;
}

static enum bpf_tc_attach_point side(bool egress)
{
	return egress ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

static int attach_filter(int program, struct tc *t, struct error *why)
{
	DECLARE_LIBBPF_OPTS(
		bpf_tc_hook, hook, .ifindex = t->device, .attach_point = side(t->egress));
	DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program, .handle = FILTER_HANDLE,
		.priority = FILTER_PRIORITY);
	int err = bpf_tc_hook_create(&hook);

	t->made_clsact = !err;
	if (err && err != -EEXIST)
		return error_errno(why, err, "clsact");
	/* Of one that was killed, or of another experiment. */
	while ((err = bpf_tc_attach(&hook, &opts)) == -EEXIST && opts.handle < 64)
		opts.handle++;
	t->handle = opts.handle;
	return err ? error_errno(why, err, "a filter of clsact") : 0;
}

int tc_attach(int program, unsigned int device, bool egress, int netlink, struct tc *ret,
	struct error *why)
{
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, first, .flags = TCX_BEFORE);

	*ret = (struct tc){.link = -1, .netlink = -1, .device = device, .egress = egress};
	if (!tc_has_links()) {
		ret->netlink = netlink;
		return attach_filter(program, ret, why);
	}
	/* Before all others: some let no other see a packet after them. */
	ret->link = bpf_link_create(program, device, egress ? TCX_EGRESS : TCX_INGRESS, &first);
	return ret->link < 0 ? error_errno(why, ret->link, "a program at a device") : 0;
}

struct request {
	struct nlmsghdr head;
	struct tcmsg tc;
	char rest[64];
};

/* Sends it and reads what comes back, as far as it fits. Its size, or -errno. */
static int ask(int netlink, struct request *r, void *answer, size_t size)
{
	int n;

	if (send(netlink, r, r->head.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(netlink, answer, size, 0);
	return n < 0 ? -errno : n;
}

static struct request request(const struct tc *t, int type, int flags)
{
	return (struct request){.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct tcmsg)),
					.nlmsg_type = type,
					.nlmsg_flags = NLM_F_REQUEST | flags},
		.tc = {.tcm_family = AF_UNSPEC, .tcm_ifindex = t->device}};
}

static uint32_t parent_of(bool egress)
{
	return TC_H_MAKE(TC_H_CLSACT, egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

static void remove_filter(const struct tc *t)
{
	static const char kind[] = "bpf";
	struct request r = request(t, RTM_DELTFILTER, NLM_F_ACK);
	struct rtattr *a = (struct rtattr *)r.rest;
	char answer[1024];
	int err;

	r.tc.tcm_parent = parent_of(t->egress);
	r.tc.tcm_info = TC_H_MAKE(FILTER_PRIORITY << 16, __builtin_bswap16(ETH_P_ALL));
	r.tc.tcm_handle = t->handle;
	a->rta_type = TCA_KIND;
	a->rta_len = RTA_LENGTH(sizeof(kind));
	memcpy(RTA_DATA(a), kind, sizeof(kind));
	r.head.nlmsg_len += RTA_ALIGN(a->rta_len);
	err = ask(t->netlink, &r, answer, sizeof(answer));
	if (err < 0)
		log_debug("removing a filter: %s", strerror(-err));
}

/* Whether there is a filter; yes, if that can't be told. */
static bool has_filters(const struct tc *t, bool egress)
{
	struct request r = request(t, RTM_GETTFILTER, NLM_F_DUMP);
	char answer[16384] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *head = (struct nlmsghdr *)answer;
	bool any = false;
	int size;

	r.tc.tcm_parent = parent_of(egress);
	size = ask(t->netlink, &r, answer, sizeof(answer));
	while (size > 0) {
		for (head = (struct nlmsghdr *)answer; NLMSG_OK(head, (unsigned int)size);
			head = NLMSG_NEXT(head, size)) {
			if (head->nlmsg_type == NLMSG_DONE)
				return any;
			any = true;
		}
		size = recv(t->netlink, answer, sizeof(answer), 0);
	}
	return true;
}

static void remove_clsact(const struct tc *t)
{
	struct request r = request(t, RTM_DELQDISC, NLM_F_ACK);
	char answer[1024];

	if (has_filters(t, true) || has_filters(t, false))
		return;
	r.tc.tcm_parent = TC_H_CLSACT;
	r.tc.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	(void)ask(t->netlink, &r, answer, sizeof(answer));
}

void tc_detach(struct tc *t)
{
	if (t->link >= 0)
		close(t->link);
	if (t->netlink >= 0) {
		remove_filter(t);
		if (t->made_clsact)
			remove_clsact(t);
	}
	t->link = t->netlink = -1;
}
