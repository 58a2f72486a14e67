// SPDX-License-Identifier: GPL-2.0
/*
 * reset: the keeper has itself given a descriptor of each TCP connection of the target's, and
 * disconnects it: the peer gets a RST, and whoever reads or writes here ECONNRESET, as if it had
 * come from there (net/ipv4/tcp.c: tcp_disconnect, 6.12).
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actors/actor.h"
#include "base/cleanup.h"
#include "target/processes.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

/* Addresses of IPv4 are that, also in sockets of IPv6. */
struct end {
	uint16_t port;
	uint32_t family;
	uint32_t address[4];
};

struct crowd {
	const struct scene *scene;
	unsigned int n_reset, n_protected;
	int err;
};

static bool read_end(const struct sockaddr_storage *s, struct end *ret)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)s;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)s;

	*ret = (struct end){.family = s->ss_family};
	if (s->ss_family == AF_INET) {
		ret->port = ntohs(four->sin_port);
		ret->address[0] = four->sin_addr.s_addr;
	} else if (s->ss_family == AF_INET6) {
		ret->port = ntohs(six->sin6_port);
		memcpy(ret->address, &six->sin6_addr, sizeof(ret->address));
		if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
			ret->family = AF_INET;
			ret->address[0] = ret->address[3];
		}
	}
	return ret->family == AF_INET || ret->family == AF_INET6;
}

static bool in_network(const struct network *n, const struct end *e)
{
	unsigned int words = e->family == AF_INET ? 1 : 4;

	if (n->family != e->family)
		return false;
	for (unsigned int i = 0; i < words; i++)
		if ((e->address[i] & n->mask[i]) != n->address[i])
			return false;
	return true;
}

static bool in_range(const struct port_range *r, const struct end *local, const struct end *remote)
{
	bool here = local->port >= r->low && local->port <= r->high;
	bool there = remote->port >= r->low && remote->port <= r->high;

	return (here && r->end != PORT_REMOTE) || (there && r->end != PORT_LOCAL);
}

static bool has_port(const struct where *w, const struct end *local, const struct end *remote)
{
	for (unsigned int i = 0; i < w->n_ports; i++)
		if (in_range(&w->ports[i], local, remote))
			return true;
	return false;
}

static bool has_network(const struct where *w, const struct end *remote)
{
	for (unsigned int i = 0; i < w->n_networks; i++)
		if (in_network(&w->networks[i], remote))
			return true;
	return false;
}

static bool is_meant(const struct where *w, const struct end *local, const struct end *remote)
{
	if (w->n_ports && !has_port(w, local, remote))
		return false;
	if (w->n_networks && !has_network(w, remote))
		return false;
	return !w->barred ||
	       (!has_port(w->barred, local, remote) && !has_network(w->barred, remote));
}

/* What has no other end is no connection. */
static bool is_connection(int fd, struct end *local, struct end *remote)
{
	struct sockaddr_storage here, there;
	socklen_t size = sizeof(int), a = sizeof(here), b = sizeof(there);
	int protocol = 0;

	return !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) &&
	       protocol == IPPROTO_TCP && !getsockname(fd, (struct sockaddr *)&here, &a) &&
	       !getpeername(fd, (struct sockaddr *)&there, &b) && read_end(&here, local) &&
	       read_end(&there, remote);
}

static int reset(const struct scene *s, int fd)
{
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	struct end local, remote;

	if (!is_connection(fd, &local, &remote) || !is_meant(&s->fault->where, &local, &remote))
		return 0;
	return connect(fd, &nobody, sizeof(nobody)) ? -errno : 1;
}

static bool is_socket(int dir, const char *name)
{
	char what[16] = "";

	return readlinkat(dir, name, what, sizeof(what) - 1) > 0 && !strncmp(what, "socket:", 7);
}

static void reset_one(struct crowd *c, int process, int number)
{
	_cleanup_fd_ int fd = pidfd_getfd(process, number, 0);
	int err = fd < 0 ? -errno : reset(c->scene, fd);

	if (err > 0)
		c->n_reset++;
	else if (err && err != -EBADF && err != -ESRCH) /* closed meanwhile */
		c->err = err;
}

/* Those of a thread, which all of its process share. False: it has none, or has ended. */
static bool reset_all(struct crowd *c, pid_t pid, unsigned int flags)
{
	_cleanup_fd_ int thread = pidfd_open(pid, flags);
	bool has_some = false;
	char path[32];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	d = thread < 0 ? NULL : opendir(path);
	while (d && (e = readdir(d))) {
		has_some |= *e->d_name != '.';
		if (is_socket(dirfd(d), e->d_name))
			reset_one(c, thread, atoi(e->d_name));
	}
	if (d)
		closedir(d);
	return has_some;
}

/* Of one whose main thread has ended: by another thread (Linux 6.9). */
static void reset_others(struct crowd *c, pid_t pid)
{
	char path[32];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (atoi(e->d_name) > 0 && reset_all(c, atoi(e->d_name), PIDFD_THREAD))
			break;
	if (d)
		closedir(d);
}

static bool visit(pid_t pid, const void *context)
{
	struct crowd *c = (struct crowd *)context;

	if (pid <= 0)
		return false;
	if (c->scene->is_protected(c->scene->context, pid))
		c->n_protected++;
	else if (!reset_all(c, pid, 0))
		reset_others(c, pid);
	return false;
}

static int arm(struct scene *s, uint64_t until_ns)
{
	struct crowd c = {.scene = s};

	(void)until_ns;
	(void)target_find(s->target, visit, &c); /* it visits all */
	if (c.n_reset)
		return 0;
	if (c.err)
		return c.err == -EPERM ? -EACCES : c.err;
	return c.n_protected ? -EPERM : -ESRCH;
}

/* The second for the names of descriptors of other users' processes. */
#define NEEDED (PRIVILEGE(SYS_PTRACE) | PRIVILEGE(DAC_READ_SEARCH))

/* The kernel gives a descriptor of another process to who may trace it (Linux 5.6). */
static int probe(struct error *why)
{
	_cleanup_fd_ int self = pidfd_open(getpid(), 0), fd = -1;

	if (NEEDED & ~privileges_held())
		return error_errno(why, -EPERM, "descriptors of other processes");
	fd = self < 0 ? -1 : pidfd_getfd(self, self, 0);
	return fd < 0 ? error_errno(why, -errno, "pidfd_getfd()") : 0;
}

const struct actor actor_RESET = {
	.needs = NEEDED,
	.by_rule = true,
	.at_once = true,
	.probe = probe,
	.arm = arm,
	.does = "its connections are disconnected by the keeper, which sends a RST",
};
