// SPDX-License-Identifier: GPL-2.0
#include "shape/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <net/if.h>

#include "base/cleanup.h"

#define TUN "/dev/net/tun"
#define TAP_MTU 65521	/* the most that there is (drivers/net/tun.c: MAX_MTU less a header) */
#define TAP_QUEUE 16384 /* packets that the shaper has not taken yet */

/* It needs none, and would tell the network that it is there. */
static void leave_out_ipv6(const char *name)
{
	char path[80];
	_cleanup_fd_ int fd = -1;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, "1", 1) != 1)
		return; /* then it does: nobody listens */
}

static int bring_up(const char *name)
{
	_cleanup_fd_ int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = {};

	if (control < 0)
		return -errno;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	r.ifr_mtu = TAP_MTU;
	if (ioctl(control, SIOCSIFMTU, &r))
		return -errno;
	r.ifr_qlen = TAP_QUEUE;
	if (ioctl(control, SIOCSIFTXQLEN, &r))
		return -errno;
	leave_out_ipv6(name);
	r.ifr_flags = IFF_UP | IFF_NOARP;
	return ioctl(control, SIOCSIFFLAGS, &r) ? -errno : 0;
}

static int make(int fd, unsigned int number, const char *name, bool whole)
{
	struct ifreq r = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	unsigned int offload = TUN_F_CSUM | (whole ? TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0);

	if (ioctl(fd, TUNSETIFINDEX, &number))
		return -errno;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &r))
		return errno == EBUSY ? -EEXIST : -errno;
	if (ioctl(fd, TUNSETOFFLOAD, offload))
		return -errno;
	return bring_up(name);
}

int tap_open(unsigned int number, const char *name, bool whole)
{
	_cleanup_fd_ int fd = open(TUN, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int err = fd < 0 ? -errno : make(fd, number, name, whole);

	return err ?: take_fd(&fd);
}
