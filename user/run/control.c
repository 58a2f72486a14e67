// SPDX-License-Identifier: GPL-2.0
#include "run/control.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <poll.h>

#include "base/cleanup.h"

#define QUESTION_MS 500 /* to ask it, from connecting on; a fraction of the heartbeat */
#define ANSWER_MS 3000	/* to a question */
#define STOP_MS 30000	/* to have cleaned up after an order to stop */

static socklen_t address(const char *id, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	return offsetof(struct sockaddr_un, sun_path) + 1 +
	       snprintf(ret->sun_path + 1, sizeof(ret->sun_path) - 1, "jinx/%s", id);
}

static int peer_of(int fd, struct ucred *ret)
{
	socklen_t size = sizeof(*ret);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) ? -errno : 0;
}

/* An experiment answers its own user, and root. */
static int check_asker(int fd)
{
	struct ucred peer;
	int err = peer_of(fd, &peer);

	return err ?: peer.uid == 0 || peer.uid == geteuid() ? 0 : -EPERM;
}

/*
 * And is asked by its own user only: anybody may listen by such a name, and root is not to believe
 * what he says, nor to kill a process because of it.
 */
static int check_answerer(int fd, pid_t *ret_pid)
{
	struct ucred peer;
	int err = peer_of(fd, &peer);

	if (!err)
		*ret_pid = peer.pid;
	return err ?: peer.uid == geteuid() ? 0 : -EPERM;
}

int control_listen(const char *id)
{
	struct sockaddr_un a;
	socklen_t size = address(id, &a);
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) || listen(fd, 16))
		return -errno;
	return take_fd(&fd);
}

int control_accept(int listener, char *ret_request)
{
	_cleanup_fd_ int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int err;

	if (fd < 0)
		return -errno;
	err = check_asker(fd);
	if (err)
		return err;
	/* The question is sent right after connecting: no client may hold the experiment up. */
	if (poll(&p, 1, QUESTION_MS) != 1 || recv(fd, ret_request, 1, MSG_DONTWAIT) != 1)
		return -ETIMEDOUT;
	return take_fd(&fd);
}

int control_answer(int connection, const struct status *s)
{
	return send(connection, s, sizeof(*s), MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof(*s) ? 0
											  : -errno;
}

int control_list(char ids[][8], size_t max)
{
	_cleanup_file_ FILE *f = fopen("/proc/net/unix", "re");
	char line[512];
	size_t n = 0;

	if (!f)
		return -errno;
	while (n < max && fgets(line, sizeof(line), f)) {
		const char *name = strstr(line, " @jinx/");
		bool known = false;

		if (!name || sscanf(name, " @jinx/%7[0-9a-f]", ids[n]) != 1)
			continue;
		/* Connections have their listener's name. */
		for (size_t i = 0; i < n; i++)
			known |= !strcmp(ids[i], ids[n]);
		n += !known;
	}
	return n;
}

static int ask(const char *id, char request, pid_t *ret_pid)
{
	struct sockaddr_un a;
	socklen_t size = address(id, &a);
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, size))
		return -errno;
	err = check_answerer(fd, ret_pid);
	if (err)
		return err;
	if (send(fd, &request, 1, MSG_NOSIGNAL) != 1)
		return -errno;
	return take_fd(&fd);
}

int control_status(const char *id, struct status *ret)
{
	_cleanup_fd_ int fd = ask(id, 's', &ret->pid);
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

int control_stop(const char *id)
{
	pid_t pid;
	_cleanup_fd_ int fd = ask(id, 'o', &pid);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	if (fd < 0)
		return fd;
	/* First "I heard", then the end of the connection: it has cleaned up. */
	if (poll(&p, 1, ANSWER_MS) != 1 || recv(fd, &byte, 1, 0) != 1) {
		kill(pid, SIGKILL);
		return poll(&p, 1, ANSWER_MS) == 1 ? 0 : -ETIMEDOUT;
	}
	return poll(&p, 1, STOP_MS) == 1 ? 0 : -ETIMEDOUT;
}
