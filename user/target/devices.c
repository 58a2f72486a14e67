// SPDX-License-Identifier: GPL-2.0
#include "target/devices.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_arp.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/cleanup.h"

static int ask_for_links(int netlink)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
	} ask = {.head = {.nlmsg_len = sizeof(ask),
			 .nlmsg_type = RTM_GETLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};

	return send(netlink, &ask, sizeof(ask), 0) == sizeof(ask) ? 0 : -errno;
}

/* Whether sockets send by it. */
static bool read_link(struct nlmsghdr *head, unsigned int below, struct device *ret)
{
	struct ifinfomsg *link = NLMSG_DATA(head);
	int left = IFLA_PAYLOAD(head);

	*ret = (struct device){.number = link->ifi_index,
		.loopback = link->ifi_type == ARPHRD_LOOPBACK,
		.frames = link->ifi_type == ARPHRD_ETHER || link->ifi_type == ARPHRD_LOOPBACK};
	for (struct rtattr *a = IFLA_RTA(link); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == IFLA_MASTER)
			return false;
		if (a->rta_type == IFLA_IFNAME)
			snprintf(ret->name, sizeof(ret->name), "%s", (char *)RTA_DATA(a));
	}
	return ret->number < below;
}

int devices_find(struct device *ret, unsigned int max, unsigned int below)
{
	_cleanup_fd_ int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int err = netlink < 0 ? -errno : ask_for_links(netlink);
	char buffer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	unsigned int n = 0;

	while (!err) {
		int size = recv(netlink, buffer, sizeof(buffer), 0);
		struct nlmsghdr *head = (struct nlmsghdr *)buffer;

		if (size < 0)
			return -errno;
		for (; NLMSG_OK(head, (unsigned int)size); head = NLMSG_NEXT(head, size)) {
			if (head->nlmsg_type == NLMSG_DONE)
				return n;
			if (head->nlmsg_type == NLMSG_ERROR)
				return -EIO;
			if (n < max && read_link(head, below, &ret[n]))
				n++;
		}
	}
	return err;
}
