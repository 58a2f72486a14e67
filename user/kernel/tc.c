// SPDX-License-Identifier: GPL-2.0
#include "kernel/tc.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
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
#include "../../bpf/abi.h"
#include "kernel/tidy.h"

/* Newer than the headers of Debian 12 (include/uapi/linux/bpf.h, Linux 6.6). */
#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define TCX_BEFORE (1u << 3)

/* Of jinx's filters: nobody else's. */
#define FILTER_PRIORITY 7919
#define TRIES 16 /* for a handle that no other experiment's filter has */

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

struct filters {
	unsigned int ours, others; /* ours: of any experiment of jinx */
};

/* Those of one side are added; -errno if that can't be told. */
static int count_filters(const struct tc *t, bool egress, struct filters *ret)
{
	struct request r = request(t, RTM_GETTFILTER, NLM_F_DUMP);
	char answer[16384] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *head;
	int size;

	r.tc.tcm_parent = parent_of(egress);
	size = ask(t->netlink, &r, answer, sizeof(answer));
	while (size > 0) {
		for (head = (struct nlmsghdr *)answer; NLMSG_OK(head, (unsigned int)size);
			head = NLMSG_NEXT(head, size)) {
			const struct tcmsg *filter = NLMSG_DATA(head);

			if (head->nlmsg_type == NLMSG_DONE)
				return 0;
			if (head->nlmsg_type == NLMSG_ERROR)
				return -EIO;
			if (filter->tcm_info >> 16 == FILTER_PRIORITY)
				ret->ours++;
			else
				ret->others++;
		}
		size = recv(t->netlink, answer, sizeof(answer), 0);
	}
	return -EIO;
}

static int count_both(const struct tc *t, struct filters *ret)
{
	*ret = (struct filters){};
	return count_filters(t, true, ret) ?: count_filters(t, false, ret);
}

/* Only experiments have a filter there: whichever ends last puts clsact away. */
static bool is_ours(const struct tc *t)
{
	struct filters f;

	return !count_both(t, &f) && f.ours && !f.others;
}

static void remove_clsact(const struct tc *t)
{
	struct request r = request(t, RTM_DELQDISC, NLM_F_ACK);
	char answer[1024];
	struct filters f;

	if (count_both(t, &f) || f.ours || f.others)
		return;
	r.tc.tcm_parent = TC_H_CLSACT;
	r.tc.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	(void)ask(t->netlink, &r, answer, sizeof(answer));
}

static int try_filter(int program, struct tc *t, struct bpf_tc_hook *hook)
{
	DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program, .priority = FILTER_PRIORITY);
	int err;

	if (getrandom(&t->handle, sizeof(t->handle), 0) < 0)
		return -errno;
	t->handle = (t->handle & 0x7fffffff) | 1;
	opts.handle = t->handle;
	/* A tap's goes with it. */
	t->note = t->device < DETOUR_FIRST_TAP(0) ? tidy_note(t) : -1;
	err = bpf_tc_hook_create(hook);
	t->made_clsact = !err || (err == -EEXIST && is_ours(t));
	if (err && err != -EEXIST)
		return err;
	if (t->made_clsact)
		tidy_made_clsact(t->note);
	return bpf_tc_attach(hook, &opts);
}

static int attach_filter(int program, struct tc *t, struct error *why)
{
	DECLARE_LIBBPF_OPTS(
		bpf_tc_hook, hook, .ifindex = t->device, .attach_point = side(t->egress));
	int err = -EEXIST;

	for (int i = 0; i < TRIES && err == -EEXIST; i++) {
		err = try_filter(program, t, &hook);
		if (err)
			tidy_forget(t->note);
	}
	return err ? error_errno(why, err, "a filter of clsact") : 0;
}

int tc_attach(int program, unsigned int device, bool egress, int netlink, struct tc *ret,
	struct error *why)
{
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, first, .flags = TCX_BEFORE);

	*ret = (struct tc){
		.link = -1, .netlink = -1, .device = device, .egress = egress, .note = -1};
	if (!tc_has_links()) {
		ret->netlink = netlink;
		return attach_filter(program, ret, why);
	}
	/* Before all others: some let no other see a packet after them. */
	ret->link = bpf_link_create(program, device, egress ? TCX_EGRESS : TCX_INGRESS, &first);
	return ret->link < 0 ? error_errno(why, ret->link, "a program at a device") : 0;
}

/* struct bpf_link_info of a link at a device (include/uapi/linux/bpf.h, Linux 6.6). */
struct device_link {
	__u32 link[4]; /* type, id, id of the program, padding */
	__u32 device, side;
};

static bool has_filter(const struct tc *t)
{
	static const char kind[] = "bpf";
	struct request r = request(t, RTM_GETTFILTER, 0);
	struct rtattr *a = (struct rtattr *)r.rest;
	char answer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *head = (struct nlmsghdr *)answer;
	int size;

	r.tc.tcm_parent = parent_of(t->egress);
	r.tc.tcm_handle = t->handle;
	r.tc.tcm_info = TC_H_MAKE(FILTER_PRIORITY << 16, __builtin_bswap16(ETH_P_ALL));
	a->rta_type = TCA_KIND;
	a->rta_len = RTA_LENGTH(sizeof(kind));
	memcpy(RTA_DATA(a), kind, sizeof(kind));
	r.head.nlmsg_len += RTA_ALIGN(a->rta_len);
	size = ask(t->netlink, &r, answer, sizeof(answer));
	return size < 0 || head->nlmsg_type != NLMSG_ERROR;
}

/* A device in another network namespace may have another number, which no packet is known by. */
bool tc_is_there(const struct tc *t)
{
	struct device_link info = {};
	__u32 size = sizeof(info);

	if (t->link >= 0)
		return bpf_obj_get_info_by_fd(t->link, &info, &size) || info.device == t->device;
	return t->netlink < 0 || has_filter(t);
}

void tc_detach(struct tc *t)
{
	if (t->link >= 0)
		close(t->link);
	if (t->netlink >= 0) {
		remove_filter(t);
		if (t->made_clsact)
			remove_clsact(t);
		tidy_forget(t->note);
	}
	t->link = t->netlink = -1;
}
