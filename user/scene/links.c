// SPDX-License-Identifier: GPL-2.0
#include "scene/links.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include "base/cleanup.h"

#define PATIENCE_MS 2000
#define LOOK_MS 5

/* A message that grows; it has room for the few attributes that are put in here. */
struct request {
	struct nlmsghdr head;
	char rest[512];
};

static void *put_room(struct request *r, size_t size)
{
	void *ret = (char *)r + NLMSG_ALIGN(r->head.nlmsg_len);

	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + size;
	return ret;
}

static struct rtattr *put(struct request *r, int type, const void *value, size_t size)
{
	struct rtattr *a = put_room(r, RTA_LENGTH(size));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(size);
	if (size)
		memcpy(RTA_DATA(a), value, size);
	return a;
}

static void put_text(struct request *r, int type, const char *text)
{
	put(r, type, text, strlen(text) + 1);
}

/* What is put until end() belongs to it. */
static struct rtattr *begin(struct request *r, int type)
{
	return put(r, type, NULL, 0);
}

static void end(struct request *r, struct rtattr *nest)
{
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len);
	nest->rta_len = (char *)r + r->head.nlmsg_len - (char *)nest;
}

static struct request new (int type, size_t size)
{
	return (struct request){
		.head = {.nlmsg_len = NLMSG_LENGTH(size),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL}};
}

static int carry_out(const struct request *r)
{
	_cleanup_fd_ int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[1024];
	} answer;
	ssize_t n;

	if (netlink < 0 || send(netlink, r, r->head.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(netlink, &answer, sizeof(answer), 0);
	if (n < 0)
		return -errno;
	if ((size_t)n < NLMSG_LENGTH(sizeof(answer.error)) || answer.head.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.error.error;
}

int links_make_bridge(const char *name)
{
	struct request r = new (RTM_NEWLINK, sizeof(struct ifinfomsg));
	struct rtattr *info;

	put_text(&r, IFLA_IFNAME, name);
	info = begin(&r, IFLA_LINKINFO);
	put_text(&r, IFLA_INFO_KIND, "bridge");
	end(&r, info);
	return carry_out(&r);
}

int links_make_pair(const char *name, const char *bridge, const char *peer, int network)
{
	struct request r = new (RTM_NEWLINK, sizeof(struct ifinfomsg));
	struct rtattr *info, *data, *other;
	uint32_t master = if_nametoindex(bridge), fd = network;

	if (!master)
		return -errno;
	put_text(&r, IFLA_IFNAME, name);
	put(&r, IFLA_MASTER, &master, sizeof(master));
	info = begin(&r, IFLA_LINKINFO);
	put_text(&r, IFLA_INFO_KIND, "veth");
	data = begin(&r, IFLA_INFO_DATA);
	other = begin(&r, VETH_INFO_PEER);
	memset(put_room(&r, sizeof(struct ifinfomsg)), 0, sizeof(struct ifinfomsg));
	put_text(&r, IFLA_IFNAME, peer);
	put(&r, IFLA_NET_NS_FD, &fd, sizeof(fd));
	end(&r, other);
	end(&r, data);
	end(&r, info);
	return carry_out(&r);
}

/* Its flags are what is asked or set. */
static int ask_flags(const char *name, unsigned long what, struct ifreq *r)
{
	_cleanup_fd_ int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(r->ifr_name, sizeof(r->ifr_name), "%s", name);
	return control < 0 || ioctl(control, what, r) ? -errno : 0;
}

int links_bring_up(const char *name)
{
	struct ifreq r = {.ifr_flags = IFF_UP};

	return ask_flags(name, SIOCSIFFLAGS, &r);
}

/* That the other end is up is worked off later (net/core/link_watch.c). */
int links_await(const char *name)
{
	struct ifreq r = {};
	int err;

	for (int ms = 0; ms < PATIENCE_MS; ms += LOOK_MS) {
		err = ask_flags(name, SIOCGIFFLAGS, &r);
		if (err || r.ifr_flags & IFF_RUNNING)
			return err;
		poll(NULL, 0, LOOK_MS);
	}
	return -ETIME;
}

int links_add_address(const char *name, const void *address, size_t size, unsigned int prefix)
{
	struct request r = new (RTM_NEWADDR, sizeof(struct ifaddrmsg));
	struct ifaddrmsg *a = NLMSG_DATA(&r.head);
	uint32_t flags = IFA_F_NODAD; /* or it would be used after a second only */

	*a = (struct ifaddrmsg){.ifa_family = size == 4 ? AF_INET : AF_INET6,
		.ifa_prefixlen = prefix,
		.ifa_index = if_nametoindex(name)};
	if (!a->ifa_index)
		return -errno;
	put(&r, IFA_LOCAL, address, size);
	put(&r, IFA_ADDRESS, address, size);
	put(&r, IFA_FLAGS, &flags, sizeof(flags));
	return carry_out(&r);
}
