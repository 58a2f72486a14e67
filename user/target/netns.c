// SPDX-License-Identifier: GPL-2.0
#include "target/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "base/cleanup.h"
#include "target/processes.h"

#define OWN "/proc/self/ns/net"

struct search {
	struct netns_set *found;
	unsigned int processes; /* that have one */
	int err;
};

/* To enter its own again would take a privilege. */
int netns_enter(struct netns_set *all, const struct netns *n)
{
	int err = netns_leave(all);

	if (err || n->own)
		return err;
	if (setns(n->fd, CLONE_NEWNET))
		return -errno;
	all->away = true;
	return 0;
}

int netns_leave(struct netns_set *all)
{
	if (all->away && setns(all->own, CLONE_NEWNET))
		return -errno;
	all->away = false;
	return 0;
}

static bool is_known(const struct netns_set *n, unsigned int inode)
{
	for (unsigned int i = 0; i < n->n; i++)
		if (n->all[i].inode == inode)
			return true;
	return false;
}

static int open_netlink(struct netns *n, struct netns_set *all)
{
	int err = netns_enter(all, n);

	if (err)
		return err;
	n->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	err = n->netlink < 0 ? -errno : 0;
	return netns_leave(all) ?: err;
}

/* A process that has ended meanwhile is in none. */
static int add(struct netns_set *to, const char *path, bool *ret_is_one)
{
	struct netns *n = &to->all[to->n];
	struct stat st, own;

	*ret_is_one = !stat(path, &st);
	if (!*ret_is_one || is_known(to, st.st_ino))
		return 0;
	if (to->n == MAX_NETNS)
		return -E2BIG;
	*n = (struct netns){.inode = st.st_ino, .netlink = -1};
	n->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (n->fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n->own = !fstat(to->own, &own) && own.st_ino == st.st_ino;
	to->n++;
	return open_netlink(n, to);
}

static bool visit(pid_t pid, const void *context)
{
	struct search *s = (struct search *)context;
	char path[64];
	bool is_one;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	s->err = add(s->found, path, &is_one);
	s->processes += is_one;
	return s->err;
}

/* Those in which it will be. */
static int add_expected(struct netns_set *to, const struct targets *all, const struct target *t)
{
	char path[64];
	bool is_one;
	int err = 0;

	for (unsigned int node = 0; node <= all->n_nodes && !err; node++) {
		if (!(t->nodes >> node & 1))
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", node ? all->nodes[node - 1] : 0);
		err = add(to, node ? path : OWN, &is_one);
	}
	return err;
}

int netns_of(
	const struct targets *t, unsigned int targets, struct netns_set *ret, struct error *why)
{
	*ret = (struct netns_set){.own = open(OWN, O_RDONLY | O_CLOEXEC)};
	if (ret->own < 0)
		return error_errno(why, -errno, OWN);
	for (unsigned int i = 0; i < t->n; i++) {
		struct search s = {ret};

		if (!(targets >> i & 1))
			continue;
		target_find(&t->all[i], visit, &s);
		if (!s.err && !s.processes)
			s.err = add_expected(ret, t, &t->all[i]);
		if (s.err)
			return error_errno(why, s.err, "the network namespaces of the target");
	}
	return 0;
}

void netns_done(struct netns_set *n)
{
	for (unsigned int i = 0; i < n->n; i++) {
		close(n->all[i].fd);
		if (n->all[i].netlink >= 0)
			close(n->all[i].netlink);
	}
	if (n->own >= 0)
		close(n->own);
	n->n = 0;
	n->own = -1;
}
