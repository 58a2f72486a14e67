// SPDX-License-Identifier: GPL-2.0
#include "base/passing.h"

#include <string.h>
#include <sys/socket.h>

/* Room for one descriptor, aligned as the kernel wants it. */
union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

ssize_t passing_send(int socket, const void *message, size_t size, int fd)
{
	union control control = {};
	struct iovec text = {(void *)message, size};
	struct msghdr m = {.msg_iov = &text, .msg_iovlen = 1};
	struct cmsghdr *c = &control.head;

	if (fd < 0)
		return send(socket, message, size, MSG_NOSIGNAL);
	m.msg_control = &control;
	m.msg_controllen = sizeof(control.room);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(socket, &m, MSG_NOSIGNAL);
}

ssize_t passing_receive(int socket, void *message, size_t size, int *ret_fd)
{
	union control control = {};
	struct iovec text = {message, size};
	struct msghdr m = {.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room)};
	ssize_t n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;

	*ret_fd = -1;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(c), sizeof(*ret_fd));
	return n;
}
