// SPDX-License-Identifier: GPL-2.0
#include "run/control.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"

#define ANSWER_MS 3000 /* to a question */
#define STOP_MS 30000  /* to have cleaned up after an order to stop */

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* the same on all architectures that Debian has */
#endif

socklen_t control_address(const char *id, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	return offsetof(struct sockaddr_un, sun_path) + 1 +
	       snprintf(ret->sun_path + 1, sizeof(ret->sun_path) - 1, "jinx/%s", id);
}

int control_peer(int fd, struct ucred *ret)
{
	socklen_t size = sizeof(*ret);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) ? -errno : 0;
}

/*
 * An experiment is asked by its own user only: anybody may listen by such a name, and root is not
 * to believe what it is told there, nor to kill a process because of it. The number is 0 when the
 * process isn't in a pid namespace that is seen from here.
 */
static int check_answerer(int fd, pid_t *ret_pid)
{
	struct ucred peer;
	int err = control_peer(fd, &peer);

	if (!err)
		*ret_pid = peer.pid;
	return err ?: peer.uid == geteuid() ? 0 : -EPERM;
}

/* The process that listens, for good: a number may be another's by now. -errno where it is unseen.
 */
static int open_answerer(int fd, pid_t pid)
{
	socklen_t size = sizeof(int);
	int pidfd;

	if (pid <= 0)
		return -ESRCH;
	if (!getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size))
		return pidfd;
	/* Before 6.5. */
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	return pidfd < 0 ? -errno : pidfd;
}

/* Waits for room in its queue, which others can fill, until the time. */
static int connect_until(int fd, const char *id, uint64_t until_ns)
{
	struct timespec pause = {.tv_nsec = 10000000};
	struct sockaddr_un a;
	socklen_t size = control_address(id, &a);

	while (connect(fd, (struct sockaddr *)&a, size)) {
		if (errno != EAGAIN)
			return -errno;
		if (monotonic_ns() >= until_ns)
			return -EBUSY;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int ask(const char *id, const char *question, size_t size, uint64_t until_ns, pid_t *ret_pid)
{
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = connect_until(fd, id, until_ns) ?: check_answerer(fd, ret_pid);
	if (err)
		return err;
	if (send(fd, question, size, MSG_NOSIGNAL) < 0)
		return -errno;
	return take_fd(&fd);
}

int control_status(const char *id, uint64_t until_ns, struct status *ret)
{
	_cleanup_fd_ int fd = ask(id, "s", 1, until_ns, &ret->pid);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	pid_t pid = ret->pid;

	if (fd < 0)
		return fd;
	if (poll(&p, 1, ANSWER_MS) != 1)
		return -ETIMEDOUT;
	if (recv(fd, ret, sizeof(*ret), 0) != sizeof(*ret))
		return -EPROTO;
	ret->pid = pid; /* as the kernel says, not as it says itself */
	return 0;
}

int control_meet(const char *id, const char *question, size_t size, uint64_t until_ns)
{
	pid_t pid;
	_cleanup_fd_ int fd = ask(id, question, size, until_ns, &pid);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint64_t now = monotonic_ns();
	char answer;

	if (fd < 0)
		return fd;
	if (now >= until_ns || poll(&p, 1, (until_ns - now) / 1000000) != 1)
		return -ETIMEDOUT;
	return recv(fd, &answer, 1, 0) == 1 && answer == 'y';
}

int control_stop(const char *id, uint64_t until_ns)
{
	pid_t pid;
	_cleanup_fd_ int fd = ask(id, "o", 1, until_ns, &pid), pidfd = -1;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	if (fd < 0)
		return fd;
	pidfd = open_answerer(fd, pid);
	/* First "I heard", then the end of the connection: it has cleaned up. */
	if (poll(&p, 1, ANSWER_MS) == 1) {
		if (recv(fd, &byte, 1, 0) != 1)
			return 0; /* it has ended meanwhile */
		return poll(&p, 1, STOP_MS) == 1 ? 0 : -ETIMEDOUT;
	}
	if (pidfd < 0)
		return -ESRCH;
	if (syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0))
		return -errno;
	return poll(&p, 1, ANSWER_MS) == 1 ? 0 : -ETIMEDOUT;
}
