// SPDX-License-Identifier: GPL-2.0
#include "kernel/queues.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "../../bpf/abi.h"
#include "target/devices.h"

#define MAX_DEVICES 64

struct change {
	bool new, told, set;
	char kind[32];
};

struct watched {
	struct netns network; /* its descriptors are the set's; only `own` and the inode hold */
	int netlink;	      /* -1: let go */
	unsigned int n;
	struct device devices[MAX_DEVICES];
	struct change changes[MAX_DEVICES];
};

struct queues {
	unsigned int n;
	struct watched all[MAX_NETNS];
};

static bool is_known(const struct queues *q, unsigned int inode)
{
	for (unsigned int i = 0; i < q->n; i++)
		if (q->all[i].network.inode == inode)
			return true;
	return false;
}

/* In the current namespace. */
static int listen_here(struct watched *w)
{
	struct sockaddr_nl at = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_TC};
	int n = devices_find(w->devices, MAX_DEVICES, DETOUR_FIRST_TAP(0));

	if (n < 0)
		return n;
	w->n = n;
	w->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (w->netlink < 0)
		return -errno;
	return bind(w->netlink, (void *)&at, sizeof(at)) ? -errno : 0;
}

static int add(struct queues *q, struct netns_set *set, const struct netns *network)
{
	struct watched *w = &q->all[q->n];
	int err;

	if (q->n == MAX_NETNS || is_known(q, network->inode))
		return 0;
	*w = (struct watched){.network = *network, .netlink = -1};
	err = netns_enter(set, network);
	q->n++;
	err = err ?: listen_here(w);
	if (err)
		log_debug("queueing disciplines of network namespace %u: %s", network->inode,
			strerror(-err));
	return netns_leave(set);
}

int queues_watch(const struct netns_set *const *sets, unsigned int n, struct queues **ret)
{
	struct queues *q = calloc(1, sizeof(*q));
	int err = q ? 0 : -ENOMEM;

	for (unsigned int k = 0; k < n && !err; k++)
		for (unsigned int i = 0; sets[k] && i < sets[k]->n && !err; i++)
			err = add(q, (struct netns_set *)sets[k], &sets[k]->all[i]);
	if (err) {
		queues_free(q);
		return err;
	}
	*ret = q;
	return 0;
}

static const char *kind_of(const struct nlmsghdr *head)
{
	struct tcmsg *tc = NLMSG_DATA(head);
	int left = TCA_PAYLOAD(head);

	for (struct rtattr *a = TCA_RTA(tc); RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == TCA_KIND && RTA_PAYLOAD(a) &&
			!((char *)RTA_DATA(a))[RTA_PAYLOAD(a) - 1])
			return RTA_DATA(a);
	return "one";
}

static struct change *change_of(struct watched *w, int device)
{
	for (unsigned int i = 0; i < w->n; i++)
		if ((int)w->devices[i].number == device)
			return &w->changes[i];
	return NULL;
}

/* Where one takes another's place both are told, in this order: the latter counts. */
static void take(struct watched *w, const struct nlmsghdr *head)
{
	const struct tcmsg *tc = NLMSG_DATA(head);
	struct change *c;

	/* clsact queues nothing; jinx's own is one, where it has no links. */
	if ((head->nlmsg_type != RTM_NEWQDISC && head->nlmsg_type != RTM_DELQDISC) ||
		tc->tcm_parent == TC_H_CLSACT)
		return;
	c = change_of(w, tc->tcm_ifindex);
	if (!c)
		return;
	c->new = true;
	c->set = head->nlmsg_type == RTM_NEWQDISC;
	printable(kind_of(head), "", c->kind, sizeof(c->kind));
}

static void tell(struct watched *w, char *ret, size_t size)
{
	for (unsigned int i = 0; i < w->n; i++) {
		struct change *c = &w->changes[i];

		if (!c->new || c->told)
			continue;
		c->told = true;
		text_append(ret, size, "%s%s (%s %s)", *ret ? ", " : "", w->devices[i].name,
			c->kind, c->set ? "was set" : "was removed");
	}
}

static void listen_to(struct watched *w)
{
	char messages[16384] __attribute__((aligned(NLMSG_ALIGNTO)));
	int n;

	/* What was too much for the socket is not known any more: nothing is told of it. */
	while ((n = recv(w->netlink, messages, sizeof(messages), 0)) > 0 ||
		(n < 0 && errno == ENOBUFS))
		for (struct nlmsghdr *head = (struct nlmsghdr *)messages;
			n > 0 && NLMSG_OK(head, (unsigned int)n); head = NLMSG_NEXT(head, n))
			take(w, head);
}

void queues_changed(struct queues *q, char *ret, size_t size)
{
	for (unsigned int i = 0; i < q->n; i++)
		if (q->all[i].netlink >= 0) {
			listen_to(&q->all[i]);
			tell(&q->all[i], ret, size);
		}
}

unsigned int queues_let_go(struct queues *q)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < q->n; i++) {
		if (q->all[i].network.own || q->all[i].netlink < 0)
			continue;
		close(q->all[i].netlink);
		q->all[i].netlink = -1;
		n++;
	}
	return n;
}

void queues_free(struct queues *q)
{
	if (!q)
		return;
	for (unsigned int i = 0; i < q->n; i++)
		if (q->all[i].netlink >= 0)
			close(q->all[i].netlink);
	free(q);
}
