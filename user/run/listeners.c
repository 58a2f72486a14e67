// SPDX-License-Identifier: GPL-2.0
#include "run/listeners.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

#define PREFIX "jinx/"

/* include/uapi/linux/net.h: __SO_ACCEPTCON, in the column "Flags" of /proc/net/unix */
#define ACCEPTS 0x10000

struct found {
	char (*ids)[8];
	int n;
};

/* The name of an abstract socket, without the zero before it. */
static int add(struct found *f, const char *name, size_t length)
{
	char(*more)[8];

	if (length != strlen(PREFIX) + ID_LENGTH || memcmp(name, PREFIX, strlen(PREFIX)))
		return 0;
	name += strlen(PREFIX);
	for (int i = 0; i < ID_LENGTH; i++)
		if (!strchr("0123456789abcdef", name[i]) || !name[i])
			return 0;
	more = reallocarray(f->ids, f->n + 1, sizeof(*f->ids));
	if (!more)
		return -ENOMEM;
	f->ids = more;
	snprintf(f->ids[f->n++], sizeof(*f->ids), "%.*s", ID_LENGTH, name);
	return 0;
}

static int add_listed(struct found *f, const struct nlmsghdr *message)
{
	const struct unix_diag_msg *m = NLMSG_DATA(message);
	struct rtattr *a = (struct rtattr *)(m + 1);
	int left = message->nlmsg_len - NLMSG_LENGTH(sizeof(*m));
	const char *name = NULL;
	size_t length = 0;
	bool others = false;

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == UNIX_DIAG_NAME) {
			name = RTA_DATA(a);
			length = RTA_PAYLOAD(a);
		} else if (a->rta_type == UNIX_DIAG_UID) {
			others = *(const uint32_t *)RTA_DATA(a) != geteuid();
		}
	}
	return !name || !length || name[0] || others ? 0 : add(f, name + 1, length - 1);
}

static int send_question(int fd)
{
	struct {
		struct nlmsghdr header;
		struct unix_diag_req request;
	} q = {.header = {.nlmsg_len = sizeof(q),
		       .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.request = {.sdiag_family = AF_UNIX,
			.udiag_states = 1 << TCP_LISTEN,
			.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_UID}};

	return send(fd, &q, sizeof(q), 0) == sizeof(q) ? 0 : -errno;
}

/* Tells whose sockets are; takes CONFIG_UNIX_DIAG. */
static int ask_kernel(struct found *f)
{
	_cleanup_fd_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	char answer[32768] __attribute__((aligned(8)));
	int err = fd < 0 ? -errno : send_question(fd);

	while (!err) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);
		struct nlmsghdr *m = (struct nlmsghdr *)answer;

		if (n <= 0)
			return -EIO;
		for (; NLMSG_OK(m, n) && !err; m = NLMSG_NEXT(m, n)) {
			if (m->nlmsg_type == NLMSG_DONE)
				return 0;
			if (m->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(m))->error ?: -EIO;
			err = add_listed(f, m);
		}
	}
	return err;
}

static int read_file(struct found *f)
{
	_cleanup_file_ FILE *file = fopen("/proc/net/unix", "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;
	int err = file ? 0 : -errno;

	while (!err && getline(&line, &room, file) > 0) {
		const char *name = strstr(line, " @");
		unsigned int flags;

		if (name && sscanf(line, "%*[^:]: %*x %*x %x", &flags) == 1 && flags & ACCEPTS)
			err = add(f, name + 2, strcspn(name + 2, "\n"));
	}
	return err ?: file && ferror(file) ? -EIO : 0;
}

int listeners_find(char (**ret)[8])
{
	struct found f = {};
	int err = ask_kernel(&f);

	if (err && err != -ENOMEM) {
		f.n = 0;
		err = read_file(&f);
	}
	if (err) {
		free(f.ids);
		return err;
	}
	*ret = f.ids;
	return f.n;
}
