/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running experiments can be seen and ended from another terminal. Each listens on
 * an abstract socket "@jinx/ID": there is no file that could outlive it, be planted or have
 * the wrong owner. Both sides check the other's user: an experiment answers its own user and
 * root, and is asked by its own user only.
 */
#ifndef JINX_CONTROL_H
#define JINX_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* What an experiment tells of itself. */
struct status {
	char id[8], name[64], phase[64], target[128];
	long long left_ms, injected, started_ms; /* started: ago */
	pid_t pid;
};

/* The name of its socket. Returns the address's length. */
socklen_t control_address(const char *id, struct sockaddr_un *ret);

/* Who is at the other end, as the kernel says. 0 or -errno. */
int control_peer(int fd, struct ucred *ret);

/*
 * A question's first byte says what it is. 's'tatus is answered by a struct status; st'o'p by an
 * 'o' and, once it has cleaned up, the end of the connection; 'n'eighbours, with text behind it
 * (run/neighbours.h), by 'y' or 'n'. The other side is run/control_server.h.
 */
#define MAX_QUESTION 65536

/* The ids are what listeners_find() finds. */

/*
 * -errno when it has gone (-ECONNREFUSED) or is not ours to ask (-EPERM); -ETIMEDOUT when it
 * doesn't answer; -EBUSY when there was no room in its queue until the time, so that not even whose
 * it is can be told.
 */
int control_status(const char *id, uint64_t until_ns, struct status *ret);
/* Asks a running experiment a question to be answered by yes (1) or no (0); -errno as above. */
int control_meet(const char *id, const char *question, size_t size, uint64_t until_ns);
/*
 * Ends an experiment and returns once it has cleaned up. One that doesn't answer
 * (stopped, stuck) is killed: what it attached goes with it. -errno as above; -ESRCH: it doesn't
 * answer, and can't be killed from this pid namespace.
 */
int control_stop(const char *id, uint64_t until_ns);

#endif
